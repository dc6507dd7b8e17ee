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

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// A model that states its defaults; its data are a number in the name of the folder.
private struct OwnDefault: FittableModel {
  let name = "own-default"
  let summary = "A mean."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in p.sample("y", Normal(p.sample("mean", Normal(0, 1)), 1)) }
        .conditioned(on: ["y": 1]))
  }
  func defaultBackend(hasOwnData: Bool) -> String { hasOwnData ? "laplace" : "adam" }
}

private struct OwnDefaults: Plugin {
  let name = "own-defaults"
  let summary = "A model with defaults of its own."
  let models: [any FittableModel] = [OwnDefault()]
}

private func ownDefault(_ flags: String...) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(OwnDefaults())
  return command(["fit", "own-default"] + flags, registry)
}

/// The backend of `ppl fit` without `--backend`.
struct DefaultBackendTests {
  private let sampling = ["--chains", "2", "--warmup", "30", "--draws", "20", "--seed", "3"]

  private func fit(_ folder: URL, _ flags: [String]) -> CommandResult {
    ppl(
      ["fit", "gev-multiplicative", "--data", folder.appending(path: "data").path] + flags
        + ["--output", folder.appending(path: "run").path])
  }

  /// Chains keep as many draws as their warm-up has; a fit that is restored has those that it had, whatever the default is.
  @Test func chainsHaveAThousandDrawsAndRestoredFitsThoseOfTheirRun() throws {
    #expect(means("fit", ["--backend", "nuts", "--help"]).output.contains("(default: 1000)"))
    #expect(!means("fit", ["--backend", "svi", "--help"]).output.contains("(default: 1000)"))
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let result = means("fit", ["--backend", "nuts", "--seed", "2", "--output", run.path])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("4 chains of 1000 + 1000 transitions"))
      #expect(try json(run.appending(path: "run.json"))["draws"]?.double == 1000)
      // As a run was written when the default was another number.
      let short = folder.appending(path: "short")
      let flags = ["--backend", "nuts", "--seed", "2", "--draws", "600", "--output", short.path]
      #expect(means("fit", flags).status == 0)
      let record = short.appending(path: "run.json")
      let text = try String(contentsOf: record, encoding: .utf8)
      let older = text.replacing(/"--draws",\s*"600",?/, with: "")
      #expect(older != text)
      try older.write(to: record, atomically: true, encoding: .utf8)
      let stored = try StoredRun(path: short.path)
      #expect(try stored.arguments(data: [], threads: nil).contains("600"))
    }
  }

  @Test func ownDataAreFittedByNUTSWhichIsSaidAndRecorded() throws {
    try withData { folder in
      let result = fit(folder, sampling)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains(
          "\nbackend nuts, the default for own data: draws of the exact posterior by the No-U-Turn sampler; "
            + "--backend NAME chooses another."))
      let run = folder.appending(path: "run")
      #expect(try json(run.appending(path: "run.json"))["inference"]?["backend"]?.string == "nuts")
      let draws = try Data(contentsOf: run.appending(path: "draws.csv"))
      // The same with a flag says nothing, and --resume of either is the other.
      let named = fit(folder, sampling + ["--backend", "nuts", "--resume"])
      #expect(named.status == 0 && !named.output.contains("the default for own data"))
      #expect(try Data(contentsOf: run.appending(path: "draws.csv")) == draws)
      #expect(fit(folder, sampling + ["--resume"]).status == 0)
      #expect(try Data(contentsOf: run.appending(path: "draws.csv")) == draws)
      let other = fit(folder, ["--backend", "svi", "--steps", "4", "--resume"])
      #expect(other.status == 2 && other.errors.contains("--backend was nuts and is svi"))
    }
  }

  @Test func theEmbeddedExampleIsFittedBySVI() throws {
    let result = ppl("fit", "gev-multiplicative", "--steps", "3", "--draws", "4")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\n3 steps in ") && !result.output.contains("backend"))
  }

  @Test func aFlagOfAnotherBackendNamesIt() throws {
    try withData { folder in
      let result = fit(folder, ["--steps", "300"])
      #expect(result.status == 64)
      #expect(
        result.errors
          == "Error: --steps belongs to --backend svi, adam or laplace; this fit's default is nuts; "
          + "add --backend svi.")
    }
    let sampler = ppl("fit", "gev-multiplicative", "--chains", "2")
    #expect(sampler.status == 64)
    #expect(
      sampler.errors
        == "Error: --chains belongs to --backend nuts; this fit's default is svi; add --backend nuts."
    )
  }

  @Test func helpNamesBothDefaults() {
    let rule = "if not given, nuts for own data (--data) and svi for the embedded example"
    for flags in [[], ["--backend", "nuts"]] {
      let help = ppl(["fit", "gev-multiplicative"] + flags + ["--help"])
      #expect(help.status == 0)
      let text = help.output.replacing(/\s+/, with: " ")
      #expect(text.contains(rule))
      #expect(text.contains("fitted by --backend \(flags.last ?? "svi") ("))
    }
  }

  @Test func aModelMayStateItsOwnDefaults() {
    let example = ownDefault("--steps", "5", "--draws", "4")
    #expect(example.status == 0, "\(example.errors)")
    let own = ownDefault("--data", "x", "--steps", "200", "--learning-rate", "0.1", "--draws", "4")
    #expect(own.status == 0, "\(own.errors)")
    #expect(
      own.output.contains(
        "\nbackend laplace, the default for own data: a normal distribution with the curvature at the posterior mode;"
      ))
    #expect(
      ownDefault("--help").output.replacing(/\s+/, with: " ").contains(
        "if not given, laplace for own data (--data) and adam for the embedded example"))
  }
}
