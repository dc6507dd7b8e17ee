import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

private struct Models: Plugin {
  let name = "models"
  let summary = "Models."
  let models: [any FittableModel] = [MeanOfTwo(name: "means"), Rate()]
}

/// A model without a Gaussian site.
private struct Rate: FittableModel {
  let name = "rate"
  let summary = "A rate."
  let dataNeeded = "Data: none."
  typealias Options = MeanOfTwo.Options

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(
      Model { p in p.sample("y", Exponential(rate: p.sample("rate", Gamma(shape: 2, rate: 1)))) }
        .conditioned(on: ["y": 1]))
  }
}

private func run(_ words: String...) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Models())
  return command(words.flatMap { $0.split(separator: " ").map(String.init) }, registry)
}

/// Errors of the library about settings, as a command shows them.
struct SettingErrorTests {
  @Test func aWrongRankNamesItsFlag() {
    let result = run("fit means --backend match --rank 2")
    #expect(result.status == 2)
    #expect(
      result.errors
        == "Error: --rank is 2, but must be at most 1, the number of unconstrained values.")
  }

  /// Nothing is left in the folder, so that the next try needs no --overwrite.
  @Test(arguments: [
    ("means --backend match --rank 2", "Error: --rank is 2, but must be at most 1, "),
    (
      "means --backend nested-laplace --gaussian-sites speed",
      "Error: no site is named \"speed\"; there are \"mean\"."
    ),
    (
      "rate --backend nested-laplace",
      "Error: no latent site is Gaussian given the others (there are \"rate\"); name those whose posterior is near "
        + "Gaussian, or take --backend nuts."
    ),
  ])
  func whatEveryPanelWouldMeetEndsACalibrationBeforeTheFirst(flags: String, message: String) throws
  {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "out")
      let result = run("calibrate", flags, "--panels 3 --output", out.path)
      #expect(result.status == 2 && result.errors.hasPrefix(message), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: out.path))
    }
  }

  @Test(arguments: [
    (
      InferenceError.argument(
        of: "NUTS", found: "maxTreeDepth is 0", requirement: "must be from 1 to 20"),
      "--max-tree-depth is 0, but must be from 1 to 20."
    ),
    (
      .argument(of: "MCMC", found: "the checkpoint has 2 chains", requirement: "must have 4"),
      "the checkpoint has 2 chains, but must have 4."
    ),
    (
      .notAMode,
      "the log density does not curve down in every direction where the search ended, so that there is no normal "
        + "approximation; take --backend nuts."
    ),
    (
      .noScores(iteration: 3),
      "no draw of iteration 3 has a finite log density and gradient; take --backend nuts."
    ),
    (
      .noValidStart(attempts: 2, suspects: ["mu"]),
      "no start with a finite log density and gradient was found in 2 attempts; not finite: \"mu\"; check the data "
        + "and the priors."
    ),
    (
      .subsampledSite("z", plate: "rows", guide: "AutoMultivariateNormal"),
      "site \"z\" is inside the subsampled plate \"rows\", whose rows this guide cannot follow; take --guide normal "
        + "or delta."
    ),
  ])
  func namesOfSwiftTypesBecomeFlags(error: InferenceError, message: String) throws {
    let words = FlagWords(try SamplerOptions.parse([]).flagValues)
    #expect("\(words.told(error))" == message)
  }

  @Test func otherErrorsStay() {
    let error = InferenceError.discreteSite("z")
    #expect(FlagWords([]).told(error) as? InferenceError == error)
  }
}
