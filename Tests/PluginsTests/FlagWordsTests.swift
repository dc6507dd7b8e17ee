import CommandTestSupport
import Inference
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

/// Remedies as the flags of a command.
struct FlagWordsTests {
  private func words(_ flags: String...) throws -> FlagWords {
    FlagWords(
      try FitOptions.parse(["--backend", "nuts"]).flagValues
        + SamplerOptions.parse(flags).flagValues)
  }

  private let diverged = Doubt(
    "3 transitions diverged", [.higherTargetAcceptance, .adaptiveStepSize, .otherCoordinates])

  @Test func aRemedyIsTheFlagThatHasIt() throws {
    #expect(
      diverged.text(try words().phrase)
        == "3 transitions diverged; take --target-acceptance 0.95, --sampler walnuts, or write the model in other "
        + "coordinates")
    #expect(
      Doubt("R-hat of x is 1.2", [.longerChains]).text(try words().phrase)
        == "R-hat of x is 1.2; take a longer --warmup and more --draws")
  }

  @Test func aRemedyThatTheFitHasIsLeftOut() throws {
    #expect(
      diverged.text(try words("--sampler", "walnuts", "--target-acceptance", "0.96").phrase)
        == "3 transitions diverged; take --target-acceptance 0.99, or write the model in other coordinates"
    )
    #expect(
      diverged.text(try words("--sampler", "walnuts", "--target-acceptance", "0.995").phrase)
        == "3 transitions diverged; write the model in other coordinates")
    #expect(Doubt("no", [.nuts]).text(try words().phrase) == "no")
  }

  /// A backend without such flags gets the words of the library.
  @Test func aRemedyWithoutAFlagStaysInWords() {
    #expect(
      diverged.text(FlagWords([]).phrase)
        == "3 transitions diverged; raise the target acceptance, take WALNUTS, or write the model in other coordinates"
    )
  }

  @Test func everyRemedyHasWords() {
    for remedy in Remedy.allCases {
      switch remedy.words {
      case .take(let text), .clause(let text): #expect(!text.isEmpty && !text.hasSuffix("."))
      }
    }
  }

  @Test func verdictsOfChainsNameFlags() throws {
    let result = means(
      "fit", ["--backend", "nuts", "--chains", "1", "--warmup", "20", "--draws", "20"])
    #expect(result.output.contains("\nthe chain has not converged: "), "\(result.output)")
    #expect(result.output.contains(", below 100; take more --draws."))
    #expect(!result.output.contains("chains do not agree"))
  }
}
