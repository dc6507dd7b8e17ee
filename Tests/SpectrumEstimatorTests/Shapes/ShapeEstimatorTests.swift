import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

struct ShapeEstimatorTests {
  private let circle = Circle(points: 60)
  private var shape: [Double] {
    ParametricTruth.circle(circle).spectrum(deviation: 1, lengthscale: 0.3, slope: 3)
  }
  private func estimator() throws -> ShapeEstimator {
    try ShapeEstimator(.circle(points: 60), shape: shape, on: circle)
  }
  /// The exact band variances of a spectrum, `[1, J]`.
  private func bands(_ spectrum: [Double]) -> Matrix {
    let omega = FilterBank.circle(points: 60).omega
    return Matrix(rows: 1, columns: omega.rows, omega.multiplied(by: spectrum))
  }

  /// The shape is recovered but for what six bands leave open of sixty spectral variances.
  @Test func exactBandVariancesGiveTheSpectrumOfTheShape() throws {
    let roots = try estimator().roots(of: bands(shape))
    let found = roots.scalars.map { $0 * $0 }
    let total = circle.variance(ofSpectrum: found) / circle.variance(ofSpectrum: shape)
    #expect(abs(total - 1) < 0.05)
    for l in 0...10 { #expect(abs(found[l] / shape[l] - 1) < 0.35, "wavenumber \(l)") }
  }

  @Test func aFieldOfAnotherUnitHasAScaledSpectrum() throws {
    let own = try estimator().roots(of: bands(shape)).scalars
    let scaled = try estimator().roots(of: bands(shape.map { 16 * $0 })).scalars
    expectClose(scaled, own.map { 4 * $0 }, relative: 1e-9)
  }

  @Test func aPointWithoutVarianceHasNoSpectrum() throws {
    let none = try estimator().roots(of: Matrix(rows: 1, columns: 6))
    #expect(none.columns == circle.spectrumCount && none.scalars.allSatisfy { $0 == 0 })
  }

  @Test func bandsAndShapesOfOtherSizesAreRefused() throws {
    #expect(throws: EstimatorError.self) {
      try estimator().roots(of: Matrix(rows: 1, columns: 5))
    }
    #expect(
      throws: EstimatorError.size(what: "the shape", given: 4, expected: circle.spectrumCount)
    ) { try ShapeEstimator(.circle(points: 60), shape: [1, 1, 1, 1], on: circle) }
  }

  /// d = 1, 0, 0 has the first differences -1, 0 and the second difference 1.
  @Test func theMixedLossHasMeansOfDifferencesOfAllOrders() {
    let loss = SpectrumLoss.mixed(2)
    expectClose([loss([2, 1, 1], [1, 1, 1])], [2 * (1 / 3 + 1 / 2 + 1)], relative: 1e-14)
    expectClose([SpectrumLoss.absolute(2)([2, 1, 0], [1, 1, 1])], [2 / 3], relative: 1e-14)
  }
}
