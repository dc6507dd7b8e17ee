import Testing

@testable import Plugins

/// The words that a shell is offered at the last of these words.
///
/// - Parameter position: The argument that the script of the argument parser asks for.
private func completions(_ words: String..., at position: Int = 0) -> [String] {
  let result = ppl(
    ["---completion", words[1], "--", "positional@\(position)", "\(words.count - 1)", "0"] + words)
  #expect(result.status == 0, "\(result.errors)")
  return result.output.split(separator: "\n").map(String.init)
}

@Suite struct CompletionTests {
  @Test func modelsAreOfferedUntilOneIsComplete() {
    #expect(completions("ppl", "fit", "").contains("gev-station"))
    #expect(completions("ppl", "describe", "gev").contains("gev-station"))
    #expect(completions("ppl", "fit", "gev-station").contains("gev-station"))
  }

  @Test func flagsAreThoseOfTheModelAndTheBackend() {
    let usual = completions("ppl", "fit", "gev-station", "--backend", "svi", "", at: 1)
    #expect(usual.contains("--seed") && usual.contains("--steps"))
    #expect(!usual.contains("--warmup") && !usual.contains("gev-station"))
    let chains = completions("ppl", "fit", "gev-station", "--backend", "nuts", "", at: 1)
    #expect(chains.contains("--warmup") && !chains.contains("--steps"))
    #expect(completions("ppl", "fit", "gev-station", "--lo").contains("--location") == false)
    #expect(completions("ppl", "fit", "gev", "--lo").contains("--location"))
    #expect(completions("ppl", "describe", "gev-station", "").contains("--graph"))
    #expect(completions("ppl", "calibrate", "gev-station", "").contains("--panels"))
  }

  /// With `--backend NAME` of a backend that does not exist there is nothing to offer.
  @Test func anUnknownBackendHasNoFlags() {
    #expect(completions("ppl", "fit", "gev-station", "--backend", "no", "", at: 1).isEmpty)
  }

  @Test func experimentsAndTheirFlags() {
    let experiments = completions("ppl", "run", "")
    #expect(!experiments.isEmpty && !experiments.contains("gev-station"))
    #expect(completions("ppl", "run", experiments[0], "").contains("--resume"))
  }
}
