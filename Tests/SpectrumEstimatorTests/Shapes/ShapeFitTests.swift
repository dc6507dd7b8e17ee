import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

struct PseudoInversionTests {
  @Test func theEstimateReproducesTheBandVariancesWithTheLeastNorm() throws {
    let inversion = try PseudoInversion(exampleOmega)
    let variances = try examplePairs(9, noise: 0.5, seed: 1).bandVariances
    let spectra = try inversion(variances)
    let bands = Matrix.product(spectra, exampleOmega, transposingSecond: true)
    expectClose(bands.scalars, variances.scalars, relative: 1e-12)
    // Whatever the bands do not see is added at a right angle.
    let unseen = try inversion(
      Matrix(rows: 1, columns: 3, exampleOmega.multiplied(by: [1, -2, 3, 0, 1])))
    let difference = zip([1, -2, 3, 0, 1], unseen.scalars).map(-)
    let inner = zip(difference, unseen.scalars).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(inner) < 1e-12)
  }

  @Test func theBandsOfTheFilterBanksAreReproduced() throws {
    for bank in [FilterBank.sphere(), .circle(), .circle(set: .b)] {
      let variances = Matrix(rows: 2, columns: 6, RandomKey(2).uniform([12]).scalars)
      let spectra = try PseudoInversion(bank.omega)(variances)
      // The condition number of the Gram matrix is below 1e5.
      expectClose(
        Matrix.product(spectra, bank.omega, transposingSecond: true).scalars, variances.scalars,
        relative: 1e-10)
    }
    let bank = FilterBank.circle()
    let omega = PseudoInversion.mirrored(transfer: bank.transfer)
    let variances = Matrix(rows: 1, columns: 6, [4, 3, 2, 1, 0.5, 0.2])
    let spectrum = try PseudoInversion(omega)(PseudoInversion.mirrored(bandVariances: variances))
    // Sums over both signs of an even spectrum are sums over the half spectrum.
    let half = Array(spectrum.scalars.prefix(61))
    expectClose(bank.omega.multiplied(by: half), variances.scalars, relative: 1e-9)
  }

  @Test func mirroredBandsMakeTheEstimateEven() throws {
    let n = 16
    // A band at 0, a one-sided one, and one at the other end.
    var transfer = Matrix(rows: 3, columns: n)
    for (band, (centre, width)) in [(0.0, 2.0), (3, 2), (8, 3)].enumerated() {
      for l in 0..<n {
        var distance = Double(l) - centre
        if distance > 8 { distance -= 16 }
        transfer[band, l] = exp(-pow(abs(distance / width), 3))
      }
    }
    let omega = PseudoInversion.mirrored(transfer: transfer)
    #expect(omega.rows == 4 && omega.columns == n)
    let variances = PseudoInversion.mirrored(
      bandVariances: Matrix(rows: 1, columns: 3, [3, 2, 0.5]))
    #expect(variances.scalars == [3, 2, 0.5, 2])
    let spectrum = try PseudoInversion(omega)(variances).scalars
    for l in 1..<n { #expect(abs(spectrum[l] - spectrum[n - l]) < 1e-12) }
  }

  @Test func bandsThatDependOnEachOtherAreRefused() {
    #expect(throws: EstimatorError.dependentBands) {
      try PseudoInversion(Matrix(rows: 2, columns: 3, [1, 2, 3, 2, 4, 6]))
    }
  }

  @Test func bandVariancesThatAreNoneAreRefused() throws {
    let inversion = try PseudoInversion(exampleOmega)
    #expect(throws: EstimatorError.size(what: "bandVariances", given: 1, expected: 3)) {
      try inversion(Matrix(rows: 1, columns: 1))
    }
    #expect(throws: EstimatorError.value(what: "bandVariances", row: 0, column: 1, value: "nan")) {
      try inversion(Matrix(rows: 1, columns: 3, [1, .nan, 1]))
    }
  }
}

