import Foundation
import LinearAlgebra
import SpectralFields
import TestSupport
import Testing

@testable import LSEF

/// The settings of `lsef-cycle` that differ from the published ones.
struct CycleSettingsTests {
  @Test func flagsMakeTheDesignAndTheSettingsOfFilters() throws {
    let design = try CycleSettings.parse([
      "--observation-variance", "12", "--observation-spacing", "4",
    ]).design
    #expect(design.observationVariance == 12 && design.observationSpacing == 4)
    #expect(try CycleSettings.parse([]).design == CycleDesign())
    #expect(try CycleSettings.parse(["--process", "reference"]).design != CycleDesign())
    #expect(
      try CycleSettings.parse(["--process", "reference", "--inflation", "1.1"]).changes == [
        "process of the reference", "inflation 1.1",
      ])
  }

  @Test(arguments: [
    (["--process", "other"], "--process is other, but must be program or reference."),
    (
      ["--observation-variance", "0"],
      "--observation-variance is 0.0, but must be from 1e-06 to 1000000."
    ),
    (["--observation-spacing", "0"], "--observation-spacing is 0, but must be from 1 to 60."),
    (["--localization", "20"], "--localization is 20.0, but must be from 0.01 to 10."),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    let error = #expect(throws: (any Error).self) { try CycleSettings.parse(flags) }
    #expect(error.map(CycleSettings.message(for:)) == message)
  }

  @Test func whatTuningChoosesIsNotGiven() throws {
    let settings = try CycleSettings.parse(["--inflation", "1.1"])
    let error = #expect(throws: (any Error).self) { try settings.checkTuning() }
    #expect(
      error.map(CycleSettings.message(for:))
        == "--inflation is one of the settings that --tune chooses; leave out one of the two.")
  }

  /// The spectra of a known truth give its parameters, to the steps of the table that is searched.
  @Test func aTruthIsFittedToItsOwnSpectra() {
    let fitted = FittedTruth(set: .a)
    let spectrum = fitted.sample.truth.spectrum(deviation: 3, lengthscale: 0.3, slope: 2.5)
    let rows = (0..<40).flatMap { row in
      spectrum.map { $0 * (row % 20 == 0 ? 1.2 : 1) }
    }
    let found = fitted.parameters(
      of: Matrix(rows: 40, columns: spectrum.count, rows))
    #expect(abs(found.deviation.median / 3 - 1) < 0.11)
    #expect(abs(found.lengthscale.median / 0.3 - 1) < 0.12)
    #expect(abs(found.slope.median / 2.5 - 1) < 0.06)
    // A constant deviation is that of a stationary truth.
    #expect(abs(FittedTruth.strength(ratio: 1, lowest: 0.5) - 1) < 1e-12)
    #expect(FittedTruth.strength(ratio: 1.5, lowest: 0.5) > 1)
  }
}
