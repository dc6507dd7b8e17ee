import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import LSEF
import PPL
import Parallel
import Plugins
import Runs
import SpatialExtremes
import Tables
import TestSupport
import Testing

/// A backend of another package, on public API alone: chains of random-walk Metropolis.
private struct Walk: InferenceBackend {
  let name = "walk"
  let summary = "random-walk Metropolis"

  struct Options: ParsableArguments, AnnotatedFlags, Sendable {
    @Option(help: "The standard deviation of a proposal, unconstrained.") var jump = 0.05
    @Option(help: "The number of chains.") var chains = 2
    @Option(help: "Proposals between two draws.") var thinning = 1
    @Flag(help: "Leave the number of chains out of the report.") var brief = false
    var flagsWithoutEffect: Set<String> { ["--brief"] }
  }

  func run(
    _ problem: InferenceProblem, _ options: Options, in context: FitContext
  ) throws -> any Fit {
    let density = try LogDensity(problem.posterior)
    // `drawsKey` is 1 folded in: each further purpose has a number of its own.
    let start = try density.logJoint.start(
      problem.start ?? .uniform(), key: context.key.foldIn(2))
    let evaluator = density.evaluator()
    var gradient = Array(repeating: 0.0, count: density.count)
    var (draws, accepted): ([[String: Tensor]], [Double]) = ([], [])
    for chain in context.key.foldIn(3).split(options.chains) {
      var x = density.vector.flat(start)
      var value = try evaluator.value(at: x.scalars, gradient: &gradient)
      for draw in chain.split(context.settings.draws) {
        guard context.control.shouldContinue else { throw Interrupted() }
        var moves = 0.0
        for step in draw.split(options.thinning) {
          let (first, second) = step.split()
          let proposal = x + Tensor(options.jump) * first.normal([density.count])
          let next = try evaluator.value(at: proposal.scalars, gradient: &gradient)
          if log(second.uniform([])).scalar < next - value {
            (x, value, moves) = (proposal, next, moves + 1)
          }
        }
        draws.append(try density.logJoint.constrained(density.vector.named(x)))
        accepted.append(moves / Double(options.thinning))
      }
    }
    guard accepted.contains(where: { $0 > 0 }) else {
      throw FitFailure(
        .other("no proposal was accepted; lower --jump, which is \(options.jump)"), left: .nothing)
    }
    let sites = density.vector.sites.map { site in
      (site.name, stack(draws.map { $0[site.name] ?? .zeros([]) }))
    }
    let posterior = try Posterior(
      of: problem.posterior, latent: Draws(count: draws.count, sites: sites),
      chains: options.chains,
      statistics: Draws(count: draws.count, sites: [("acceptance", Tensor(accepted))]),
      key: context.drawsKey, pool: context.pool, origin: .init(method: name))
    return Walked(drawn: posterior, isBrief: options.brief)
  }
}

private struct Walked: Fit {
  let drawn: Posterior
  let isBrief: Bool

  var course: FitCourse {
    struct Numbers: Encodable { let acceptance: Double }
    let rate = drawn.statistics["acceptance"].mean().scalar
    return FitCourse(
      isConverged: false, verdict: "nobody has looked at the chains.",
      facts: isBrief ? [] : ["\(drawn.chains) chains of \(drawn.drawsPerChain) draws"],
      numbers: Numbers(acceptance: rate), seconds: 0)
  }

  func posterior(draws count: Int, key: RandomKey, pool: WorkPool) -> Posterior { drawn }
}

/// A normal posterior of a mean in metres, and one flag that changes no density.
private struct Levels: Plugin, FittableModel {
  let name = "levels"
  let summary = "The mean of two numbers."
  let dataNeeded = "Data: none."
  var models: [any FittableModel] { [self] }
  struct Options: ParsableArguments, Sendable {
    @Option var newFlag = 1
  }
  /// The number of steps of the reference run; nil for that of the backend.
  var usualSteps: Int?

  /// Precision 2 + 1/100, mean 4 / 2.01 = 1.990, deviation 0.705.
  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let mean = p.sample("mean", Normal(0, 10))
      p.plate("gauge", 2) { p in
        p.deterministic("doubled", 2 * mean * .ones([2]))
        p.sample("y", Normal(mean, 1))
      }
    }
    return InferenceProblem(
      model.conditioned(on: ["y": [1, 3]]), reportedSites: ["mean", "doubled"],
      units: ["mean": "m"], labels: ["gauge": ["Basel", "Cologne"]])
  }
}

