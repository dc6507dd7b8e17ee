import Assimilation
import Foundation
import LinearAlgebra
import PPL
import Parallel
import Plugins
import Runs
import SpectralFields
import TestSupport
import Testing

@testable import LSEF

struct CycleSettingsTests {
  private struct Numbers: Decodable { let scores: [String: ReportedScore] }

  private func report(_ flags: [String]) throws -> RunReport {
    try CycleCommand().run(
      RunOptions.parse([]),
      CycleCommand.Options.parse(
        ["--cycles", "12", "--climate-cycles", "40", "--worlds", "1"] + flags),
      control: RunControl(progress: .silent))
  }

  /// Each setting changes the filters that it is of, and no other.
  @Test(arguments: [
    (["--hybrid-weight", "0.9"], ["Hybrid-B"]),
    (["--localization", "0.5"], ["EnKF", "Hybrid-B"]),
    (["--inflation", "1.1"], ["EnKF", "Hybrid-B", "LSEF", "Shape"]),
  ])
  func aSettingChangesItsFiltersAlone(flags: [String], changed: [String]) throws {
    let (own, published): (Numbers, Numbers) = (
      try report(flags).reported(), try report([]).reported()
    )
    for (filter, score) in published.scores {
      #expect((own.scores[filter]?.rmse != score.rmse) == changed.contains(filter), "\(filter)")
    }
  }

  @Test func aHybridOfTheWholeEnsembleIsTheEnKF() throws {
    let numbers: Numbers = try report(["--hybrid-weight", "1"]).reported()
    #expect(numbers.scores["Hybrid-B"]?.rmse == numbers.scores["EnKF"]?.rmse)
  }

  @Test func theProcessAndTheObservationsFollowTheirFlags() throws {
    let options = try CycleCommand.Options.parse([
      "--process", "reference", "--observation-variance", "12", "--observation-spacing", "5",
    ])
    let design = options.settings.design
    #expect(design.process.velocity == 10 && design.process.parameterLengthRatio == 2)
    #expect(design.process.sums == .full)
    #expect(design.observationVariance == 12 && design.observedPoints.count == 24)
    // lsef.md 9.3, full sums.
    let coefficients = design.process.unperturbed
    expectClose(
      [coefficients.decay, coefficients.diffusion, coefficients.noise],
      [9.373027427165e-07, 2_606_729.7341, 12.763388478], relative: 1e-9)
    let table = try report(["--process", "reference", "--observation-variance", "12"]).table
    #expect(
      table.contains(
        "other than published: process of the reference; observation-error variance 12"))
  }

  @Test(arguments: [
    (["--process", "own"], "--process is own, but must be program or reference."),
    (["--hybrid-weight", "-1"], "--hybrid-weight is -1.0, but must be from 0 to 1."),
    (["--inflation", "0"], "--inflation is 0.0, but must be from 0.1 to 10."),
    (["--localization", "0"], "--localization is 0.0, but must be from 0.01 to 10."),
    (["--observation-spacing", "0"], "--observation-spacing is 0, but must be from 1 to 60."),
    (
      ["--observation-variance", "0"],
      "--observation-variance is 0.0, but must be from 1e-06 to 1000000."
    ),
    (
      ["--tune", "--inflation", "1.1"],
      "--inflation is one of the settings that --tune chooses; leave out one of the two."
    ),
    (
      ["--band-set", "b"],
      "the network of the program is for the published filter bank, not set b; give --network with one that `ppl fit lsef-spectrum --preset cycle` trained with the same flags."
    ),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try CycleCommand.Options.parse(flags)
    } throws: { CycleCommand.Options.message(for: $0) == message }
  }
}

struct FittedTruthTests {
  @Test func spectraOfTheModelGiveItsParameters() {
    let fitted = FittedTruth(set: .a, replicates: 1)
    let truth = fitted.sample.truth
    // Of the grid of candidates: 0.02 · 100^(23/46) = 0.2, 5^(10/29) = 1.742.
    let spectrum = truth.spectrum(deviation: 3, lengthscale: 0.2, slope: 1.7420)
    let rows = Matrix(rows: 40, columns: 61, (0..<40).flatMap { _ in spectrum })
    let found = fitted.parameters(of: rows)
    expectClose(
      [found.deviation.median, found.lengthscale.median, found.slope.median],
      [3, 0.2, 1.7420], relative: 1e-3)
    // Without fluctuations, kappa is 1.
    expectClose([found.strength], [1], relative: 1e-9)
  }

  @Test func theStrengthIsTheInverseOfTheQuantile() {
    for kappa in [1.2, 2, 3] {
      let z = 1.6448536269514722
      let g = DSADM.Regime.transformed(z * log(kappa))
      let ratio = 0.1 + 0.9 * g
      expectClose([FittedTruth.strength(ratio: ratio, lowest: 0.1)], [kappa], relative: 1e-9)
    }
  }

  @Test func pairsAreOfTheCircleAndFollowTheirKey() throws {
    var fitted = FittedTruth(set: .a, replicates: 3, members: 5)
    fitted.enKF.cycles = 40
    let pairs = try fitted.pairs(key: RandomKey(1), pool: .serial)
    #expect(pairs.bandVariances.columns == 6 && pairs.spectra.columns == 61)
    #expect(pairs.count == 39)
    let again = try fitted.pairs(key: RandomKey(1), pool: .serial)
    #expect(again.spectra == pairs.spectra)
  }
}
