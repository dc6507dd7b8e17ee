import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

private struct Likely: Plugin {
  let name = "likely"
  let summary = "Levels and a sum."
  let models: [any FittableModel] = [Levels(), SumOfTwo()]
}

/// Three years of two gauges with a mean and a deviation: mean 2, squared deviation 5 / 3.
private struct Levels: FittableModel {
  let name = "levels"
  let summary = "Levels."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let mean = p.sample("mean", Normal(50, 0.01))
        let deviation = p.sample("deviation", HalfNormal(1))
        p.deterministic("double", 2 * mean)
        p.plate("year", 3, dim: -2) { p in
          p.plate("gauge", 2, dim: -1) { p in
            p.sample(
              "y", Normal(mean, deviation), observed: Tensor(rows: [[1, 3], [0, 4], [2, 2]]))
          }
        }
      }, start: .values(["mean": 1, "deviation": 1]))
  }
}

/// Two numbers of which the data know the sum.
private struct SumOfTwo: FittableModel {
  let name = "sum"
  let summary = "A sum."
  let dataNeeded = "Data: none."
  typealias Options = Levels.Options

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in
        let (a, b) = (p.sample("a", Normal(0, 1)), p.sample("b", Normal(0, 1)))
        p.sample("y", Normal(a + b, 1), observed: 3)
      })
  }
}

private func fit(_ model: String, _ flags: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Likely())
  return command(["fit", model, "--backend", "mle"] + flags, registry)
}

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

/// `ppl fit MODEL --backend mle`.
struct MaximumLikelihoodBackendTests {
  private let squaredDeviation = 10.0 / 6

  @Test func estimatesErrorsAndCriteriaAreInTheResults() throws {
    try withTemporaryFolder { folder in
      let result = fit("levels", ["--draws", "2000", "--output", folder.path])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("\nconverged: the next Newton step is "))
      #expect(result.output.contains("information matrix is positive definite"))
      #expect(result.output.firstMatch(of: /\nmean +2 +0\.52705 +1\.1331 +2\.8669\n/) != nil)
      let results = try json(folder.appending(path: "results.json"))
      let logLikelihood = -3 * (Foundation.log(2 * .pi * squaredDeviation) + 1)
      func close(_ found: Double?, _ expected: Double) -> Bool {
        abs((found ?? .nan) - expected) < 1e-8
      }
      #expect(results["converged"]?.bool == true)
      #expect(close(results["log_likelihood"]?.double, logLikelihood))
      #expect(close(results["aic"]?.double, 4 - 2 * logLikelihood))
      #expect(close(results["bic"]?.double, 2 * Foundation.log(6) - 2 * logLikelihood))
      let mean = results["parameters"]?["mean"]
      let error = (squaredDeviation / 6).squareRoot()
      #expect(close(mean?["mean"]?.double, 2), "\(String(describing: mean))")
      #expect(close(mean?["sd"]?.double, error))
      #expect(close(mean?["q95"]?.double, 2 + 1.6448536269514722 * error))
      #expect(close(results["parameters"]?["double"]?["sd"]?.double, 2 * error))
      #expect(results["maximum_likelihood"]?["observations"]?.double == 6)
      // Draws of the asymptotic normal distribution: four standard errors of 2,000.
      let drawn = results["posterior"]?["mean"]
      #expect(abs((drawn?["mean"]?.double ?? .nan) - 2) < 4 * error / 44)
      #expect(abs((drawn?["sd"]?.double ?? .nan) / error - 1) < 0.07)
    }
  }

  /// Years of equal means leave no variance of the mean; gauges of 1 and 3 on average do.
  @Test func clustersWidenTheErrors() throws {
    try withTemporaryFolder { folder in
      let result = fit("levels", ["--clusters", "gauge", "--output", folder.path])
      #expect(result.status != 0)
      #expect(result.errors.contains("2 clusters cannot give standard errors of 2 parameters"))
    }
    let other = fit("levels", ["--clusters", "month"])
    #expect(other.status != 0 && other.errors.contains("the clusters of plate \"month\""))
  }

  @Test func whatIsNotDeterminedIsAnErrorThatNamesABackend() {
    let result = fit("sum", [])
    #expect(result.status != 0)
    #expect(
      result.errors.contains("the data do not determine \"a\", \"b\""), "\(result.errors)")
    #expect(result.errors.contains("take --backend nuts, in which priors count"))
  }

  @Test func aRunIsMadeAgainInItsFolder() throws {
    try withTemporaryFolder { folder in
      let flags = ["--draws", "20", "--output", folder.path]
      #expect(fit("levels", flags).status == 0)
      let before = try Data(contentsOf: folder.appending(path: "draws.csv"))
      #expect(fit("levels", flags + ["--resume", "--threads", "1"]).status == 0)
      #expect(try Data(contentsOf: folder.appending(path: "draws.csv")) == before)
      let changed = fit("levels", flags + ["--resume", "--starts", "9"])
      #expect(changed.status == 2 && changed.errors.contains("--starts"), "\(changed.errors)")
    }
  }

  @Test func aWrongFlagIsNamed() {
    let result = fit("levels", ["--starts", "0"])
    #expect(result.status == 64)
    #expect(result.errors.contains("--starts is 0, but must be from 1 to 10000."))
  }
}
