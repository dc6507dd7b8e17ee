import CommandTestSupport
import Foundation
import Inference
import PPL
import Parallel
import Runs
import Synchronization
import TestSupport
import Testing

@testable import Plugins

private func fit(_ flags: String...) -> CommandResult {
  means("fit", ["--backend", "nuts"] + flags)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// `ppl fit MODEL --backend nuts`.
struct NUTSBackendTests {
  @Test func itReportsTheExactPosteriorWithItsDiagnosis() throws {
    try withTemporaryFolder { folder in
      let result = fit(
        "--chains", "3", "--warmup", "200", "--draws", "400", "--output", folder.path)
      #expect(result.status == 0, "\(result.errors)")
      let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
      // Some 500 effective draws: four errors of the mean and of the deviation.
      #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.13 && abs((Double(row.2) ?? 0) - 0.705) < 0.1)
      #expect(result.output.contains("\n3 chains of 200 + 400 transitions in "))
      #expect(result.output.contains("\nthe chains converged: R-hat at most 1.0"))
      let results = try json(folder.appending(path: "results.json"))
      #expect(results["converged"]?.bool == true)
      #expect(results["diagnostics"]?["divergences"]?.double == 0)
      #expect(results["diagnostics"]?["rhat_max"]?.double ?? 2 < 1.01)
      #expect(results["diagnostics"]?["ess_bulk_min"]?.double ?? 0 > 300)
      #expect(results["sampling"]?["gradients"]?.double ?? 0 >= 1200)
      #expect(results["sampling"]?["chains"]?.double == 3)
      #expect(results["sampling"]?["draws"]?.double == 400)
      let mean = try #require(results["parameters"]?["mean"])
      #expect(mean["rhat"]?.double == results["diagnostics"]?["rhat_max"]?.double)
      #expect(mean["ess_bulk"]?.double == results["diagnostics"]?["ess_bulk_min"]?.double)
    }
  }

  @Test(arguments: [
    ["--sampler", "walnuts"], ["--sampler", "hmc"], ["--start", "pathfinder"],
    ["--start", "prior"],
  ])
  func everySamplerAndStartReportsTheExactPosterior(flags: [String]) throws {
    var registry = PluginRegistry()
    registry.register(MeansPlugin())
    let result = command(
      ["fit", "means", "--backend", "nuts", "--warmup", "150", "--draws", "300"] + flags, registry)
    #expect(result.status == 0, "\(result.errors)")
    let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
    // Some 500 effective draws: four errors of the mean and of the deviation.
    #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.13 && abs((Double(row.2) ?? 0) - 0.705) < 0.1)
  }

  @Test func fewDrawsAreNotBelieved() {
    let result = fit("--chains", "2", "--warmup", "50", "--draws", "20")
    #expect(result.output.contains("\nthe chains have not converged: "))
    #expect(result.output.contains("effective sample size of mean is "))
  }

  @Test func moreDrawsGoOnFromTheCheckpoint() throws {
    try withTemporaryFolder { folder in
      let flags = ["--chains", "2", "--warmup", "60", "--output"]
      func draws(_ run: URL, _ more: String...) throws -> Data {
        var registry = PluginRegistry()
        registry.register(MeansPlugin())
        let result = command(
          ["fit", "means", "--backend", "nuts"] + flags + [run.path] + more, registry)
        #expect(result.status == 0, "\(result.errors)")
        return try Data(contentsOf: run.appending(path: "draws.csv"))
      }
      let (parts, whole) = (folder.appending(path: "parts"), folder.appending(path: "whole"))
      _ = try draws(parts, "--draws", "30")
      let resumed = try draws(parts, "--draws", "70", "--resume")
      #expect(try draws(whole, "--draws", "70", "--threads", "1") == resumed)
      // Fewer draws are the first of those that there are.
      let fewer = try draws(parts, "--draws", "10", "--resume")
      #expect(fewer.split(separator: 10).count == 21)
      let other = fit("--warmup", "61", "--chains", "2", "--output", parts.path, "--resume")
      #expect(other.status == 2 && other.errors.contains("--warmup was 60 and is 61"))
    }
  }

  @Test func anInterruptedWarmupIsKept() throws {
    try withTemporaryFolder { folder in
      let options = try FitOptions.parse(["--output", folder.path, "--draws", "5"])
      let control = RunControl(progress: .silent, isCancelled: { true })
      let context = FitContext(options, control: control)
      let problem = MeanOfTwo().problem(try .parse([]), ())
      func run(_ context: FitContext) throws -> SamplerRun {
        try SamplerRun(
          MCMC(NUTS(), chains: 2, warmup: 30, draws: 5), of: problem, in: context)
      }
      let error = #expect(throws: Interrupted.self) { try run(context) }
      #expect(
        error?.description
          == "interrupted before the first result; what was finished is in \(folder.path)/checkpoint.json, "
          + "from which --resume continues.")
      let resuming = try FitOptions.parse(["--output", folder.path, "--draws", "5", "--resume"])
      let finished = try run(FitContext(resuming, control: RunControl(progress: .silent)))
      let unstored = try FitOptions.parse(["--draws", "5"])
      let whole = try run(FitContext(unstored, control: RunControl(progress: .silent)))
      func draws(_ run: SamplerRun) -> [Double] {
        run.posterior(draws: 5, key: RandomKey(0), pool: .serial).draws["mean"].scalars
      }
      #expect(draws(finished) == draws(whole))
    }
  }

  /// A count of the questions whether the user has interrupted, one for each transition.
  private final class Questions: Sendable {
    let count = Atomic(0)
  }

  @Test func drawsBeforeAnInterruptionAreKept() throws {
    let options = try FitOptions.parse(["--draws", "500", "--threads", "1"])
    let questions = Questions()
    let control = RunControl(
      progress: .silent,
      isCancelled: { questions.count.add(1, ordering: .relaxed).newValue > 800 })
    let context = FitContext(options, control: control)
    let problem = MeanOfTwo().problem(try .parse([]), ()).interruptible(by: control)
    let run = try SamplerRun(
      MCMC(NUTS(), chains: 2, warmup: 30, draws: 500), of: problem, in: context)
    let posterior = run.posterior(draws: 500, key: RandomKey(0), pool: .serial)
    #expect((1..<500).contains(posterior.drawsPerChain))
    #expect(
      run.course.facts.contains {
        $0
          == "interrupted after \(posterior.drawsPerChain) of 500 draws of each chain; these are the draws so far"
      })
  }

  @Test(arguments: [
    (["--chains", "0"], "--chains is 0, but must be from 1 to 1000."),
    (["--warmup=-1"], "--warmup is -1, but must be from 0 to 1000000."),
    (["--target-acceptance", "1"], "--target-acceptance is 1.0, but must be between 0 and 1."),
    (["--max-tree-depth", "0"], "--max-tree-depth is 0, but must be from 1 to 20."),
    (["--sampler", "gibbs"], "The value 'gibbs' is invalid for '--sampler <name>'"),
    (["--start", "mode"], "The value 'mode' is invalid for '--start <points>'"),
  ])
  func aWrongFlagIsNamed(flags: [String], sentence: String) {
    var registry = PluginRegistry()
    registry.register(MeansPlugin())
    let result = command(["fit", "means", "--backend", "nuts"] + flags, registry)
    #expect(result.status == 64 && result.errors.contains(sentence))
  }
}
