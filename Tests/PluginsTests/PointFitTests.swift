import CommandTestSupport
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

/// `--backend adam`, whose draws are one point.
struct PointFitTests {
  private let flags = ["--backend", "adam", "--steps", "1500", "--learning-rate", "0.02"]

  @Test func aPointHasAValueAndNoDeviation() throws {
    try withTemporaryFolder { folder in
      var registry = PluginRegistry()
      registry.register(MeansPlugin())
      let result = command(
        ["fit", "means"] + flags + ["--draws", "50", "--output", folder.path], registry)
      #expect(result.status == 0, "\(result.errors)")
      // The mode is 4 / 2.01.
      #expect(result.output.contains(/\n +point\nmean +1\.99\n/), "\(result.output)")
      #expect(!result.output.contains("5 %"))
      let results = try json(folder.appending(path: "results.json"))
      for summary in [results["posterior"]?["mean"], results["parameters"]?["mean"]] {
        let value = try #require(summary?["mean"]?.double)
        #expect(abs(value - 4 / 2.01) < 0.01)
        #expect(summary?["sd"] == nil && summary?["q95"] == nil)
      }
      let verdict = try #require(results["verdict"]?.string)
      #expect(
        verdict.hasSuffix(
          " The result is a point, the mode, without any uncertainty; take --backend nuts or laplace for that."
        ))
      #expect(result.output.contains("\n\(verdict)"))
    }
  }

  /// Losses that fall by less than 0.01 nats a window say nothing of a mode that is 9 nats higher.
  @Test func aPointBeforeTheModeHasNotConverged() throws {
    var registry = PluginRegistry()
    registry.register(MeansPlugin())
    let flags = ["--backend", "adam", "--steps", "1500", "--learning-rate", "1e-9"]
    let result = command(["fit", "means"] + flags + ["--draws", "4"], registry)
    #expect(
      result.output.contains(
        /\nthe fit has not converged: it ended before the mode, where the log density is [0-9.e+]+ nats higher; take a higher --learning-rate, more --steps, or --backend laplace\./
      ), "\(result.output)")
  }

  @Test func thePointOfAModelOfExtremesHasNoDeviation() throws {
    try withTemporaryFolder { folder in
      let result = ppl(
        "fit", "gev-multiplicative", "--backend", "adam", "--steps", "20", "--draws", "4",
        "--output", folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains(/\nparameter +point +truth\nmu0 +°C +[0-9.]+ +[0-9.]+\n/))
      #expect(result.output.contains("beta(s), values over the stations: "))
      let results = try json(folder.appending(path: "results.json"))
      for name in ["mu0", "sigma"] {
        #expect(results[name]?["mean"]?.double != nil && results[name]?["sd"] == nil)
        #expect(results["parameters"]?[name]?["sd"] == nil)
      }
    }
  }
}
