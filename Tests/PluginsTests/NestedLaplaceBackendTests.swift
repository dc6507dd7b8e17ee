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

/// Five counts around a rate whose logarithm varies, with its deviation unknown.
private struct Rates: FittableModel {
  let name = "rates"
  let summary = "Rates of counts."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let deviation = p.sample("deviation", LogNormal(-1, 0.5))
      let centre = p.sample("centre", Normal(1, 1))
      p.plate("n", 5) { p in
        let effect = p.sample("effect", Normal(0, 1))
        p.sample("y", Poisson(rate: exp(centre + deviation * effect)))
      }
    }
    return InferenceProblem(
      model.conditioned(on: ["y": [2, 7, 4, 3, 6]]), gaussianSites: ["effect", "centre"])
  }
}

/// A model without a Gaussian site.
private struct Gap: FittableModel {
  let name = "gap"
  let summary = "A waiting time."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(Model<Void> { p in p.sample("rate", Gamma(shape: 2, rate: 1)) })
  }
}

/// Heavy tails in eight numbers.
private struct Tails: FittableModel {
  let name = "tails"
  let summary = "Heavy tails."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model<Void> { p in p.sample("x", StudentT(1, 0, Tensor.ones([8])).toEvent(1)) })
  }
}

private struct Models: Plugin {
  let name = "models"
  let summary = "Models."
  let models: [any FittableModel] = [MeanOfTwo(name: "means"), Rates(), Gap(), Tails()]
}

private func fit(_ model: String, _ flags: String...) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Models())
  return command(["fit", model, "--backend", "nested-laplace"] + flags, registry)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// `ppl fit MODEL --backend nested-laplace`.
struct NestedLaplaceBackendTests {
  @Test func aNormalPosteriorIsExact() throws {
    let result = fit("means", "--draws", "4000")
    #expect(result.status == 0, "\(result.errors)")
    let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
    // 4,000 independent draws: four errors of the mean and of the deviation, and the rounding of the table.
    #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.05 && abs((Double(row.2) ?? 0) - 0.705) < 0.04)
    #expect(result.output.contains("\n2 Laplace approximations of 1 Gaussian numbers (mean) in "))
    #expect(result.output.contains("\nno hyperparameters\n"))
    #expect(
      result.output.contains(
        "\nthe nested Laplace approximation holds: k-hat 0.00 of the draws."))
  }

  @Test func theResultsHaveTheDiagnosisAndTheEvidence() throws {
    try withTemporaryFolder { folder in
      let flags = ["--draws", "300", "--output", folder.path]
      func run(_ more: String...) -> CommandResult {
        var registry = PluginRegistry()
        registry.register(Models())
        return command(
          ["fit", "rates", "--backend", "nested-laplace"] + flags + more, registry)
      }
      let result = run("--threads", "1")
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains(
          " Laplace approximations of 6 Gaussian numbers (centre, effect) in "))
      #expect(result.output.contains("\n512 points of deviation, "))
      let results = try json(folder.appending(path: "results.json"))
      #expect(results["converged"]?.bool == true)
      #expect(results["diagnostics"]?["khat"]?.double ?? 1 < 0.7)
      #expect(results["diagnostics"]?["failed_points"]?.double == 0)
      // Five counts with means about 4: log p(y) is about -11.
      #expect(abs((results["diagnostics"]?["log_evidence"]?.double ?? 0) + 11) < 2)
      for name in ["khat_hyperparameters", "khat_draws", "effective_points"] {
        #expect(results["diagnostics"]?[name]?.double != nil, "\(name)")
      }
      #expect(results["sampling"]?["points"]?.double == 512)
      #expect(results["sampling"]?["approximations"]?.double ?? 0 > 512)
      #expect(results["sampling"]?["chains"]?.double == 1)
      let draws = try Data(contentsOf: folder.appending(path: "draws.csv"))
      // There is no checkpoint: --resume fits again, with the same digits.
      let again = run("--resume", "--threads", "2")
      #expect(again.status == 0, "\(again.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "draws.csv")) == draws)
    }
  }

  @Test func theExplorationAndTheSitesAreChosenByFlags() {
    let grid = fit("rates", "--exploration", "quadrature", "--no-correction", "--draws", "100")
    #expect(grid.status == 0, "\(grid.errors)")
    #expect(
      grid.output.contains(
        "\nthe nested Laplace approximation holds, as far as Newton's method tells; nothing else was tested"
      ))
    let sites = fit("rates", "--gaussian-sites", "effect", "--points", "30", "--draws", "100")
    #expect(sites.output.contains("\n30 points of deviation, centre, "))
  }

  @Test func theVerdictNamesTheFlagsThatHelp() {
    // Tails far beyond those of the normal distribution at the mode.
    let result = fit("tails", "--gaussian-sites", "x", "--draws", "100")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains(
        "\nthe nested Laplace approximation is not to be believed: k-hat of the draws is "))
    #expect(result.output.contains("take --backend nuts, or fewer --gaussian-sites."))
  }

  @Test func aModelWithoutAGaussianSiteIsToldToTakeAnotherBackend() {
    let result = fit("gap")
    #expect(result.status != 0)
    #expect(
      result.errors.contains(
        "Error: no latent site is Gaussian given the others (there are \"rate\"); name those whose posterior is "
          + "near Gaussian, or take --backend nuts. Nothing was written."))
  }

  @Test func anInterruptionKeepsNothing() throws {
    let control = RunControl(progress: .silent, isCancelled: { true })
    let context = FitContext(try FitOptions.parse([]), control: control)
    let error = #expect(throws: Interrupted.self) {
      _ = try NestedLaplaceRun(
        NestedLaplace(), of: Rates().problem(try .parse([]), ()), in: context)
    }
    #expect(error?.description == "interrupted before the first result; nothing is kept.")
  }

  @Test(arguments: [
    (["--points", "3"], "--points is 3, but must be from 25 to 1000000."),
    (["--gaussian-sites", ","], "--gaussian-sites is empty; name sites, or leave it out."),
    (["--gaussian-sites", "speed"], "no site is named \"speed\"; there are "),
    (["--exploration", "grid"], "'grid' is invalid"),
    (["--chains", "4"], "--chains does not apply to --backend nested-laplace"),
  ])
  func aWrongFlagIsNamed(flags: [String], sentence: String) {
    var registry = PluginRegistry()
    registry.register(Models())
    let result = command(["fit", "rates", "--backend", "nested-laplace"] + flags, registry)
    #expect(result.status != 0 && result.errors.contains(sentence), "\(result.errors)")
  }
}
