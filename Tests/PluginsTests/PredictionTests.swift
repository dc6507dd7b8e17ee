import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import Plugins

/// A model of another package that predicts: the probability that the next number exceeds a bound.
private struct NextNumber: PredictableModel {
  let name = "next-number"
  let summary = "The mean of two numbers, and the next one."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {
    @Option(help: "The standard deviation of the prior.") var spread = 10.0
    @Option(help: "A number of the data.") var number: [Double] = []
  }
  struct Prediction: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "The bound.") var bound = 0.0
  }

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let numbers = options.number.isEmpty ? [1, 3] : options.number
    let model = Model { p in
      let mean = p.sample("mean", Normal(0, Tensor(options.spread)))
      p.plate("n", numbers.count) { p in p.sample("y", Normal(mean, 1)) }
    }
    return InferenceProblem(model.conditioned(on: ["y": Tensor(numbers)]))
  }

  func predict(_ fitted: FittedModel<Self>, _ options: Prediction) throws -> RunReport {
    let mean = try fitted.posterior().draws["mean"]
    let numbers = ["exceedance": (1 - Normal(mean, 1).cdf(Tensor(options.bound))).mean().scalar]
    return RunReport(table: "exceedance \(numbers["exceedance"] ?? 0)", numbers: numbers, files: [])
  }
}

private struct Numbers: Plugin {
  let name = "numbers"
  let summary = "Models of numbers."
  let models: [any FittableModel] = [NextNumber(), MeanOfTwo()]
}

@Suite struct PredictionTests {
  private func run(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(Numbers())
    return command(arguments, registry)
  }

  /// The flags of the fit are those of its run, repeated ones and those of the backend included.
  @Test(arguments: [
    ["--backend", "svi", "--steps", "20", "--learning-rate=0.1", "--seed", "3"],
    ["--backend", "nuts", "--chains", "2", "--warmup", "30", "--draws", "20"],
    ["--backend", "laplace", "--steps", "20"], ["--backend", "adam", "--steps", "20"],
    ["--backend", "match"], ["--steps", "20"],
  ])
  func aModelOfAnotherPackagePredictsFromItsFit(flags: [String]) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      let model = ["--spread", "5", "--number", "1", "--number=2", "--number", "6"]
      let fit = run(["fit", "next-number", "--output", path, "--threads", "1"] + flags + model)
      #expect(fit.status == 0, "\(fit.errors)")
      let fitted = try NextNumber().fitted(flags + model)
      let draws = try fitted.posterior().draws["mean"]
      let expected = (1 - Normal(draws, 1).cdf(2.5)).mean().scalar
      let result = run(["predict", path, "--bound", "2.5"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.hasPrefix("exceedance \(expected)\n\nthe fit in \(path): "))
      let report = try NextNumber().predicted(from: path, ["--bound", "2.5", "--threads", "2"])
      #expect((report.numbers as? [String: Double])?["exceedance"] == expected)
    }
  }

  @Test func aModelWithoutPredictionsIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      #expect(run(["fit", "mean", "--steps", "5", "--output", path, "--quiet"]).status == 0)
      let result = run(["predict", path])
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: mean, the model of the run in \(path), makes no predictions; its numbers are in results.json."
      )
      let error = #expect(throws: PredictionError.self) { try NextNumber().restored(from: path) }
      #expect(error?.description == "the run in \(path) is a fit of mean, not of next-number.")
    }
  }

  /// Fits by chains and by scores that were interrupted are told as well.
  @Test(arguments: [
    (
      ["--backend", "nuts", "--chains", "1", "--warmup", "20", "--draws", "15"], "\"15\"", "\"25\"",
      "15 of 25 draws of each chain"
    )
  ])
  func anInterruptedFitIsRefused(flags: [String], old: String, new: String, count: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      #expect(run(["fit", "next-number", "--output", path, "--quiet"] + flags).status == 0)
      let url = folder.appending(path: "run/run.json")
      let text = try String(contentsOf: url, encoding: .utf8)
      try Data(text.replacing(old, with: new).utf8).write(to: url)
      let result = run(["predict", path])
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: the fit in \(path) was interrupted after \(count); continue it with ppl fit --resume first."
      )
    }
  }

  @Test func helpNamesTheFlagsOfTheModel() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      #expect(run(["fit", "next-number", "--steps", "5", "--output", path, "--quiet"]).status == 0)
      let help = run(["predict", path, "--help"])
      #expect(help.status == 0)
      for flag in ["--bound <bound>", "--data <path>", "--json <file>", "USAGE: ppl predict RUN"] {
        #expect(help.output.contains(flag), "\(help.output)")
      }
      let wrong = run(["predict", path, "--bund", "2"])
      #expect(wrong.status == 64 && wrong.errors.contains("Unknown option '--bund'"))
    }
  }

  @Test func placesOfFilesAreNoPartOfAFit() {
    #expect(
      lastingArguments(
        [
          "--data", "d", "--seed=1", "--output=x", "--resume", "--steps", "5", "--json", "n",
          "--quiet",
          "--threads", "2", "--minima",
        ], backend: "svi") == ["--backend", "svi", "--seed=1", "--steps", "5", "--minima"])
    #expect(lastingArguments(["--backend=nuts"], backend: "nuts") == ["--backend=nuts"])
  }
}
