import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

/// The mean squared error at one point of the stationary field with another point's spectrum and the same noise: eq. (46).
///
///     E (xi(x) - zeta(x))² = sum_l w_l (sigma_l(x) - sigma_l(x_0))²
private func approximationError(
  _ model: ConvolutionModel, at point: Int, from origin: Int
) -> Double {
  let sigma = model.spectra.sigma
  let differences = zip(sigma.row(point), sigma.row(origin)).map { $0 - $1 }
  return model.domain.variance(ofSpectrum: differences.map { $0 * $0 })
}

@Suite struct LocalStationarityTests {
  /// A truth on the circle, from one key.
  private func model(
    strength: Double = 2, ratio: Double = 3, points: Int = 60, seed: UInt64 = 11
  ) throws -> ConvolutionModel {
    var truth = ParametricTruth.circle(Circle(points: points))
    truth.parameters.strength = strength
    truth.parameters.scaleRatio = ratio
    return try ConvolutionModel(truth.spectra(key: RandomKey(seed)), on: truth.domain)
  }

  @Test func theErrorOfAStationaryApproximationIsThatOfItsField() throws {
    let model = try model()
    let (x, origin) = (9, 4)
    let sigma = model.spectra.sigma
    let frozen = ConvolutionModel(
      roots: sigma.taking(rows: Array(repeating: origin, count: 60)), on: model.domain)
    // The same noise drives both fields, so their covariance is the product of their square roots.
    let (a, b) = (model.modalSquareRoot().row(x), frozen.modalSquareRoot().row(x))
    let expected = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    expectClose(
      [approximationError(model, at: x, from: origin)], [expected], relative: 1e-11)
  }

  @Test func theBoundHoldsForMeansOverTheCircle() throws {
    let model = try model()
    let diagnostics = LocalStationarity(of: model)
    for steps in 1...10 {
      let mean =
        (0..<60).reduce(0) {
          $0 + approximationError(model, at: ($1 + steps) % 60, from: $1)
        } / 60
      let distance = 2 * Double.pi * Double(steps) / 60
      let bySlope = distance * distance * diagnostics.meanSquaredSlope
      let variance = model.variance.reduce(0, +) / 60
      let ratio = distance * diagnostics.strength / diagnostics.nonStationarityLength
      #expect(mean <= bySlope * (1 + 1e-12))
      #expect(bySlope <= ratio * ratio * variance * (1 + 1e-12))
    }
  }

  @Test func aStationaryFieldHasNoStrength() throws {
    let diagnostics = LocalStationarity(of: try model(strength: 1))
    #expect(diagnostics.strength == 0 && diagnostics.nonStationarityLength == .infinity)
    #expect(diagnostics.errorBound == 0)
  }

  /// On average over truths: one draw may lie flat by chance.
  @Test func strengthGrowsWithKappaAndLengthWithTheScaleRatio() throws {
    func mean(_ value: (LocalStationarity) -> Double, _ strength: Double, _ ratio: Double) throws
      -> Double
    {
      try (0..<20).reduce(0) { sum, seed in
        let model = try model(strength: strength, ratio: ratio, points: 30, seed: UInt64(seed))
        return sum + value(LocalStationarity(of: model)) / 20
      }
    }
    let strengths = try [1.1, 1.4, 2].map { try mean(\.strength, $0, 3) }
    #expect(strengths == strengths.sorted() && strengths[0] > 0 && strengths[2] < 1)
    let lengths = try [1, 3, 10].map { try mean(\.nonStationarityLength, 2, $0) }
    #expect(lengths == lengths.sorted() && lengths[0] > 0)
  }

  @Test func lengthsAreThoseOfAWave() throws {
    let circle = Circle(points: 40)
    var sigma = Matrix(rows: 40, columns: 21, repeating: 1)
    for i in 0..<40 {
      let angle = 2 * Double.pi * Double(i) / 40
      sigma[i, 0] = 2 + sin(3 * angle)
    }
    let model = ConvolutionModel(roots: sigma, on: circle)
    let diagnostics = LocalStationarity(of: model)
    // A wave of wavenumber 3 with variance 1/2 about a mean of 2.
    expectClose([diagnostics.lengths[0]], [1.0 / 3], relative: 1e-12)
    expectClose([diagnostics.strengths[0]], [(0.5 / 4.5).squareRoot()], relative: 1e-12)
    #expect(diagnostics.lengths[1] == .infinity && diagnostics.strengths[1] == 0)
  }

  @Test func theCharacteristicLengthOfThePapersSphereIsThePublishedOne() {
    let spectrum = ParametricTruth.sphere().spectrum(
      deviation: 1, lengthscale: 3 * .pi / 50, slope: 4)
    let sphere = Sphere(latitudes: 51, maximumWavenumber: 49)
    let waves = zip(spectrum, sphere.varianceWeights).map { $0 * $1 }
    let curvature = zip(waves, sphere.laplacianEigenvalues).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(1 / curvature.squareRoot() - 0.111793) < 6e-7)
    // The type itself, on a sphere small enough for a test.
    let small = Sphere(latitudes: 8, maximumWavenumber: 5)
    let model = ConvolutionModel(
      roots: Matrix(rows: small.pointCount, columns: 6, repeating: 1), on: small)
    let (degrees, sums) = ([0.0, 1, 2, 3, 4, 5], [0.0, 2, 6, 12, 20, 30])
    let sum = zip(degrees, sums).reduce(0) { $0 + (2 * $1.0 + 1) * $1.1 }
    expectClose(
      [LocalStationarity(of: model).characteristicLength], [(36 / sum).squareRoot()],
      relative: 1e-12)
  }
}
