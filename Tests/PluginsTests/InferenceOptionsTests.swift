import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

private struct Means: Plugin {
  let name = "means"
  let summary = "Means."
  let models: [any FittableModel] = [MeanOfTwo(), MeanOfTwo(name: "mean-again"), Saddle()]
}

/// A density exp(x² - x⁴), whose start is between its two modes.
private struct Saddle: FittableModel {
  let name = "saddle"
  let summary = "Two modes and a minimum."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let x = p.sample("x", ImproperUniform(.real))
      p.factor("density", square(x) - square(square(x)))
    }
    return InferenceProblem(model, start: .values(["x": 0.001]))
  }
}

/// A backend of another package: the mode by gradient descent.
private struct Descent: InferenceBackend {
  let name = "descent"
  let summary = "the mode by gradient descent"

  struct Options: ParsableArguments, AnnotatedFlags, Sendable {
    @Option var steps = 6000
    @Option var learningRate = 3e-3
    var flagsWithoutEffect: Set<String> { ["--steps"] }
  }

  func run(
    _ problem: InferenceProblem, _ options: Options, in context: FitContext
  ) throws -> any Fit {
    let svi = SVI(
      problem.posterior, guide: AutoDelta(problem.posterior),
      optimizer: SGD(learningRate: .constant(options.learningRate)))
    return try SVIRun(
      svi, steps: options.steps, learningRate: options.learningRate, in: context)
  }
}

private func fit(_ flags: [String], model: String = "mean") -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Means())
  registry.register(Descent())
  return command(["fit", model] + flags, registry, as: "means")
}

