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

private func calibrate(_ flags: String...) -> CommandResult {
  means("calibrate", flags)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// `ppl calibrate MODEL`.
struct CalibrateCommandTests {
  @Test func aNormalPosteriorIsCalibratedByLaplace() throws {
    try withTemporaryFolder { folder in
      let result = calibrate(
        "--backend", "laplace", "--steps", "800", "--learning-rate", "0.3", "--schedule", "cosine",
        "--draws", "200", "--panels", "40", "--output", folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.hasPrefix(
          "means by laplace: 40 panels of y [2] from the prior, coverage of 90 % intervals\n\nsite "
        ))
      #expect(result.output.contains("\n40 fits in ") && result.output.contains(" s: 0 failed; "))
      #expect(result.output.contains("\nno rank test finds a deviation: "))
      let results = try json(folder.appending(path: "results.json"))
      let row = results["sites"]?["mean"]
      // Three standard errors of a share of 0.9 among 40.
      #expect(abs((row?["coverage"]?.double ?? 0) - 0.9) < 0.143)
      #expect(results["calibrated"]?.bool == true && results["panels"]?.double == 40)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      for name in ["run.json", "calibration.csv", "ranks.csv", "journal.jsonl"] {
        #expect(files.contains(name), "\(name)")
      }
      let csv = try String(contentsOf: folder.appending(path: "calibration.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("site,elements,coverage,low,high,p_value,rms_error\nmean,1,"))
    }
  }

  @Test func aPointIsNotAPosterior() {
    let result = calibrate(
      "--backend", "adam", "--steps", "50", "--learning-rate", "0.3", "--draws", "5", "--panels",
      "20")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(/\nmean +1 +0.0 % .* 0.00\n/))
    #expect(
      result.output.contains(
        "the fits are not draws of the posterior: the ranks of mean (too narrow or biased) are not uniform."
      ))
  }

  @Test func theDefaultIsTheBackendOfOwnData() {
    let result = calibrate(
      "--panels", "2", "--chains", "2", "--warmup", "50", "--draws", "50")
    #expect(result.output.hasPrefix("means by nuts: 2 panels of y [2]"), "\(result.errors)")
    #expect(calibrate("--help").output.contains("nuts if not given"))
  }

  @Test func digitsDoNotDependOnThreads() throws {
    let tables = [1, 3].map { threads in
      calibrate(
        "--panels", "5", "--chains", "2", "--warmup", "50", "--draws", "50", "--threads",
        "\(threads)"
      ).output.replacing(#/ in [0-9.]+ s:/#, with: "")
    }
    #expect(tables[0] == tables[1] && tables[0].contains("5 fits 0 failed"))
  }

  /// A run of three panels continues to five, as one of five.
  @Test func finishedPanelsAreKept() throws {
    try withTemporaryFolder { folder in
      func run(_ name: String, _ panels: Int, _ more: String...) -> CommandResult {
        var registry = PluginRegistry()
        registry.register(MeansPlugin())
        return command(
          ["calibrate", "means", "--chains", "2", "--warmup", "50", "--draws", "50"]
            + ["--panels", "\(panels)", "--output", folder.appending(path: name).path] + more,
          registry)
      }
      #expect(run("part", 3).status == 0)
      #expect(run("part", 5, "--resume").status == 0)
      #expect(run("whole", 5).status == 0)
      let texts = try ["part", "whole"].map {
        try String(contentsOf: folder.appending(path: "\($0)/calibration.csv"), encoding: .utf8)
      }
      #expect(texts[0] == texts[1])
      let other = run("part", 5, "--resume", "--seed", "7")
      #expect(other.status == 2 && other.errors.contains("--seed was 0 and is 7"))
      let changed = run("part", 5, "--resume", "--target-acceptance", "0.9")
      #expect(changed.status == 2)
    }
  }

  @Test func anInterruptedRunReportsItsPanels() throws {
    let count = Atomic(0)
    let control = RunControl(
      progress: .silent,
      isCancelled: { count.wrappingAdd(1, ordering: .relaxed).newValue > 3 })
    let report = try MeanOfTwo(name: "means").calibrated(
      [
        "--backend", "laplace", "--steps", "20", "--draws", "20", "--panels", "9", "--threads", "1",
      ], control: control)
    #expect(report.table.contains("\ninterrupted after 3 of 9 panels; --resume continues"))
    #expect(throws: Interrupted.self) {
      _ = try MeanOfTwo(name: "means").calibrated(
        ["--backend", "adam"], control: RunControl(progress: .silent, isCancelled: { true }))
    }
  }

  @Test func fitsThatFailAreCounted() {
    let result = calibrate(
      "--backend", "svi", "--steps", "60", "--learning-rate", "1e300", "--panels", "3")
    #expect(result.status == 3)
    #expect(result.output.contains(" s: 3 failed; 0 of the others"), "\(result.output)")
    #expect(result.output.contains("\nthe first failure: "))
    #expect(result.output.hasSuffix("\nno fit has a result."))
  }

  @Test func theSizeOfSimulatedExtremesIsChosen() throws {
    let flags = ["calibrate", "gev-multiplicative", "--backend", "adam", "--steps", "20"]
    let small = ppl(flags + ["--draws", "4", "--panels", "2", "--stations", "3", "--years", "6"])
    #expect(small.status == 0, "\(small.errors)")
    #expect(small.output.contains("2 panels of y [3, 6] from the prior"))
    for site in ["k_mu.variance", "k_beta.lengthscale", "mu_field", "beta_field", "xi"] {
      #expect(small.output.contains("\n\(site) "), "\(site)")
    }
    #expect(!small.output.contains("_u "))
    let large = ppl(flags + ["--stations", "400"])
    #expect(large.status == 64)
    #expect(
      large.errors.hasPrefix(
        "Error: --stations is 400, but must be from 2, which the model needs, to 40,"))
  }

  @Test func aModelWithAFactorIsRefused() {
    let result = ppl("calibrate", "gev-copula", "--panels", "2")
    #expect(result.status == 2)
    #expect(result.errors.contains("the model has a factor \"copula\""))
  }

  @Test(arguments: [
    (["--panels", "0"], "--panels is 0, but must be from 1 to 1000000."),
    (["--level", "1"], "--level is 1.0, but must be between 0 and 1."),
    (["--draws", "0"], "--draws is 0, but must be from 1 to 1000000."),
    (["--threads", "0"], "--threads is 0, but must be from 1 to 1024."),
  ])
  func aWrongValueIsAMessage(flags: [String], message: String) {
    let result = ppl(["calibrate", "gev-multiplicative"] + flags)
    #expect(result.status == 64 && result.errors.contains(message))
  }
}
