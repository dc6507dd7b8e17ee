import Assimilation
import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

/// Smooth random spectral functions at every point, of any sign.
private func wildRoots(on domain: any HarmonicDomain) -> Matrix {
  let count = domain.pointCount * domain.spectrumCount
  return Matrix(
    rows: domain.pointCount, columns: domain.spectrumCount, RandomKey(3).normal([count]).scalars)
}

/// The stationary sphere of the paper's default truth.
private let paperSpectrum = ParametricTruth.sphere().spectrum(
  deviation: 1, lengthscale: 3 * .pi / 50, slope: 4)

@Suite struct ConvolutionModelTests {
  @Test func theStationarySpectrumHasItsPublishedNumbers() {
    let b = paperSpectrum
    let found = [b[0], b[1], b[5], b[10], b[49]]
    let expected = [0.250774743207, 0.25045856, 0.14017486, 0.01840654, 3.445e-05]
    for (found, (expected, digits)) in zip(found, zip(expected, [5e-13, 5e-9, 5e-9, 5e-9, 5e-9])) {
      #expect(abs(found - expected) < digits)
    }
    let sphere = Sphere(latitudes: 51, maximumWavenumber: 49)
    let perDegree = zip(sphere.varianceWeights, b).map { $0 * $1 }
    #expect(perDegree.firstIndex(of: perDegree.max() ?? 0) == 4)
    #expect(abs(perDegree[4] - 0.13573677) < 5e-9)
    expectClose([perDegree.reduce(0, +)], [1], relative: 1e-14)
    // c = 4π / sum: the sum itself has the digits of the text.
    #expect(abs(4 * .pi / b[0] - 50.110192333) < 5e-10)
    let curvature = zip(sphere.laplacianEigenvalues, perDegree).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(curvature - 80.0155) < 5e-5)
  }

  @Test func theStationaryKernelAndCovarianceHaveTheirPublishedNumbers() {
    let transform = FourierLegendreTransform(maximumDegree: 49)
    let distances = [0, 1, 2, 3, 5, 10].map { Double($0) * .pi / 50 }
    let u = transform.backward(paperSpectrum.map { $0.squareRoot() }, at: distances)
    let B = transform.backward(paperSpectrum, at: distances)
    // The text has eight decimals.
    expectClose(
      u, [6.16972115, 4.06893420, 2.14655502, 1.43794021, 0.53544430, -0.02690913],
      relative: 0, absolute: 6e-9)
    expectClose(
      B, [1, 0.92989740, 0.78492784, 0.62766192, 0.34519301, 0.01183833], relative: 0,
      absolute: 6e-9)
  }

  /// On the paper's grid, by the rows of five rings.
  @Test func theSquareRootOnTheSphereIsAboutAsGoodAsPublished() throws {
    let sphere = Sphere()
    let model = try ConvolutionModel(
      LocalSpectra(stationary: paperSpectrum, points: sphere.pointCount), on: sphere)
    // The square of the first row of a ring is the diagonal of W Wᵀ all along it.
    let diagonal = [0, 1, 25, 50].map { ring in
      let row = model.squareRoot(ofRing: ring).row(0)
      return row.reduce(0) { $0 + $1 * $1 }
    }
    expectClose(
      diagonal, [1.027979, 1.017633, 0.999841, 1.027979], relative: 0, absolute: 6e-7)
  }

  @Test func onTheCircleTheSquareRootIsExact() {
    let circle = Circle(points: 20)
    let model = ConvolutionModel(roots: wildRoots(on: circle), on: circle)
    let product = Matrix.symmetricProduct(model.squareRoot(), mirrored: true)
    expectClose(product.scalars, model.covariance().scalars, relative: 0, absolute: 1e-12)
    // Eq. (33) itself.
    let sigma = model.spectra.sigma
    let expected = (0...10).reduce(0) { sum, l in
      let wave = circle.varianceWeights[l] * cos(2 * .pi * Double(5 * l) / 20)
      return sum + wave * sigma[3, l] * sigma[8, l]
    }
    expectClose([product[3, 8]], [expected], relative: 0, absolute: 1e-12)
    expectClose(model.covariance().diagonal, model.variance, relative: 1e-12)
  }

  @Test func aStationaryCircleHasACirculantSquareRootWithTheRootsOfTheSpectrum() throws {
    let circle = Circle(points: 12)
    let spectrum = (0...6).map { 1 / Double(1 + $0 * $0) }
    let model = try ConvolutionModel(LocalSpectra(stationary: spectrum, points: 12), on: circle)
    let (W, B) = (model.squareRoot(), model.covariance())
    for i in 0..<12 {
      for j in 0..<12 {
        #expect(abs(W[i, j] - W[j, i]) < 1e-14)
        #expect(abs(W[i, j] - W[(i + 1) % 12, (j + 1) % 12]) < 1e-14)
      }
    }
    for l in 0...6 {
      let wave = (0..<12).map { cos(2 * .pi * Double(l * $0 % 12) / 12) }
      expectClose(
        W.multiplied(by: wave), wave.map { (12 * spectrum[l]).squareRoot() * $0 }, relative: 0,
        absolute: 1e-13)
      expectClose(
        B.multiplied(by: wave), wave.map { 12 * spectrum[l] * $0 }, relative: 0, absolute: 1e-12)
    }
  }

  @Test func theSquareRootOnTheSphereIsTheKernelTimesTheRootsOfAreas() {
    let sphere = Sphere(latitudes: 7, maximumWavenumber: 5)
    let model = ConvolutionModel(roots: wildRoots(on: sphere), on: sphere)
    let W = model.squareRoot()
    for (i, j) in [(0, 0), (0, 17), (5, 30), (30, 5), (61, 61), (20, 61), (14, 13)] {
      let P = LegendrePolynomials.values(upTo: 5, at: sphere.cosineOfDistance(i, j))
      let kernel = (0...5).reduce(0) {
        $0 + sphere.varianceWeights[$1] * model.spectra.sigma[i, $1] * P[$1]
      }
      #expect(abs(W[i, j] - kernel * sphere.cellAreas[j].squareRoot()) < 1e-13)
    }
    #expect(model.squareRoot(ofRing: 2).scalars == W.taking(rows: Array(13..<25)).scalars)
  }

  @Test func theCovarianceOnTheSphereIsThatOfTheAdditionTheorem() {
    let sphere = Sphere(latitudes: 6, maximumWavenumber: 4)
    let model = ConvolutionModel(roots: wildRoots(on: sphere), on: sphere)
    let (B, sigma) = (model.covariance(), model.spectra.sigma)
    for (i, j) in [(0, 0), (3, 25), (41, 12)] {
      let P = LegendrePolynomials.values(upTo: 4, at: sphere.cosineOfDistance(i, j))
      let expected = (0...4).reduce(0) {
        $0 + sphere.varianceWeights[$1] * sigma[i, $1] * sigma[j, $1] * P[$1]
      }
      #expect(abs(B[i, j] - expected) < 1e-13)
    }
    expectClose(B.diagonal, model.variance, relative: 1e-12)
  }

  @Test(arguments: [true, false]) func signsCommonToAllPointsLeaveTheCovariance(onSphere: Bool) {
    let domain: any HarmonicDomain =
      onSphere ? Sphere(latitudes: 6, maximumWavenumber: 4) : Circle(points: 10)
    let roots = wildRoots(on: domain)
    let signs = (0..<domain.spectrumCount).map { $0 % 3 == 1 ? -1.0 : 1 }
    let flipped = Matrix(
      rows: roots.rows, columns: roots.columns,
      roots.scalars.enumerated().map { $1 * signs[$0 % signs.count] })
    let (a, b) = (
      ConvolutionModel(roots: roots, on: domain), ConvolutionModel(roots: flipped, on: domain)
    )
    expectClose(
      a.covariance().scalars, b.covariance().scalars, relative: 0, absolute: 1e-13)
    #expect(a.squareRoot() != b.squareRoot())
  }

  @Test(arguments: [true, false]) func drawsHaveTheCovariance(bandLimited: Bool) throws {
    let circle = Circle(points: 8)
    let truth = ParametricTruth.circle(circle)
    let model = try ConvolutionModel(truth.spectra(key: RandomKey(1)), on: circle)
    let (N, B) = (20_000, model.covariance())
    let draws =
      bandLimited
      ? model.bandLimitedSample(count: N, key: RandomKey(2))
      : model.sample(count: N, key: RandomKey(2))
    let sums = Matrix.product(draws, draws, transposingFirst: true)
    for i in 0..<8 {
      for j in 0..<8 {
        let error = ((B[i, i] * B[j, j] + B[i, j] * B[i, j]) / Double(N)).squareRoot()
        // Four standard errors: 36 different entries.
        #expect(abs(sums[i, j] / Double(N) - B[i, j]) < 4 * error)
      }
    }
  }

  @Test func theFirstDrawsDoNotDependOnHowManyThereAre() throws {
    let circle = Circle(points: 8)
    let model = try ConvolutionModel(
      LocalSpectra(stationary: [3, 2, 1, 1, 1], points: 8), on: circle)
    let (few, many) = (
      model.sample(count: 2, key: RandomKey(5)), model.sample(count: 9, key: RandomKey(5))
    )
    // The products may be summed in another order.
    expectClose(
      few.scalars, many.taking(rows: [0, 1]).scalars, relative: 1e-13, absolute: 1e-13)
  }

  @Test func smallEntriesCanBeLeftOut() throws {
    let circle = Circle(points: 40)
    let spectrum = (0...20).map { exp(-0.05 * Double($0 * $0)) }
    let model = try ConvolutionModel(LocalSpectra(stationary: spectrum, points: 40), on: circle)
    let W = model.squareRoot()
    let sparse = SparseMatrix(W, keeping: .ofLargest(1e-3))
    let largest = W.scalars.reduce(0) { max($0, abs($1)) }
    #expect(sparse.count == W.scalars.filter { abs($0) >= 1e-3 * largest }.count)
    #expect(sparse.density < 0.6)
    expectClose(sparse.dense().scalars, W.scalars, relative: 0, absolute: 1e-3 * largest)
  }

  @Test func spectraThatAreNoVariancesAreNamed() {
    let bad = Matrix(rows: 2, columns: 3, [1, 1, 1, 1, -0.5, 1])
    let error = #expect(throws: FieldError.self) { try LocalSpectra(modal: bad) }
    #expect(error == .invalidSpectrum(point: 1, wavenumber: 1, value: -0.5))
    #expect(
      error?.description
        == "local spectrum at point 1, wavenumber 1 is -0.5, but must be finite and not negative; "
        + "square what an estimator gives, or cut it off at 0.")
    #expect(throws: FieldError.self) {
      try LocalSpectra(stationary: [1, .nan], points: 2)
    }
  }

  @Test func spectraOfAnotherGridAreRefused() throws {
    let spectra = try LocalSpectra(stationary: [1, 1, 1], points: 8)
    #expect(throws: FieldError.wrongCount(of: "local spectra", found: 8, needed: 10)) {
      try ConvolutionModel(spectra, on: Circle(points: 10))
    }
    #expect(
      throws: FieldError.wrongCount(of: "wavenumbers of the local spectra", found: 3, needed: 5)
    ) { try ConvolutionModel(spectra, on: Circle(points: 8)) }
  }
}

extension ConvolutionModel {
  /// A model with spectral functions of any sign.
  init(roots: Matrix, on domain: any HarmonicDomain) {
    do {
      try self.init(LocalSpectra(roots: roots), on: domain)
    } catch {
      preconditionFailure(error.description)
    }
  }
}
