import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

@Suite struct CircleTests {
  let circle = Circle(points: 12)

  @Test func spectraAndCovariancesTransformIntoEachOther() {
    let spectrum = (0...6).map { 1 / (1 + Double($0 * $0)) }
    let covariance = circle.covariance(ofSpectrum: spectrum)
    expectClose([covariance[0]], [circle.variance(ofSpectrum: spectrum)], relative: 1e-14)
    expectClose(circle.spectrum(ofCovariance: covariance), spectrum, relative: 1e-13)
  }

  @Test func modesAreWavesWhoseProductsAddUpToCosines() {
    let (modes, wavenumbers) = (circle.modes(), circle.modeWavenumbers)
    for l in 0...6 {
      let waves = wavenumbers.indices.filter { wavenumbers[$0] == l }
      let sum = waves.reduce(0) { $0 + modes[2, $1] * modes[7, $1] }
      let expected = circle.varianceWeights[l] * cos(2 * .pi * Double(5 * l) / 12)
      #expect(abs(sum - expected) < 1e-14)
    }
  }

  @Test func powersAddUpToTheMeanSquare() {
    let field = RandomKey(1).normal([12]).scalars
    let powers = circle.powers(of: Matrix(rows: 1, columns: 12, field))
    expectClose(
      [powers.scalars.reduce(0, +)], [field.reduce(0) { $0 + $1 * $1 } / 12], relative: 1e-14)
  }

  @Test func distancesAreChordsOfTheUnitCircle() {
    #expect(abs(circle.distance(1, 7) - 2) < 1e-15)
    #expect(abs(circle.distance(1, 3) - 1) < 1e-15)
    #expect(abs(circle.cosineOfDistance(11, 1) - 0.5) < 1e-15)
    expectClose([circle.cellAreas.reduce(0, +)], [2 * .pi], relative: 1e-15)
  }

  @Test func anOddNumberOfPointsIsRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Circle(points: 11)
    }
    expectMessage("Circle: 11 points, but an even number is needed.", of: exit)
  }
}
