import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import TestSupport
import Testing

/// Appendices C, D and F.
struct SpectralFunctionSeriesTests {
  @Test(arguments: [(1, 1, 1e-12), (2, 1, 1e-11), (5, 2, 1e-8)])
  func theCovarianceDeterminesTheSpectralFunctions(L: Int, Q: Int, tolerance: Double) {
    // Digits are lost from each wavenumber to the next.
    for seed in 0..<20 {
      let series = SpectralFunctionSeries.random(
        maximumWavenumber: L, bandwidth: Q, key: RandomKey(UInt64(seed)))
      let found = SpectralFunctionSeries(
        reconstructedFrom: series.covariance, maximumWavenumber: L, bandwidth: Q)
      #expect(found.largestDifference(from: series) < tolerance)
    }
  }

  @Test func theCovarianceIsHermitianAndThatOfTheFieldOnAGrid() {
    let (L, Q) = (2, 1)
    let series = SpectralFunctionSeries.random(
      maximumWavenumber: L, bandwidth: Q, key: RandomKey(3))
    let B = series.covariance
    for n in B.indices {
      for m in B.indices {
        #expect(abs(B[n][m].real - B[m][n].real) < 1e-15)
        #expect(abs(B[n][m].imaginary + B[m][n].imaginary) < 1e-15)
      }
    }
    // The variance at x: sum_nm B_nm exp(i (n - m) x) = sum_l sigma_l(x)².
    let x = 0.7
    let variance = B.indices.reduce(0.0) { sum, n in
      sum
        + B.indices.reduce(0.0) { sum, m in
          let angle = Double(n - m) * x
          return sum + B[n][m].real * cos(angle) - B[n][m].imaginary * sin(angle)
        }
    }
    let sigma = series.coefficients.map { row in
      row.enumerated().reduce(0.0) { sum, own in
        let angle = Double(own.offset - Q) * x
        return sum + own.element.real * cos(angle) - own.element.imaginary * sin(angle)
      }
    }
    #expect(sigma.allSatisfy { $0 > 0 })
    let squares = sigma.map { $0 * $0 }
    expectClose([variance], [2 * squares.reduce(0, +) - squares[0]], relative: 1e-13)
  }

  /// Figure 7: a corner has one term, the middle 2 Q + 1, and far entries none.
  @Test func termsAreThoseWithinTheBandOfBothIndices() {
    let terms = { SpectralFunctionSeries.terms($0, $1, maximumWavenumber: 2, bandwidth: 1) }
    #expect(terms(3, 3) == [2] && terms(3, 2) == [2] && terms(2, 2) == [1, 2])
    #expect(terms(0, 0) == [-1, 0, 1] && terms(0, 2) == [1] && terms(0, 3).isEmpty)
  }

  @Test func aCovarianceOfAnotherFieldIsNotANumber() {
    let zero = SpectralFunctionSeries.Coefficient(0)
    let found = SpectralFunctionSeries(
      reconstructedFrom: Array(repeating: Array(repeating: zero, count: 7), count: 7),
      maximumWavenumber: 2, bandwidth: 1)
    let series = SpectralFunctionSeries.random(
      maximumWavenumber: 2, bandwidth: 1, key: RandomKey(0))
    #expect(found.largestDifference(from: series).isNaN)
  }
}

struct KernelWidthTests {
  @Test func threeKernelsHaveTheSmallestWidthAndNoOtherIsNarrower() {
    let spectrum = (0..<20).map { 1 / (1 + pow(0.2 * Double($0), 4)) }
    let width = KernelWidth(spectrum: spectrum)
    for signs in [
      Array(repeating: 1.0, count: 20), Array(repeating: -1.0, count: 20),
      (0..<20).map { $0 % 2 == 0 ? 1.0 : -1 },
    ] {
      expectClose([width(signs: signs)], [width.smallest], relative: 1e-12)
    }
    for seed in 0..<100 {
      let draws = RandomKey(UInt64(seed)).uniform([20]).scalars
      #expect(width(signs: draws.map { $0 < 0.5 ? -1 : 1 }) >= width.smallest * (1 - 1e-12))
    }
  }
}

struct BandApproximationTests {
  private func errors(
    _ truth: ParametricTruth, _ bank: FilterBank, strength: Double
  ) throws -> BandApproximation {
    var truth = truth
    truth.parameters.strength = strength
    let model = try ConvolutionModel(truth.spectra(key: RandomKey(5)), on: truth.domain)
    return try BandApproximation(of: model, by: bank)
  }

  @Test func itIsExactForStationaryFieldsAndWorsensWithNonStationarity() throws {
    let sphere = Sphere(latitudes: 13, maximumWavenumber: 11)
    let circle = Circle(points: 60)
    for (truth, bank) in [
      (ParametricTruth.sphere(sphere), FilterBank.sphere(11)),
      (.circle(circle), .circle(points: 60)),
    ] {
      let none = try errors(truth, bank, strength: 1)
      #expect(none.errors.allSatisfy { $0 < 1e-20 })
      #expect(none.varianceErrors.allSatisfy { $0 < 1e-10 } && none.bounds.allSatisfy { $0 == 0 })
      let (weak, strong) = (
        try errors(truth, bank, strength: 1.2), try errors(truth, bank, strength: 3)
      )
      for band in 0..<6 {
        #expect(weak.errors[band] > 0 && weak.errors[band] < strong.errors[band])
        #expect(weak.bounds[band] < strong.bounds[band])
      }
    }
  }

  @Test func exactVariancesAreExpectationsOfThoseOfEnsembles() throws {
    let truth = ParametricTruth.circle(Circle(points: 24))
    let model = try ConvolutionModel(truth.spectra(key: RandomKey(1)), on: truth.domain)
    let bank = FilterBank.circle(points: 24)
    let approximation = try BandApproximation(of: model, by: bank)
    // The approximate variance is Omega b; the relative error of the exact one is that of a large ensemble.
    let members = model.sample(count: 4_000, key: RandomKey(2), squareRoot: model.squareRoot())
    let sampled = try bank.bandVariances(of: members, on: truth.domain)
    for band in 0..<6 {
      let local = (0..<24).map { x in
        zip(bank.omega.row(band), model.spectra.modal.row(x)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let relative = (0..<24).map { pow(sampled[$0, band] / local[$0] - 1, 2) }
      let root = (relative.reduce(0, +) / 24).squareRoot()
      // The error of a sampled variance is 1/sqrt(2000) for real fields.
      #expect(abs(root - approximation.varianceErrors[band]) < 4 / 2_000.0.squareRoot())
    }
  }
}
