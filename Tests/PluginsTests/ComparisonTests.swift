import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Parallel
import Runs
import TestSupport
import Testing

@testable import Plugins

/// Nine numbers, or those of a flag, by one of three models.
private struct Numbers: FittableModel {
  let name = "numbers"
  let summary = "Nine numbers."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {
    @Option(help: "normal, student or zero") var kind = "normal"
    @Option(parsing: .upToNextOption, help: "The numbers.") var number: [Double] = []
  }
  static let numbers = [0.4, -0.9, 1.3, 0.2, -0.4, 1.9, -1.6, 0.7, 6.5]

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let y = options.number.isEmpty ? Self.numbers : options.number
    let model = Model { p in
      let mu = p.sample("mu", Normal(0, 10))
      let sigma = exp(p.sample("log_sigma", Normal(0, 2)))
      p.plate("n", y.count) { p in
        switch options.kind {
        case "student": p.sample("y", StudentT(3, mu, sigma))
        case "zero": p.sample("y", Normal(0 * mu, sigma))
        default: p.sample("y", Normal(mu, sigma))
        }
      }
    }
    return InferenceProblem(model.conditioned(on: ["y": Tensor(y)]))
  }
}

/// A backend with the draws of `model_comparison.json`.
private struct Stored: InferenceBackend {
  let name = "stored"
  let summary = "stored draws"
  struct Options: ParsableArguments, Sendable {
    @Option(help: "The name of the fit.") var fit = "normal"
  }

  func run(
    _ problem: InferenceProblem, _ options: Options, in context: FitContext
  ) throws -> any Fit {
    let fits = try #require(Reference.json("model_comparison.json")["loo"]).elements
    let fit = try #require(fits.first { $0["name"]?.string == options.fit })
    let sites = ["mu", "log_sigma"].map { name in
      (name, Tensor(fit[name]?.elements.flatMap { $0.elements.compactMap(\.double) } ?? []))
    }
    let posterior = try Posterior(
      Draws(count: sites[0].1.count, sites: sites), chains: 2, origin: .init(method: "stored"))
    return StoredFit(stored: posterior)
  }
}

private struct StoredFit: Fit {
  let stored: Posterior
  var course: FitCourse {
    FitCourse(isConverged: true, verdict: "stored.", numbers: JSONObject([]), seconds: 0)
  }
  var checkpoint: OutputFile? { OutputFile(RunFileName.checkpoint, text: "{}") }
  func posterior(draws count: Int, key: RandomKey, pool: WorkPool) -> Posterior { stored }
}

/// Numbers with known variance, whose posterior is normal.
private struct Mean: FittableModel {
  let name = "known-variance"
  let summary = "Six numbers."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}
  static let numbers = [0.3, -0.6, 1.1, 2.0, -0.2, 0.9]

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let mean = p.sample("mean", Normal(0, 2))
      p.plate("n", 6) { p in p.sample("y", Normal(mean, 1)) }
    }
    return InferenceProblem(model.conditioned(on: ["y": Tensor(Self.numbers)]))
  }
}

private struct Examples: Plugin {
  let name = "examples"
  let summary = "Numbers."
  let models: [any FittableModel] = [Numbers(), Mean()]
}

/// `ppl compare` for models of other packages, which state nothing for it.
@Suite struct ComparisonTests {
  private var registry: PluginRegistry {
    var registry = PluginRegistry()
    registry.register(Examples())
    registry.register(Stored())
    return registry
  }

  private func fit(_ folder: URL, _ name: String, _ arguments: String...) {
    let path = folder.appending(path: name).path
    let result = command(["fit"] + arguments + ["--quiet", "--output", path], registry)
    #expect(result.status == 0, "\(result.errors)")
  }

