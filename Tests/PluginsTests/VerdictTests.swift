import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import Plugins

/// Models whose fits end in each of the ways that a command must tell apart.
private struct Verdicts: Plugin {
  let name = "verdicts"
  let summary = "Fits that converge, are cut and fail."
  let models: [any FittableModel] = [
    Wall(name: "wall", count: 400), Wall(name: "part", count: 20), Equal(), Late(), Steep(),
  ]
}

private struct None: ParsableArguments, Sendable {}

/// Values of which some start beside a wall: of four hundred hardly a draw has all on this side, of twenty a part has.
private struct Wall: FittableModel {
  let name: String
  let count: Int
  let summary = "A wall."
  let dataNeeded = "Data: none."
  func problem(_ options: None, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let x = p.plate("n", count) { p in p.sample("x", Normal(0, 1_000)) }
        p.factor("wall", select(abs(x) .< 2, Tensor(0), Tensor(-.infinity)).sum())
      })
  }
}

/// Data without any spread.
private struct Equal: FittableModel {
  let name = "equal"
  let summary = "Equal data."
  let dataNeeded = "Data: none."
  func problem(_ options: None, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let sigma = p.sample("sigma", LogNormal(0, 5))
        _ = p.plate("n", 50) { p in
          p.sample("y", Normal(31, sigma), observed: .full(31, [50]))
        }
      })
  }
}

/// A site that only some draws have.
private struct Late: FittableModel {
  let name = "late"
  let summary = "A branch."
  let dataNeeded = "Data: none."
  func problem(_ options: None, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let x = p.sample("x", Normal(5, 0.1))
        if x.scalar > 4 { p.deterministic("late", x) }
      })
  }
}

/// A site that most draws put beyond the largest number, though the fit goes well.
private struct Steep: FittableModel {
  let name = "steep"
  let summary = "A steep function."
  let dataNeeded = "Data: none."
  func problem(_ options: None, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let x = p.sample("x", Normal(0, 1))
        p.deterministic("steep", exp(abs(x) * 50_000))
        p.sample("y", Normal(x, 1), observed: 2)
      })
  }
}

private func run(_ arguments: String...) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Verdicts())
  return command(["fit"] + arguments, registry)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