struct InferenceOptionsTests {
  @Test(arguments: [
    ("--guide normal", 0.705), ("--guide diagonal", 0.705), ("--guide mvn", 0.705),
    ("--guide lowrank", 0.705), ("--guide laplace", 0.705), ("--guide delta", 0),
    ("--backend svi", 0.705), ("--backend adam", 0), ("--backend laplace", 0.705),
    ("--backend descent", 0), ("--schedule cosine", 0.705), ("--schedule linear", 0.705),
    ("--schedule exponential", 0.705), ("--clip none --particles 4", 0.705),
  ])
  func theyAllFindTheNormalPosterior(flags: String, deviation: Double) throws {
    let usual = ["--steps", "1500", "--learning-rate", "0.02", "--draws", "2000"]
    let result = fit(flags.split(separator: " ").map(String.init) + usual)
    #expect(result.status == 0, "\(result.errors)")
    // A point has no deviation in the table.
    if flags == "--guide delta" || flags == "--backend adam" {
      let point = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+)\n/))
      #expect(abs((Double(point.1) ?? 0) - 1.99) < 0.2)
      return
    }
    let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
    // Six errors of the mean of 2000 draws, and what Adam's last steps leave.
    #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.2)
    #expect(abs((Double(row.2) ?? -1) - deviation) < 0.1)
  }

  /// A full covariance starts as wide in the shape as in all else, so that a quarter of its draws is impossible.
  @Test func gradientsBesideImpossibleDrawsNeedAClip() {
    let sentence = "with --clip none the huge gradients beside impossible draws keep the steps"
    func output(_ clip: String) -> String {
      ppl(
        "fit", "gev-multiplicative", "--backend", "svi", "--guide", "mvn", "--steps", "60",
        "--draws", "5", "--clip", clip
      ).output
    }
    #expect(output("none").contains(sentence))
    #expect(!output("10").contains(sentence))
  }

  @Test func theUsualFlagsGivenByNameChangeNoByte() throws {
    try withTemporaryFolder { folder in
      let flags = ["--quiet", "--steps", "20", "--draws", "5", "--output"]
      let names = [
        "--backend", "svi", "--schedule", "constant", "--clip", "10", "--particles", "1",
      ]
      #expect(fit(flags + ["\(folder.path)/plain"]).status == 0)
      #expect(fit(flags + ["\(folder.path)/named"] + names).status == 0)
      for name in ["draws.csv", "losses.csv", "checkpoint.json"] {
        let files = try ["plain", "named"].map {
          try Data(contentsOf: folder.appending(path: "\($0)/\(name)"))
        }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test func resumingUnderUnusualFlagsGivesTheDigitsOfOneRun() throws {
    try withTemporaryFolder { folder in
      let flags = [
        "--quiet", "--draws", "5", "--guide", "lowrank", "--clip", "none", "--particles", "2",
        "--output",
      ]
      #expect(fit(flags + ["\(folder.path)/whole", "--steps", "40"]).status == 0)
      #expect(fit(flags + ["\(folder.path)/halves", "--steps", "15"]).status == 0)
      #expect(fit(flags + ["\(folder.path)/halves", "--steps", "40", "--resume"]).status == 0)
      for name in ["draws.csv", "losses.csv", "checkpoint.json"] {
        let files = try ["whole", "halves"].map {
          try Data(contentsOf: folder.appending(path: "\($0)/\(name)"))
        }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test(arguments: [
    ("--guide mvn", "", "--guide was mvn and is not given"),
    ("--guide mvn", "--guide lowrank", "--guide was mvn and is lowrank"),
    ("", "--clip none", "--clip was 10.0 and is none"),
    ("--particles 2", "--particles 3", "--particles was 2 and is 3"),
    ("--backend adam", "--backend laplace", "--backend was adam and is laplace"),
    ("--schedule cosine", "--schedule cosine", "--steps was 5 and is 9"),
  ])
  func aRunGoesOnUnderItsOwnFlagsOnly(first: String, second: String, change: String) throws {
    try withTemporaryFolder { folder in
      func run(_ flags: String, _ others: String...) -> CommandResult {
        fit(
          flags.split(separator: " ").map(String.init) + others
            + ["--draws", "5", "--output", folder.path])
      }
      #expect(run(first, "--steps", "5").status == 0)
      let result = run(second, "--steps", "9", "--resume")
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: \(folder.path)/checkpoint.json: it is of another run: \(change); "
          + "give what it was made with, or start again with --overwrite.")
    }
  }

  @Test func theRecordOfARunNamesItsUnusualFlags() throws {
    try withTemporaryFolder { folder in
      let flags = ["--steps", "5", "--draws", "5", "--output", folder.path, "--backend", "laplace"]
      #expect(fit(flags).status == 0)
      let record = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: folder.appending(path: "run.json")))
      #expect(record["inference"]?["backend"]?.string == "laplace")
      #expect(record["inference"]?["guide"] == nil)
    }
  }

  @Test func anUnknownBackendIsNamedWithThoseThereAre() {
    let result = fit(["--backend", "none"])
    let own = InferenceBackends().all.map { "\($0.name) (\($0.summary))" }
    #expect(
      own.prefix(3) == [
        "svi (a guide fitted by stochastic variational inference)",
        "adam (the posterior mode alone, by Adam)",
        "laplace (a normal distribution with the curvature at the posterior mode)",
      ])
    let known = own + ["descent (the mode by gradient descent)"]
    #expect(result.status == 64)
    #expect(
      result.errors
        == "Error: no backend is named \"none\"; there are: \(known.joined(separator: ", ")).")
  }

  /// Flags, data and parameters of the two are the same.
  @Test func aRunOfAnotherModelIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      let flags = ["--draws", "5", "--output", folder.path, "--steps"]
      #expect(fit(flags + ["5"]).status == 0)
      let result = fit(flags + ["9", "--resume"], model: "mean-again")
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: \(folder.path)/checkpoint.json: it is of another run: the model was mean and is mean-again; "
          + "give what it was made with, or start again with --overwrite.")
    }
  }

  @Test func particlesOfAPointAreRefused() {
    for flags in [["--backend", "adam"], ["--backend", "laplace"], ["--guide", "delta"]] {
      let result = fit(flags + ["--particles", "4"])
      #expect(result.status == 64)
      #expect(result.errors.hasPrefix("Error: --particles 4 does not apply to the guide "))
    }
  }

  @Test func aLaplaceFitThatEndsAtNoModeKeepsItsSteps() throws {
    try withTemporaryFolder { folder in
      let flags = ["--backend", "laplace", "--draws", "5", "--learning-rate", "0.01"]
      let output = ["--output", folder.path]
      let sentence =
        "Error: the fit ended at a point that is no mode: the log density does not curve down in every direction, "
        + "so that it has no Laplace approximation; take more --steps (with --resume), or --guide mvn. "
      let failed = fit(flags + output + ["--steps", "5"], model: "saddle")
      #expect(failed.status == 2)
      #expect(failed.errors == sentence + "The checkpoint of step 5 is kept in \(folder.path).")
      #expect(
        fit(flags + ["--steps", "5"], model: "saddle").errors == sentence + "Nothing was written.")
      let resumed = fit(flags + output + ["--steps", "400", "--resume"], model: "saddle")
      #expect(resumed.status == 0, "\(resumed.errors)")
    }
  }

  @Test func aGuideWithoutAUseIsRefused() {
    let result = fit(["--backend", "laplace", "--guide", "mvn"])
    #expect(result.status == 64)
    #expect(
      result.errors
        == "Error: --guide mvn does not apply to --backend laplace, whose guide is laplace; leave one of them out."
    )
  }

  @Test(arguments: [("--clip", "-1"), ("--clip", "nan"), ("--particles", "0"), ("--guide", "flow")])
  func aWrongValueIsNamedWithItsFlag(flag: String, value: String) {
    let result = fit([flag, value])
    #expect(result.status == 64)
    #expect(result.errors.contains(flag) && result.errors.contains(value))
  }
}
