import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import TestSupport
import Testing

@testable import SpectrumEstimator

@Suite struct CoverageTests {
  private static func spectrum(_ u: Double) -> [Double] {
    (0...8).map { l in exp(-Double(l) * (0.2 + u)) }
  }

  /// Quantiles of 5 % and 95 % of the pairs from which they were taken hold nine of ten of these pairs.
  @Test func theIntervalsCoverNineOfTenOfTheirOwnPairs() throws {
    let circle = Circle(points: 16)
    let (bank, count) = (circle.filterBank, 200)
    let draws = RandomKey(3).uniform([count]).scalars
    let spectra = Matrix(
      rows: count, columns: 9, draws.flatMap(Self.spectrum))
    let pairs = try StationarySample(bank, members: 10).pairs(of: spectra, key: RandomKey(4))
    var training = SpectrumTraining.circle
    (training.epochs, training.batchSize) = (3, 50)
    let network: SpectrumNetwork = try training.run(
      SpectrumModel(.circle(bank, isAmplitudeFree: true), loss: .circle(8)), on: pairs,
      key: RandomKey(5)
    ).network
    let calibration = try SpectrumCalibration(
      of: network, on: pairs, of: circle, members: 10, interpolates: false)
    let coverage = try calibration.coverage(of: network, on: pairs, of: circle)
    for fraction in [coverage.spectra, coverage.deviation, coverage.length] {
      #expect(abs(fraction - 0.9) < 0.011, "\(fraction)")
    }
    // Pairs of twice the standard deviation than estimated are outside.
    let larger = try SpectrumPairs(
      bandVariances: pairs.bandVariances,
      spectra: Matrix(rows: count, columns: 9, spectra.scalars.map { 16 * $0 }))
    #expect(try calibration.coverage(of: network, on: larger, of: circle).deviation < 0.05)
  }
}
