import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Parallel
import Runs
import Synchronization
import TestSupport
import Testing

@testable import Plugins

private struct Matched: Plugin {
  let name = "matched"
  let summary = "Means and a funnel."
  let models: [any FittableModel] = [MeanOfTwo(name: "means"), Funnel()]
}

/// Neal's funnel, of which no normal distribution covers the neck.
private struct Funnel: FittableModel {
  let name = "funnel"
  let summary = "A funnel."
  let dataNeeded = "Data: none."
  typealias Options = MeanOfTwo.Options

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let scale = p.sample("scale", Normal(0, 3))
        p.plate("row", 9) { p in _ = p.sample("x", Normal(0, exp(scale / 2))) }
      })
  }
}

private func fit(_ model: String, _ flags: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Matched())
  return command(["fit", model, "--backend", "match"] + flags, registry)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// `ppl fit MODEL --backend match`.
struct MatchBackendTests {
  @Test func aNormalPosteriorIsExactAndSaysSo() throws {
    try withTemporaryFolder { folder in
      let result = fit("means", ["--draws", "4000", "--output", folder.path])
      #expect(result.status == 0, "\(result.errors)")
      let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
      // Four standard errors of 4,000 independent draws, and the rounding of the table.
      #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.05 && abs((Double(row.2) ?? 0) - 0.705) < 0.04)
      #expect(
        result.output.contains("\nconverged in 32 iterations: the means have a standard error"))
      let results = try json(folder.appending(path: "results.json"))
      #expect(results["converged"]?.bool == true)
      #expect(results["diagnostics"]?["khat"]?.double ?? 1 < 0.7)
      #expect(results["match"]?["iterations"]?.double == 32)
      #expect(results["match"]?["at_mode"]?.bool == true)
      #expect(results["sampling"]?["gradients"]?.double == 1_024.0)
    }
  }

  @Test func aFunnelIsNotToBeTrusted() {
    let result = fit("funnel", ["--iterations", "60"])
    #expect(result.output.contains("\nthe fit cannot be trusted: k-hat "), "\(result.errors)")
    #expect(result.output.contains("take --backend nuts."))
  }

  @Test func moreIterationsGoOnFromTheCheckpoint() throws {
    try withTemporaryFolder { folder in
      func draws(_ run: URL, _ flags: String...) throws -> Data {
        let result = fit(
          "funnel",
          ["--tolerance", "1e-9", "--draws", "50", "--output", run.path] + flags)
        #expect(result.status == 0, "\(result.errors)")
        return try Data(contentsOf: run.appending(path: "draws.csv"))
      }
      let (parts, whole) = (folder.appending(path: "parts"), folder.appending(path: "whole"))
      _ = try draws(parts, "--iterations", "15")
      let resumed = try draws(parts, "--iterations", "40", "--resume")
      #expect(try draws(whole, "--iterations", "40", "--threads", "1") == resumed)
      let other = fit("funnel", ["--batch", "33", "--output", parts.path, "--resume"])
      #expect(other.status == 2 && other.errors.contains("--batch"), "\(other.errors)")
    }
  }

  @Test func anInterruptionDuringTheStartLeavesNothing() throws {
    let options = try FitOptions.parse(["--draws", "5"])
    let control = RunControl(progress: .silent, isCancelled: { true })
    #expect(throws: Interrupted.self) {
      try MatchRun(
        BatchAndMatch(), of: MeanOfTwo().problem(try .parse([]), ()),
        in: FitContext(options, control: control))
    }
  }

  /// The search replays a recorded density, where no run of the model asks.
  @Test func theSearchForTheModeIsInterruptible() throws {
    let questions = Atomic(0)
    let control = RunControl(
      progress: .silent,
      isCancelled: { questions.add(1, ordering: .relaxed).newValue > 20 })
    #expect(throws: Interrupted.self) {
      try MatchRun(
        BatchAndMatch(), of: Funnel().problem(try .parse([]), ()),
        in: FitContext(try .parse(["--threads", "1"]), control: control))
    }
    // The line search that is under way gives up.
    #expect(questions.load(ordering: .relaxed) < 200)
  }

  @Test(arguments: [
    (["--batch", "1"], "--batch is 1, but must be from 2 to 1000000."),
    (["--iterations", "0"], "--iterations is 0, but must be from 1 to 10000000."),
    (["--rank", "0"], "--rank is 0, but must be positive."),
    (["--tolerance", "0"], "--tolerance is 0.0, but must be positive and finite."),
  ])
  func aWrongFlagIsNamed(flags: [String], sentence: String) {
    let result = fit("means", flags)
    #expect(result.status == 64 && result.errors.contains(sentence), "\(result.errors)")
  }

  @Test func moreFactorsThanValuesAreNamed() {
    let result = fit("means", ["--rank", "2"])
    #expect(result.status != 0 && result.errors.contains("rank is 2, but must be at most 1"))
  }
}