@Suite struct VerdictTests {
  @Test func aFitWithoutAFiniteLossExitsWithThreeAndKeepsItsFiles() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let result = run("wall", "--steps", "30", "--draws", "5", "--output", out.path)
      #expect(result.status == 3)
      let sentence =
        "the fit failed: none of the last 10 losses is finite; check the data, start inside the support, or lower "
        + "the learning rate."
      #expect(result.errors == "Error: \(sentence)")
      #expect(result.output.contains("\n\(sentence)\n"))
      let share = try #require(
        result.output.firstMatch(
          of:
            /\nsite "wall": at ([0-9.]+) % of 30 draws of the guide its log density is not finite; the model rules out the values drawn/
        ))
      #expect(Double(share.1) ?? 0 > 80)
      #expect(
        try names(in: out)
          == [
            "checkpoint.json", "draws.csv", "losses.csv", "posterior.nc", "results.json",
            "run.json",
            "summary.txt",
          ])
      let numbers = try json(out.appending(path: "results.json"))
      #expect(numbers["converged"]?.bool == false && numbers["verdict"]?.string == sentence)
    }
  }

  @Test func aLossThatStillFallsIsSaidAndIsNoFailure() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numbers.json")
      let result = run("equal", "--steps", "3000", "--draws", "5", "--json", file.path)
      #expect(result.status == 0 && result.errors.isEmpty)
      let numbers = try json(file)
      let verdict = try #require(numbers["verdict"]?.string)
      #expect(numbers["converged"]?.bool == false)
      #expect(
        verdict.hasPrefix(
          "the fit has not converged: the mean loss of the last 300 steps is "))
      #expect(
        verdict.hasSuffix(
          "take more steps. If it goes on falling, a scale may be shrinking to 0: check the data."))
      #expect(result.output.contains("\n\(verdict)"))
    }
  }

  @Test func aShareOfImpossibleDrawsIsSaid() {
    let result = run("part", "--steps", "30", "--draws", "5")
    #expect(result.status == 0)
    #expect(result.output.contains("\nthe fit has not converged: "))
    #expect(result.output.contains("\nsite \"wall\": at "))
  }

  @Test func aSiteThatAppearsEndsTheFitWithItsName() {
    let result = run("late", "--steps", "6000", "--learning-rate", "0.05")
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("Error: the fit ended in step "))
    #expect(
      result.errors.contains(
        ": site \"late\": is in this run of the model and was not in the first; "))
  }

  @Test func aFitWithInfiniteDrawsExitsWithThreeAndKeepsItsFiles() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let result = run("steep", "--steps", "200", "--draws", "30", "--output", out.path)
      #expect(result.status == 3)
      let sentence =
        "the fit ended, but its draws of \"steep\" are not all finite; lower --learning-rate, which is 0.003, or "
        + "take narrower priors."
      #expect(result.errors == "Error: \(sentence)")
      #expect(result.output.contains("\nx ") && result.output.contains("\n\(sentence)"))
      #expect(
        try names(in: out)
          == [
            "checkpoint.json", "draws.csv", "losses.csv", "posterior.nc", "results.json",
            "run.json",
            "summary.txt",
          ])
      let numbers = try json(out.appending(path: "results.json"))
      #expect(numbers["converged"]?.bool == false && numbers["verdict"]?.string == sentence)
      // Its checkpoint is that of any other fit.
      #expect(run("steep", "--steps", "201", "--resume", "--output", out.path).status == 3)
    }
  }

  @Test func helpSaysWhatTheExitStatusMeans() {
    for help in [run("--help"), run("wall", "--help")] {
      #expect(help.status == 0)
      let text = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        text.contains("3 when none of the last losses is finite (numbers and files are written)"))
    }
  }

  // MARK: The embedded example

  /// The guide of the reference run is of independent normals, which cannot follow the hyperparameters of its fields.
  @Test func theEmbeddedExampleSettlesByItsDefaultStepsAndIsNotTrusted() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numbers.json")
      let result = ppl("fit", "gev-multiplicative", "--draws", "20", "--json", file.path)
      #expect(result.status == 0)
      let numbers = try json(file)
      #expect(numbers["converged"]?.bool == false)
      #expect(
        result.output.contains(
          "\nthe losses settled: the mean loss of the last 500 steps differs from "))
      let verdict = try #require(numbers["verdict"]?.string)
      #expect(
        verdict.hasPrefix(
          "the fit cannot be trusted: k-hat is 1.")
          && verdict.hasSuffix(
            ": the approximation leaves out parts of the posterior; take --backend nuts, or --guide mvn."
          ))
      #expect(result.output.contains("\n\(verdict)"))
      let diagnostics = try #require(numbers["diagnostics"])
      #expect(diagnostics["verdict"]?.string == verdict)
      #expect(diagnostics["converged"]?.bool == false)
      #expect(diagnostics["khat"]?.double ?? 0 > 0.7 && diagnostics["elbo_se"]?.double ?? 9 < 1)
      #expect(numbers["sampling"]?["gradients"]?.double == 6000)
      let parameters = try #require(numbers["parameters"])
      for name in ["mu0", "xi", "k_mu.lengthscale"] {
        let median = try #require(parameters[name]?["q50"]?.double)
        #expect(parameters[name]?["q05"]?.double ?? .infinity < median, "\(name)")
        #expect(parameters[name]?["rhat"] == nil)
      }
      // Its table has the numbers of before.
      #expect(parameters["mu0"]?["mean"]?.double == numbers["mu0"]?["mean"]?.double)
    }
  }

  @Test func theEmbeddedExampleCutAtThreeHundredStepsHasNotConverged() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numbers.json")
      let result = ppl(
        "fit", "gev-multiplicative", "--steps", "300", "--draws", "20", "--json", file.path)
      #expect(result.status == 0)
      let numbers = try json(file)
      #expect(numbers["converged"]?.bool == false)
      #expect(result.output.contains("\nthe fit has not converged: "))
    }
  }
}
