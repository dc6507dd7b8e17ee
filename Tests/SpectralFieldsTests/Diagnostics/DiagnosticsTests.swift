import ComplexModule
import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

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
      [model.stationaryApproximationError(at: x, from: origin)], [expected], relative: 1e-11)
  }

  @Test func theBoundHoldsForMeansOverTheCircle() throws {
    let model = try model()
    let diagnostics = LocalStationarity(of: model)
    for steps in 1...10 {
      let mean =
        (0..<60).reduce(0) {
          $0 + model.stationaryApproximationError(at: ($1 + steps) % 60, from: $1)
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

@Suite struct KernelWidthTests {
  private let spectrum = (0...12).map { 1 / (1 + pow(0.4 * Double($0), 3)) }

  @Test(arguments: [true, false]) func noSignsMakeANarrowerKernel(onSphere: Bool) {
    let widths =
      onSphere
      ? KernelWidth(spectrum: spectrum, on: Sphere(latitudes: 14, maximumWavenumber: 12))
      : KernelWidth(spectrum: spectrum, on: Circle(points: 24))
    let positive = [Double](repeating: 1, count: 13)
    let alternating = (0...12).map { $0 % 2 == 0 ? 1.0 : -1 }
    for signs in [positive, positive.map { -$0 }, alternating, alternating.map { -$0 }] {
      expectClose([widths.width(signs: signs)], [widths.minimum], relative: 1e-13)
    }
    for seed in 0..<200 {
      let signs = RandomKey(UInt64(seed)).normal([13]).scalars.map { $0 < 0 ? -1.0 : 1 }
      if [positive, alternating].contains(where: { $0 == signs || $0.map { -$0 } == signs }) {
        continue
      }
      #expect(widths.width(signs: signs) > widths.minimum * (1 + 1e-6))
    }
  }

  @Test func aFlatKernelOnTheCircleIsAsWideAsItsPoints() {
    // All wavenumbers alike: the kernel is a point, and its square integrates to one cell.
    let widths = KernelWidth(
      spectrum: [Double](repeating: 1, count: 13), on: Circle(points: 24))
    expectClose([widths.minimum], [(2 * .pi / 24).squareRoot()], relative: 1e-14)
  }
}

@Suite struct SpectralFunctionsTests {
  /// Functions with positive means, all of whose coefficients are at work.
  private func functions(_ L: Int, _ Q: Int) -> SpectralFunctions {
    let rows = (0...L).map { l in
      let mean = Complex(2 / Double(1 + l), 0)
      let waves = (0..<Q).map { q in
        let length = 0.4 / Double((1 + l) * (1 + q))
        return Complex(length: length, phase: 0.7 * Double(l) + 1.1 * Double(q + 1))
      }
      return waves.reversed().map(\.conjugate) + [mean] + waves
    }
    return SpectralFunctions(coefficients: rows, bandwidth: Q)
  }

  /// `sum_{l=-L}^{L} sigma_l(x) sigma_l(y) cos(l (x - y))`, without a Nyquist wave.
  private func covariance(_ functions: SpectralFunctions, points n: Int) -> Matrix {
    let sigma = functions.values(points: n)
    let entries = (0..<n).flatMap { j in
      (0..<n).map { k in
        (0..<sigma.columns).reduce(0.0) { sum, l in
          let wave = cos(2 * .pi * Double(l * (j - k)) / Double(n))
          return sum + (l == 0 ? 1 : 2) * sigma[j, l] * sigma[k, l] * wave
        }
      }
    }
    return Matrix(rows: n, columns: n, entries)
  }

  /// The recursion loses digits on its way down.
  @Test(arguments: [(2, 1, 1e-13), (5, 2, 1e-10), (3, 0, 1e-13)])
  func aCovarianceGivesBackItsSpectralFunctions(L: Int, Q: Int, error: Double) throws {
    let expected = functions(L, Q)
    let n = 2 * (L + Q) + 3
    let found = try SpectralFunctions(
      ofCovariance: covariance(expected, points: n), maximumWavenumber: L, bandwidth: Q)
    for l in 0...L {
      for q in 0...2 * Q {
        let difference = found.coefficients[l][q] - expected.coefficients[l][q]
        #expect(difference.length < error)
      }
    }
    expectClose(
      found.values(points: 9).scalars, expected.values(points: 9).scalars, relative: 0,
      absolute: 10 * error)
  }

  @Test func otherSignsHaveTheSameCovarianceButPositiveMeansAreFound() throws {
    let expected = functions(2, 1)
    var rows = expected.coefficients
    rows[1] = rows[1].map { -$0 }
    let flipped = SpectralFunctions(coefficients: rows, bandwidth: 1)
    let B = covariance(flipped, points: 9)
    expectClose(
      B.scalars, covariance(expected, points: 9).scalars, relative: 0, absolute: 1e-13)
    let found = try SpectralFunctions(ofCovariance: B, maximumWavenumber: 2, bandwidth: 1)
    #expect((found.coefficients[1][1] - expected.coefficients[1][1]).length < 1e-13)
  }

  @Test func covariancesThatDoNotSayEnoughAreRefused() {
    let B = covariance(functions(2, 1), points: 9)
    #expect(
      throws: FieldError.wrongCount(of: "points of the covariance", found: 9, needed: 11)
    ) { try SpectralFunctions(ofCovariance: B, maximumWavenumber: 3, bandwidth: 2) }
    #expect(
      throws: FieldError.wrongCount(of: "columns of the covariance", found: 8, needed: 9)
    ) {
      try SpectralFunctions(
        ofCovariance: Matrix(rows: 9, columns: 8), maximumWavenumber: 2, bandwidth: 1)
    }
    let error = #expect(throws: FieldError.self) {
      try SpectralFunctions(
        ofCovariance: Matrix(rows: 9, columns: 9), maximumWavenumber: 2, bandwidth: 1)
    }
    #expect(
      error?.description
        == "spectral functions at wavenumber 2: the largest wave of its spectral function is 0, so the recursion "
        + "cannot go on; lower the bandwidth.")
  }
}
