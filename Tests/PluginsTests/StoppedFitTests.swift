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

/// A regression on two covariates with known noise, whose posterior is normal.
private struct Line: FittableModel {
  let name = "line"
  let summary = "A regression."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let x = Tensor([1, -1.5, 1, -0.5, 1, 0.5, 1, 1.5], shape: [4, 2])
    let model = Model { p in
      let slopes = p.sample("slopes", Normal(Tensor.zeros([2]), 10).toEvent(1))
      p.sample("y", Normal(matmul(x, slopes), 1).toEvent(1))
    }
    return InferenceProblem(model.conditioned(on: ["y": [0.5, 1.5, 2, 4]]))
  }
}

private struct Lines: Plugin {
  let name = "lines"
  let summary = "Lines."
  let models: [any FittableModel] = [Line()]
}

/// `ppl fit MODEL --stop-when-converged`.
struct StoppedFitTests {
  private func fit(_ flags: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(Lines())
    return command(
      ["fit", "line", "--backend", "svi", "--learning-rate", "0.02", "--particles", "8"] + flags,
      registry)
  }

  /// The columns are orthogonal: means 8 / 4.01 and 5.5 / 5.01, deviations 1 / √4.01 and 1 / √5.01.
  @Test func aFitEndsWhenItsParametersAreKnown() throws {
    let result = fit(["--stop-when-converged", "--steps", "100000", "--draws", "4000"])
    #expect(result.status == 0, "\(result.errors)")
    let verdict =
      /the fit converged by the test on its parameters: .*; it ended after (\d+) of 100000 steps\./
    let steps = try #require(result.output.firstMatch(of: verdict), "\(result.output)")
    #expect((1_000...10_000).contains(Int(steps.1) ?? 0), "\(steps.1)")
    #expect(!result.output.contains("interrupted"))
    let exact = [(8 / 4.01, 1 / 4.01.squareRoot()), (5.5 / 5.01, 1 / 5.01.squareRoot())]
    for (index, (mean, deviation)) in exact.enumerated() {
      let row = try Regex("\\nslopes\\[\(index)\\] +(-?[0-9.]+) +([0-9.]+)")
      let found = try #require(result.output.firstMatch(of: row), "\(result.output)")
      let numbers = found.output.dropFirst().compactMap { $0.substring.flatMap { Double($0) } }
      // Four standard errors of the parameters, 0.2, and of 4,000 draws, 0.06 of a deviation; rounding of the table.
      #expect(abs(numbers[0] - mean) < 0.21 * deviation + 0.005, "\(numbers[0]), not \(mean)")
      #expect(abs(numbers[1] / deviation - 1) < 0.21)
    }
  }

  @Test func aResumedFitEndsAtTheSameStepWithTheSameDigits() throws {
    try withTemporaryFolder { folder in
      func draws(_ run: URL, _ flags: String...) throws -> (data: Data, output: String) {
        let result = fit(
          ["--stop-when-converged", "--output", run.path, "--draws", "20"] + flags)
        #expect(result.status == 0, "\(result.errors)")
        return (try Data(contentsOf: run.appending(path: "draws.csv")), result.output)
      }
      let (parts, whole) = (folder.appending(path: "parts"), folder.appending(path: "whole"))
      _ = try draws(parts, "--steps", "950")
      let resumed = try draws(parts, "--steps", "100000", "--resume")
      let uninterrupted = try draws(whole, "--steps", "100000")
      #expect(resumed.data == uninterrupted.data)
      #expect(resumed.output.contains("; it ended after "), "\(resumed.output)")
      // A run that has ended by its test has nothing to continue.
      let again = try draws(parts, "--steps", "100000", "--resume")
      #expect(again.data == resumed.data && again.output.contains("the run was finished"))
    }
  }

  @Test func aFitThatHasNotConvergedTakesAllItsSteps() {
    let result = fit(["--stop-when-converged", "--steps", "100"])
    #expect(result.status == 0 && !result.output.contains("it ended after"), "\(result.output)")
  }
}
