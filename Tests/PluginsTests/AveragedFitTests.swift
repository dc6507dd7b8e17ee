import CommandTestSupport
import Foundation
import Inference
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

private func fit(_ flags: [String]) -> CommandResult {
  means("fit", flags)
}

/// `ppl fit MODEL --average`, and what is said of a clip that is always active.
struct AveragedFitTests {
  @Test func theStandardErrorOfTheAverageIsReported() throws {
    let result = fit([
      "--average", "--steps", "2000", "--learning-rate", "0.05", "--particles", "8", "--draws",
      "4000",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let line =
      /\nparameters averaged over the last \d+ steps: standard error at most 0\.0\d+ standard/
    #expect(result.output.firstMatch(of: line) != nil, "\(result.output)")
    let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
    // Four standard errors of 4,000 draws are 0.045.
    #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.06 && abs((Double(row.2) ?? 0) - 0.705) < 0.05)
  }

  @Test func anAverageGoesOnFromTheCheckpoint() throws {
    try withTemporaryFolder { folder in
      func draws(_ run: URL, _ flags: String...) throws -> Data {
        let result = fit(["--average", "--output", run.path, "--draws", "20"] + flags)
        #expect(result.status == 0, "\(result.errors)")
        return try Data(contentsOf: run.appending(path: "draws.csv"))
      }
      let (parts, whole) = (folder.appending(path: "parts"), folder.appending(path: "whole"))
      _ = try draws(parts, "--steps", "70")
      let resumed = try draws(parts, "--steps", "150", "--resume")
      #expect(try draws(whole, "--steps", "150") == resumed)
      let other = fit(["--output", parts.path, "--steps", "160", "--resume"])
      #expect(other.status == 2 && other.errors.contains("--average"), "\(other.errors)")
    }
  }

  @Test func aClipThatIsAlwaysActiveIsNamedWithItsRemedy() {
    let clipped = fit(["--steps", "50", "--clip", "0.001"])
    #expect(
      clipped.output.contains(
        "\n--clip 0.001 shortened the gradient in more than half of the steps, so that it and not the posterior sets "
          + "their lengths; take --clip none"), "\(clipped.output)")
    #expect(!fit(["--steps", "50", "--clip", "none"]).output.contains("shortened the gradient"))
  }
}