struct ShapeFitTests {
  @Test func theFitOfTheAuthorsIsReproduced() throws {
    let reference = try Reference.json("lsef_shape_fit.json")
    let spectrum = try #require(reference["spectrum"]).doubles
    var fit = ShapeFit(shape: try #require(reference["shape"]).doubles)
    (fit.largestStretch, fit.stretchPenalty) = (10, 0.2)
    let parameters = try fit.parameters(of: spectrum)
    // Seven digits are given of each number.
    expectClose([parameters.stretch, parameters.amplitude], [0.890239, 0.4094106], relative: 1e-6)
    let found = fit.spectrum(parameters)
    let start = try #require(reference["fitStart"]).doubles
    let end = try #require(reference["fitEnd"]?.double)
    expectClose(Array(found.prefix(10)), start, relative: 3e-7)
    expectClose(Array(found.suffix(20)), Array(repeating: end, count: 20), relative: 3e-7)
    for (moments, stretch) in [(ShapeFit.Moments.zeroAndOne, 0.834974), (.oneAndTwo, 0.923552)] {
      fit.moments = moments
      fit.stretchPenalty = 0
      expectClose([try fit.parameters(of: spectrum).stretch], [stretch], relative: 1e-6)
    }
  }

  private var bell: ShapeFit {
    var fit = ShapeFit(shape: (0..<200).map { exp(-pow(Double($0) / 25, 2)) })
    fit.stretchPenalty = 0
    return fit
  }

  @Test func aStretchedShapeIsRecovered() throws {
    for moments in [ShapeFit.Moments.zeroAndOne, .oneAndTwo, .all] {
      var fit = bell
      fit.moments = moments
      expectClose(
        [try fit.parameters(of: fit.shape.map { 3 * $0 })].flatMap { [$0.stretch, $0.amplitude] },
        [1, 3], relative: 1e-13)
      let wide = fit.spectrum(.init(stretch: 1.6, amplitude: 2))
      let found = try fit.parameters(of: wide)
      // Sums over whole wavenumbers stand for integrals.
      expectClose([found.stretch, found.amplitude], [1.6, 2], relative: 0.02)
    }
  }

  @Test func theStretchIsPulledToOneAndHeldWithinItsBounds() throws {
    var fit = bell
    let wide = fit.spectrum(.init(stretch: 1.6, amplitude: 2))
    let free = try fit.parameters(of: wide).stretch
    fit.stretchPenalty = 2
    expectClose([try fit.parameters(of: wide).stretch], [(2 * free + 2) / 4], relative: 1e-12)
    fit.largestStretch = 1.1
    #expect(try fit.parameters(of: wide).stretch == 1.1)
  }

  @Test func manySpectraAreFittedAndThoseWithoutMomentsRefused() throws {
    let fit = bell
    let rows = Matrix(rows: 2, columns: 200, fit.shape + fit.shape.map { 2 * $0 })
    expectClose(try fit(rows).scalars, rows.scalars, relative: 1e-12)
    #expect(throws: EstimatorError.noVariance(point: 1)) {
      try fit(Matrix(rows: 2, columns: 200, fit.shape + fit.shape.map { -$0 }))
    }
    #expect(throws: EstimatorError.noVariance(point: 0)) {
      try fit(Matrix(rows: 1, columns: 200, repeating: .nan))
    }
    #expect(throws: EstimatorError.size(what: "spectra", given: 3, expected: 200)) {
      try fit(Matrix(rows: 1, columns: 3))
    }
  }
}

struct BandVarianceFitTests {
  private let shape = (0..<5).map { 1 / (1 + pow(0.8 * Double($0), 2)) }

  @Test func exactBandVariancesOfTheShapeGiveItBack() throws {
    let fit = BandVarianceFit(omega: exampleOmega, shape: shape, members: 20)
    let variances = Matrix(rows: 1, columns: 3, exampleOmega.multiplied(by: shape.map { 2.5 * $0 }))
    expectClose(try fit(variances).scalars, shape.map { 2.5 * $0 }, relative: 1e-12)
  }

  @Test func theFitIsAMinimumOfItsMisfit() throws {
    let fit = BandVarianceFit(omega: exampleOmega, shape: shape, members: 20)
    let v = [1.4, 1.1, 0.6]
    let found = try fit(Matrix(rows: 1, columns: 3, v)).scalars
    // The misfit by its formula, over a fine grid of amplitudes at every stretch.
    let s = v.map { (2.0 / 19).squareRoot() * $0 }
    let floor = 0.2 * s.reduce(0, +) / 3
    let w = s.map { 1 / pow($0 + floor, 2) }
    let spectrum = { (a: Double, A: Double) in
      (0..<5).map { l in
        let place = min(Double(l) / a, 4)
        let low = min(Int(place), 3)
        return A * (shape[low] + (place - Double(low)) * (shape[low + 1] - shape[low]))
      }
    }
    var best = (misfit: Double.infinity, spectrum: [Double]())
    for k in -10...10 {
      let a = pow(2.5, Double(k) / 10)
      for A in stride(from: 0.2, through: 3, by: 0.001) {
        let e = exampleOmega.multiplied(by: spectrum(a, A))
        var misfit = 10 * (a - 1) * (a - 1)
        for j in 0..<3 {
          misfit += w[j] * pow(e[j] - v[j], 2)
          if j > 0 { misfit += 0.25 * w[j] * pow((e[j] - e[j - 1]) - (v[j] - v[j - 1]), 2) }
        }
        if misfit < best.misfit { best = (misfit, spectrum(a, A)) }
      }
    }
    // The grid of amplitudes has steps of 0.001.
    expectClose(found, best.spectrum, relative: 0, absolute: 1e-3)
  }

  @Test func variancesThatAreNoneAreRefused() {
    let fit = BandVarianceFit(omega: exampleOmega, shape: shape, members: 20)
    #expect(throws: EstimatorError.noVariance(point: 0)) { try fit(Matrix(rows: 1, columns: 3)) }
    #expect(throws: EstimatorError.size(what: "bandVariances", given: 2, expected: 3)) {
      try fit(Matrix(rows: 1, columns: 2))
    }
  }
}
