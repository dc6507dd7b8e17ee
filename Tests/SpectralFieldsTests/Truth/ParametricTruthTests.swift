import Assimilation
import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

@Suite struct ParametricTruthTests {
  @Test func theVarianceIsTheSquareOfTheDeviation() throws {
    let truths = [
      ParametricTruth.sphere(Sphere(latitudes: 11, maximumWavenumber: 9)),
      ParametricTruth.circle(Circle(points: 30)),
    ]
    for truth in truths {
      let (fields, spectra) = (
        truth.parameterFields(key: RandomKey(9)), try truth.spectra(key: RandomKey(9))
      )
      let model = try ConvolutionModel(spectra, on: truth.domain)
      expectClose(model.variance, fields.row(0).map { $0 * $0 }, relative: 1e-13)
      // Eq. (64) at one point.
      let (lambda, gamma) = (fields[1, 8], fields[2, 8])
      let ratio = spectra.modal[8, 0] / spectra.modal[8, 4]
      expectClose([ratio], [1 + pow(4 * lambda, gamma)], relative: 1e-12)
    }
  }

  @Test func theTransformationHasItsPublishedValues() {
    let values = [0, 1, -1].map { DSADM.Regime.transformed($0) }
    expectClose(values, [1, 1.859141, 0.443230], relative: 0, absolute: 6e-7)
    #expect(abs(DSADM.Regime.transformed(40) - (1 + exp(1))) < 1e-12)
    #expect(DSADM.Regime.transformed(-800) == 0)
  }

  @Test func defaultsAreThoseOfThePaper() {
    let sphere = ParametricTruth.sphere().parameters
    expectClose(
      [sphere.lengthscale.median, sphere.lengthscale.lowest], [0.188496, 0.0209440], relative: 0,
      absolute: 6e-7)
    #expect(sphere.deviation == .init(median: 1, lowest: 0.1))
    #expect(sphere.slope == .init(median: 4, lowest: 1))
    #expect(sphere.strength == 2 && sphere.scaleRatio == 3 && sphere.preTransformSlope == 4)
    let circle = ParametricTruth.circle().parameters
    expectClose(
      [circle.lengthscale.median, circle.lengthscale.lowest], [0.314159, 0.0261799], relative: 0,
      absolute: 6e-7)
    #expect(circle.deviation == .init(median: 5, lowest: 0.05))
    #expect(circle.slope == .init(median: 1.5, lowest: 1) && circle.preTransformSlope == 3)
    #expect(circle.preTransformVariance == .unitPerMode)
  }

  @Test func strengthOneIsStationary() throws {
    var truth = ParametricTruth.circle(Circle(points: 30))
    truth.parameters.strength = 1
    let spectra = try truth.spectra(key: RandomKey(1))
    let expected = truth.spectrum(deviation: 5, lengthscale: 6 * 2 * .pi / 30, slope: 1.5)
    for x in 0..<30 { expectClose(Array(spectra.modal.row(x)), expected, relative: 1e-13) }
  }

  @Test func theVarianceOfChiIsThatOfTheTable() {
    let sphere = Sphere()
    let published: [Double: Double] = [1: 6.390, 2: 3.446, 3: 2.466, 5: 1.657, 10: 1.080]
    for (ratio, expected) in published {
      var truth = ParametricTruth.sphere(sphere)
      truth.parameters.scaleRatio = ratio
      let variance = sphere.variance(ofSpectrum: truth.preTransformSpectrum)
      #expect(abs(variance - expected) < 6e-4)
      for unit in [ParametricTruth.PreTransformVariance.unitPerDegree, .unitPerMode] {
        truth.parameters.preTransformVariance = unit
        expectClose(
          [sphere.variance(ofSpectrum: truth.preTransformSpectrum)], [1], relative: 1e-13)
      }
    }
  }

  @Test func unitModesAreProportionalToTheirShapes() {
    let truth = ParametricTruth.circle(Circle(points: 30))
    let spectrum = truth.preTransformSpectrum
    let length = 3 * 6 * 2 * Double.pi / 30
    expectClose([spectrum[0] / spectrum[2]], [1 + pow(2 * length, 3)], relative: 1e-13)
  }

  @Test func oneKeyMakesOneTruthAndAnotherKeyAnother() throws {
    let truth = ParametricTruth.circle(Circle(points: 20))
    let spectra = try [4, 4, 5].map { try truth.spectra(key: RandomKey($0)) }
    #expect(spectra[0].modal == spectra[1].modal && spectra[0].modal != spectra[2].modal)
  }

  @Test func aParameterThatIsNoNumberIsNamed() {
    var truth = ParametricTruth.circle(Circle(points: 20))
    truth.parameters.deviation = .init(median: .nan, lowest: 0.1)
    #expect(throws: FieldError.self) { try truth.spectra(key: RandomKey(1)) }
  }

  /// Means over replicates of plain averages over a latitude-longitude array, where a pole stands once for each
  /// longitude.
  @Test func parameterFieldsVaryAsPublished() {
    let truth = ParametricTruth.sphere()
    let replicates = RandomKey(1).split(20).map { key in
      let (chi, fields) = (truth.preTransformFields(key: key), truth.parameterFields(key: key))
      return [
        arrayMoments(chi.row(0)).meanSquare, arrayMoments(fields.row(0)).meanSquare,
        arrayMoments(fields.row(1)).variance, arrayMoments(fields.row(2)).variance,
      ]
    }
    // Means of 60 replicates in the text.
    for (k, published) in [2.50, 1.77, 0.0075, 2.55].enumerated() {
      let values = replicates.map { $0[k] }
      let mean = values.reduce(0, +) / 20
      let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
      // Three standard errors of the difference of the two means.
      #expect(abs(mean - published) < 3 * (spread / 20 + spread / 60).squareRoot())
    }
  }
}

/// Moments of an array of 51 circles of 100 longitudes.
private func arrayMoments(_ field: ArraySlice<Double>) -> (meanSquare: Double, variance: Double) {
  let (first, last) = (field.startIndex, field.endIndex - 1)
  var (sum, squares) = (0.0, 0.0)
  for (i, value) in zip(field.indices, field) {
    let copies = i == first || i == last ? 100.0 : 1
    sum += copies * value
    squares += copies * value * value
  }
  let mean = sum / 5100
  return (squares / 5100, squares / 5100 - mean * mean)
}
