import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

struct ShapeEstimatorTests {
  private let circle = Circle(points: 120)
  private let sphere = Sphere(latitudes: 21, maximumWavenumber: 19)

  private func spectrum(_ truth: ParametricTruth) -> [Double] {
    let parameters = truth.parameters
    return truth.spectrum(
      deviation: 1, lengthscale: parameters.lengthscale.median, slope: parameters.slope.median)
  }

  private var cases: [(any HarmonicDomain, FilterBank, [Double])] {
    [
      (circle, .circle(points: 120), spectrum(.circle(circle))),
      (sphere, .sphere(19), spectrum(.sphere(sphere))),
    ]
  }

  private func expected(_ bank: FilterBank, _ spectrum: [Double]) -> Matrix {
    Matrix(rows: 1, columns: bank.count, bank.omega.multiplied(by: spectrum))
  }

  @Test func exactBandVariancesOfTheShapeGiveItsVariance() throws {
    for (domain, bank, shape) in cases {
      let estimator = try ShapeEstimator(bank, shape: shape, on: domain)
      let roots = try estimator.roots(of: expected(bank, shape)).scalars
      // Six numbers do not determine the moments of a spectrum exactly.
      expectClose([domain.variance(ofSpectrum: roots.map { $0 * $0 })], [1], relative: 0.1)
    }
  }

  @Test func spectraScaleWithTheBandVariances() throws {
    for (domain, bank, shape) in cases {
      let estimator = try ShapeEstimator(bank, shape: shape, on: domain)
      var v = expected(bank, shape)
      let roots = try estimator.roots(of: v).scalars
      v.scale(by: 9)
      expectClose(try estimator.roots(of: v).scalars, roots.map { 3 * $0 }, relative: 1e-12)
    }
  }

  @Test func aShapeOfAnyUnitGivesTheSameSpectra() throws {
    for (domain, bank, shape) in cases {
      let v = expected(bank, shape)
      let one = try ShapeEstimator(bank, shape: shape, on: domain).roots(of: v)
      let other = try ShapeEstimator(bank, shape: shape.map { 50 * $0 }, on: domain).roots(of: v)
      expectClose(other.scalars, one.scalars, relative: 1e-12)
    }
  }

  @Test func onTheSphereItIsPseudoInversionAndTheFitOfTheVarianceSpectrum() throws {
    let (domain, bank, shape) = cases[1]
    let v = Matrix(rows: 1, columns: 6, [0.2, 0.6, 0.4, 0.1, 0.02, 0.01])
    let squares = Matrix(rows: 6, columns: 20, bank.transfer.scalars.map { $0 * $0 })
    let weights = domain.varianceWeights
    let fit = ShapeFit(shape: zip(weights, shape).map { $0 * $1 })
    let variances = try fit(try PseudoInversion(squares)(v)).scalars
    let roots = try ShapeEstimator(bank, shape: shape, on: domain).roots(of: v).scalars
    expectClose(
      zip(weights, roots).map { $0 * $1 * $1 }, variances, relative: 1e-12, absolute: 1e-15)
  }

  @Test func aPointWithoutVarianceHasNone() throws {
    for (domain, bank, shape) in cases {
      let estimator = try ShapeEstimator(bank, shape: shape, on: domain)
      let roots = try estimator.roots(of: Matrix(rows: 2, columns: 6)).scalars
      #expect(roots.allSatisfy { $0 == 0 } && roots.count == 2 * domain.spectrumCount)
    }
  }

  /// One band alone has an inverse with negative parts.
  @Test func anyBandVariancesGiveASpectrum() throws {
    for (domain, bank, shape) in cases {
      let estimator = try ShapeEstimator(bank, shape: shape, on: domain)
      for band in 0..<6 {
        var v = Matrix(rows: 1, columns: 6)
        v[0, band] = 1
        let roots = try estimator.roots(of: v).scalars
        #expect(roots.allSatisfy { $0 >= 0 && $0.isFinite } && roots.contains { $0 > 0 })
      }
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let (domain, bank, shape) = cases[0]
    #expect(throws: EstimatorError.size(what: "the shape", given: 3, expected: 61)) {
      try ShapeEstimator(bank, shape: [1, 1, 1], on: domain)
    }
    #expect(throws: EstimatorError.size(what: "the bank", given: 20, expected: 61)) {
      try ShapeEstimator(.sphere(19), shape: shape, on: domain)
    }
    #expect(throws: EstimatorError.noVariance(point: 0)) {
      try ShapeEstimator(bank, shape: [1] + Array(repeating: 0, count: 60), on: domain)
    }
    let estimator = try ShapeEstimator(bank, shape: shape, on: domain)
    #expect(throws: EstimatorError.size(what: "bandVariances", given: 2, expected: 6)) {
      try estimator.roots(of: Matrix(rows: 1, columns: 2))
    }
  }
}