extension Levels {
  func defaultFlags(for backend: String) -> [String] {
    usualSteps.map { backend == "svi" ? ["--steps", "\($0)"] : [] } ?? []
  }
}

private let registry = {
  var registry = PluginRegistry()
  registry.register(Levels())
  registry.register(SpatialExtremes())
  registry.register(LSEF())
  registry.register(Walk())
  return registry
}()

private func fit(_ flags: String..., to folder: URL? = nil) -> CommandResult {
  command(["fit"] + flags + (folder.map { ["--output", $0.path] } ?? []), registry)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

struct BackendFromOutsideTests {
  @Test func aBackendFitsEveryRegisteredModelByItsOwnFlag() throws {
    try withData { folder in
      let pairs = folder.appending(path: "data/pairs.csv")
      let rows = (1...20).map { "\(0.1 * Double($0)),0.5,\(0.1 * Double($0)),0.5" }
      try Data(
        ("bandVariance1,bandVariance2,spectrum0,spectrum1\n" + rows.joined(separator: "\n")).utf8
      ).write(to: pairs)
      #expect(registry.models.count >= 3)
      for model in registry.models {
        var flags = ["--data", folder.appending(path: "data").path]
        if model.name == "lsef-spectrum" {
          flags += ["--bayesian", "--preset", "circle", "--hidden", "2"]
        }
        let run = folder.appending(path: model.name)
        let result = command(
          ["fit", model.name, "--backend", "walk", "--jump", "0.01", "--draws", "4"] + flags
            + ["--output", run.path], registry)
        #expect(result.status == 0, "\(model.name): \(result.errors)")
        #expect(result.output.contains("\n2 chains of 4 draws\nnobody has looked at the chains."))
        let results = try json(run.appending(path: "results.json"))
        #expect(results["acceptance"]?.double ?? -1 >= 0)
        #expect(results["converged"]?.bool == false)
        let record = try json(run.appending(path: "run.json"))
        #expect(record["inference"]?["jump"]?.string == "0.01")
        #expect(record["steps"] == nil && record["learning_rate"] == nil)
        let text = try String(contentsOf: run.appending(path: "run.json"), encoding: .utf8)
        #expect(text.matches(of: #/"\w*[A-Z]\w*" :/#).isEmpty, "\(text)")
      }
    }
  }

  @Test func theReportHasItsDrawsByChainWithLabelsAndUnits() throws {
    try withTemporaryFolder { folder in
      let flags = ["--jump", "1", "--chains", "3", "--thinning", "10", "--draws", "600"]
      let result = command(
        ["fit", "levels", "--backend", "walk", "--output", folder.path] + flags, registry)
      let row = try #require(result.output.firstMatch(of: /\nmean \(m\) +([0-9.]+) +([0-9.]+)/))
      // 1800 draws, about one independent draw of three: six errors of mean and deviation.
      #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.17 && abs((Double(row.2) ?? 0) - 0.705) < 0.13)
      #expect(result.output.contains("\ndoubled[Cologne] "))
      let table = try CSVTable(contentsOf: folder.appending(path: "draws.csv"))
      #expect(
        table.header.map(\.name)
          == ["chain", "draw", "mean", "doubled[Basel]", "doubled[Cologne]"])
      #expect(table.rows.count == 1800)
      #expect(try table.double(table.rows[1799], table.requireColumn("chain")) == 2)
      #expect(try table.double(table.rows[1799], table.requireColumn("draw")) == 599)
      let results = try json(folder.appending(path: "results.json"))
      let doubled = try #require(results["posterior"]?["doubled[Basel]"])
      // The same numbers with the statistics of the chains, which the backend does not have to know of.
      let parameter = try #require(results["parameters"]?["doubled[Basel]"])
      for key in ["mean", "sd", "q05", "q95"] {
        #expect(parameter[key]?.double == doubled[key]?.double)
      }
      #expect(abs((parameter["q50"]?.double ?? 0) - 3.98) < 0.4)
      // 600 draws of three chains, about one independent draw of three.
      #expect(parameter["rhat"]?.double ?? 2 < 1.05 && parameter["ess_bulk"]?.double ?? 0 > 200)
      #expect(parameter["ess_tail"]?.double ?? 0 > 200)
      #expect(results["diagnostics"]?["verdict"]?.string == "nobody has looked at the chains.")
      #expect(results["diagnostics"]?["converged"]?.bool == false)
      #expect(results["sampling"]?["seconds"]?.double == 0)
    }
  }

  @Test(arguments: [
    (
      ["--jump", "1"],
      "--jump belongs to --backend walk; this fit's default is svi; add --backend walk."
    ),
    (
      ["--backend", "svi", "--jump", "1"],
      "--jump does not apply to --backend svi; it is a flag of --backend walk."
    ),
    (
      ["--backend", "walk", "--steps=9"],
      "--steps does not apply to --backend walk; it is a flag of --backend svi, adam, laplace."
    ),
  ])
  func aFlagOfAnotherBackendIsRefused(flags: [String], sentence: String) {
    let result = command(["fit", "levels"] + flags, registry)
    #expect(result.status == 64 && result.errors == "Error: \(sentence)")
  }

  @Test func helpHasTheFlagsOfTheChosenBackendAndNamesTheOthers() {
    func help(_ flags: String...) -> String {
      command(["fit", "levels"] + flags + ["--help"], registry).output
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let (plain, walk) = (help(), help("--backend", "walk"))
    #expect(plain.contains("OPTIONS OF --BACKEND SVI: --steps") && !plain.contains("--jump"))
    #expect(plain.contains("walk (random-walk Metropolis)"))
    #expect(walk.contains("OPTIONS OF --BACKEND WALK: --jump") && !walk.contains("--steps"))
    #expect(walk.contains("svi (a guide fitted by stochastic variational inference)"))
    #expect(plain.contains("--new-flag") && walk.contains("--new-flag"))
  }
}

/// Fits by the backend from outside that have no result.
struct FailuresFromOutsideTests {
  @Test func aFailureIsReportedInItsWordsWithWhatIsLeft() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let result = fit("levels", "--backend", "walk", "--jump", "1e9", "--draws", "5", to: run)
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: no proposal was accepted; lower --jump, which is 1000000000.0. "
          + "Nothing was written.")
      #expect(!FileManager.default.fileExists(atPath: run.path))
    }
  }

  @Test func priorsFarFromTheDataExplainIt() throws {
    try withData { folder in
      let result = fit(
        "gev-multiplicative", "--data", folder.path + "/data", "--backend", "walk", "--jump", "1e9",
        "--draws", "2", "--prior-mu0", "4000", "--prior-sigma", "9000")
      #expect(result.status == 2)
      #expect(result.errors.contains("--prior-mu0 is 4000.0"), "\(result.errors)")
    }
  }

  @Test func anInterruptionEndsTheChains() throws {
    let control = RunControl(progress: .silent, isCancelled: { true })
    let options = try Walk.Options.parse([])
    let context = FitContext(try FitOptions.parse([]), control: control)
    #expect(throws: Interrupted()) {
      try Walk().run(Levels().problem(.parse([]), ()), options, in: context)
    }
  }

  /// What `SVIRun` does for `losses.csv` and checkpoints, on public API alone.
  @Test func aStoreOfCheckpointsCleansUpAfterAFailure() throws {
    try withTemporaryFolder { folder in
      let settings = try FitOptions.parse(["--output", folder.path])
      var store = try #require(CheckpointStore(settings, conditions: []))
      #expect(!store.hasEarlierRun && store.discard() == .nothing)
      store.begin()
      let losses = folder.appending(path: RunFileName.losses)
      try Data("step\n".utf8).write(to: losses)
      try store.write([1.0])
      store.step = 1
      #expect(store.discard() == .removed)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}

struct FitsFromCodeTests {
  @Test func theFlagsOfAReferenceRunComeBeforeThoseThatAreGiven() throws {
    let model = Levels(usualSteps: 30)
    #expect(try model.fitted([]).fit.course.stepCount == 30)
    #expect(try model.fitted(["--steps", "20"]).fit.course.stepCount == 20)
    #expect(try model.fitted(["--backend", "adam", "--steps", "9"]).fit.course.stepCount == 9)
  }

  /// The draws of the report are keyed by their purpose, apart from those of the fit.
  @Test func thePosteriorIsThatOfTheReport() throws {
    let fitted = try Levels().fitted(["--steps", "20", "--draws", "30", "--seed", "4"])
    let posterior = try fitted.posterior()
    #expect(posterior["mean"].shape == [1, 30] && posterior.origin.method == "SVI")
    let draws = try fitted.fit.posterior(
      draws: 30, key: RandomKey(4).foldIn(1), pool: .serial
    ).draws
    #expect(draws["mean"].scalars == posterior["mean"].scalars)
    let report = try Levels().fit(["--steps", "20", "--draws", "30", "--seed", "4"])
    #expect(report.table.contains("\n" + (try posterior.table(of: ["mean", "doubled"])) + "\n"))
  }

  @Test func aLabelOrUnitOfWhatIsNotThereIsNamed() throws {
    let model = Model<Void> { p in _ = p.sample("x", Normal(0, 1)) }
    let posterior = try Posterior(
      of: model, latent: Draws(count: 2, sites: [("x", [1, 2])]), key: RandomKey(0), pool: .serial,
      origin: .init(method: "none"))
    #expect(throws: InferenceError.unknownSite("y", known: ["x"])) {
      try posterior.withUnits(["y": "m"])
    }
    #expect(try posterior.withUnits(["x": "m"]).table().contains("\nx (m) "))
  }
}

struct ConditionsOfResumeTests {
  /// Of the flag there is one declaration, in the options of the model.
  @Test func aNewFlagOfAModelIsAmongThem() throws {
    try withTemporaryFolder { folder in
      #expect(fit("levels", "--steps", "5", to: folder).status == 0)
      let record = try json(folder.appending(path: "run.json"))
      #expect(record["options"]?["new-flag"]?.string == "1")
      let result = fit("levels", "--steps", "9", "--resume", "--new-flag", "2", to: folder)
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: \(folder.path)/checkpoint.json: it is of another run: --new-flag was 1 and is 2; "
          + "give what it was made with, or start again with --overwrite.")
      #expect(fit("levels", "--steps", "9", "--resume", "--threads", "1", to: folder).status == 0)
    }
  }

  /// A misspelt name would make a condition of a flag that was meant to be none.
  @Test func everyFlagNamedWithoutEffectIsAFlag() throws {
    func expectFlags(_ options: some ParsableArguments & AnnotatedFlags) {
      let names = Set(options.flagValues.map(\.name))
      #expect(options.flagsWithoutEffect.subtracting(names).isEmpty)
      #expect(Set(options.meaningOfAbsentFlags.keys).subtracting(names).isEmpty)
      #expect(options.flagValues.contains { !$0.changesDigits })
    }
    expectFlags(try FitOptions.parse([]))
    expectFlags(try SVIOptions.parse([]))
    expectFlags(try CommonOptions.parse([]))
    expectFlags(try OutputFolderOptions.parse([]))
    expectFlags(try Walk.Options.parse([]))
  }

  /// The files of a run that this program wrote before the conditions came from the flags.
  private func earlierRun(in folder: URL) throws -> URL {
    let stored = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Reference/run-schema-2")
    let run = folder.appending(path: "run")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: false)
    for name in ["checkpoint.json", "losses.csv"] {
      try FileManager.default.copyItem(
        at: stored.appending(path: name), to: run.appending(path: name))
    }
    return run
  }

  @Test func aCheckpointOfEarlierConditionsIsResumed() throws {
    try withData { folder in
      let run = try earlierRun(in: folder)
      // The coordinates and the backend of all runs of that version.
      let flags =
        ["--data", folder.path + "/data", "--draws", "20", "--backend", "svi"]
        + ["--mu-field", "whitened", "--beta-field", "whitened"]
      func fit(_ flags: [String]) -> CommandResult {
        command(["fit", "gev-multiplicative"] + flags, registry)
      }
      let other = fit(flags + ["--steps", "60", "--resume", "--output", run.path, "--clip", "5"])
      #expect(other.status == 2)
      #expect(other.errors.contains("it is of another run: --clip was not given and is 5.0;"))
      #expect(fit(flags + ["--steps", "60", "--resume", "--output", run.path]).status == 0)
      let whole = folder.appending(path: "whole")
      #expect(fit(flags + ["--steps", "60", "--output", whole.path]).status == 0)
      for name in ["draws.csv", "losses.csv", "checkpoint.json"] {
        let files = try [run, whole].map { try Data(contentsOf: $0.appending(path: name)) }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test func aCheckpointOfVersionOneIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      let text = """
        {"conditions": [{"isDigest": false, "name": "--seed", "value": "0"}], "fit": {"step": 5}}
        """
      let file = folder.appending(path: "checkpoint.json")
      try Data(text.utf8).write(to: file)
      let result = fit("levels", "--resume", to: folder)
      #expect(result.status == 2)
      #expect(result.errors.contains("it has no schema number, as files of ppl 0.1.0; "))
    }
  }
}