  private func numbers(_ arguments: [String], _ folder: URL) throws -> JSONValue {
    let json = folder.appending(path: "out.json")
    let result = command(
      ["compare"] + arguments + ["--json", json.path, "--quiet", "--pointwise"], registry)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: json))
  }

  /// Within the rounding of the reference's log likelihoods to four digits, of nine points.
  @Test func leaveOneOutOfAnyModelIsThatOfArviZ() throws {
    let expected = try #require(Reference.json("model_comparison.json")["loo"]).elements
    try withTemporaryFolder { folder in
      let names = ["normal", "student", "zero"]
      for name in names {
        fit(folder, name, "numbers", "--kind", name, "--backend", "stored", "--fit", name)
      }
      let found = try numbers(names.map { folder.appending(path: $0).path }, folder)
      let rows = try #require(found["runs"]).elements
      #expect(rows.map { $0["run"]?.string } == ["student", "normal", "zero"])
      for row in rows {
        let golden = try #require(expected.first { $0["name"]?.string == row["run"]?.string })
        for (ours, theirs) in [
          ("log_score", "elpd"), ("effective_parameters", "p_loo"), ("log_score_se", "se"),
          ("difference_se", "dse"), ("khat_threshold", "good_k"),
        ] {
          expectClose(
            [try #require(row[ours]?.double)], [try #require(golden[theirs]?.double)],
            relative: 0, absolute: 1e-3, ours)
        }
        let difference = try #require(golden["elpd_diff"]?.double)
        expectClose(
          [try #require(row["difference"]?.double)], [-difference], relative: 0, absolute: 1e-3)
        // The precision of ArviZ's optimizer.
        expectClose(
          [try #require(row["weight"]?.double)], [try #require(golden["weight"]?.double)],
          relative: 0, absolute: 3e-3)
        let above = golden["khat"]?.elements.compactMap(\.double) ?? []
        let threshold = try #require(golden["good_k"]?.double)
        #expect(row["khats_above"]?.double == Double(above.count { $0 > threshold }))
      }
    }
  }

  /// Draws of the exact posterior of the rest: four standard errors of 4,000 draws are below 0.02 for these points.
  @Test(arguments: ["random:3", "n:3", "ns:2"]) func foldsOfAConjugateModelHaveTheirClosedForm(
    rule: String
  ) throws {
    try withTemporaryFolder { folder in
      fit(folder, "run", "known-variance", "--backend", "laplace", "--draws", "4000")
      let found = try numbers(
        [folder.appending(path: "run").path, "--folds", rule, "--seed", "5"], folder)
      let y = Mean.numbers
      let folds: [[Int]] =
        switch rule {
        case "n:3": [[0, 3], [1, 4], [2, 5]]
        case "ns:2": [[0, 1, 2], [3, 4, 5]]
        default:
          try FoldRule(argument: rule)?.folds(
            y.map { ComparedObservation("\($0)", $0) }, key: RandomKey(5)) ?? []
        }
      #expect(folds.flatMap(\.self).sorted() == Array(0..<6))
      let points = try #require(found["pointwise"]).elements
      for fold in folds {
        let rest = y.indices.filter { !fold.contains($0) }.map { y[$0] }
        let precision = Double(rest.count) + 0.25
        let predictive = Normal(
          Tensor(rest.reduce(0, +) / precision), Tensor((1 + 1 / precision).squareRoot()))
        for i in fold {
          let row = try #require(points[i]["runs"]?[0])
          expectClose(
            [try #require(row["log_score"]?.double), try #require(row["pit"]?.double)],
            [predictive.logProb(Tensor(y[i])).scalar, predictive.cdf(Tensor(y[i])).scalar],
            relative: 0, absolute: 0.03, "\(i)")
        }
      }
    }
  }

  @Test func observationsMustBeTheSame() throws {
    try withTemporaryFolder { folder in
      let flags = ["numbers", "--backend", "svi", "--steps", "5", "--draws", "20", "--number"]
      for (name, values) in [
        ("A", ["1", "2", "4"]), ("B", ["1", "2.5", "4"]), ("C", ["1", "2"]),
        ("D", ["1", "2", "4", "5"]),
      ] {
        let path = folder.appending(path: name).path
        let result = command(["fit"] + flags + values + ["--quiet", "--output", path], registry)
        #expect(result.status == 0, "\(result.errors)")
      }
      func message(_ second: String) -> String {
        let paths = ["A", second].map { folder.appending(path: $0).path }
        return command(["compare"] + paths, registry).errors.replacing(folder.path, with: "DIR")
      }
      let start = "Error: the runs in DIR/A and DIR"
      let end = "; compare fits to the same data."
      #expect(message("B") == "\(start)/B have other observations: y[1] is 2.0 and 2.5\(end)")
      #expect(
        message("C") == "\(start)/C have other observations: y[2] is in the first one only\(end)")
      #expect(
        message("D") == "\(start)/D have other observations: y[3] is in the second one only\(end)")
    }
  }

  /// The score of a weighted sample is E|X - y| - E|X - X'| / 2, term by term.
  @Test func scoresOfSamplesAreThoseOfTheirDefinition() throws {
    let (x, w) = ([1.5, -0.2, 0.9, 0.9], [0.1, 0.4, 0.3, 0.2])
    let mixture = SimulatedMixture(observed: 0.9, simulated: x, logDensities: [0, 0, 0, 0])
    let score = try #require(mixture.score(w))
    var expected = 0.0
    for i in 0..<4 {
      expected += w[i] * abs(x[i] - 0.9)
      for j in 0..<4 { expected -= w[i] * w[j] * abs(x[i] - x[j]) / 2 }
    }
    expectClose([score.crps, score.pit], [expected, 0.4 + 0.25], relative: 1e-12)
  }

  /// Panels without a number are left out of the share and counted.
  @Test func simulatedGroupsWithoutTheNumberAreCounted() {
    let summary = PredictedSummary("level", of: "A", observed: 1, simulated: [0, nil, 2, nil, nil])
    #expect(summary.unknown == 3 && summary.pit == 0.5 && summary.mean == 1)
  }
}
