import Assimilation
import FilterTestSupport
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SpectralFields

struct IsotropicCovarianceTests {
  private let circle = Circle(points: 150)

  @Test func blocksArePartsOfOneSymmetricMatrix() throws {
    let mean = try IsotropicCovariance(
      spectrum: [1, 0.5, 0.25], basis: .chebyshev, on: circle)
    expectPrior(mean)
    let ensemble = try LocalizedEnsembleCovariance(
      members: normalMatrix(5, 150, seed: 1), taper: .gaspariCohn(0.4), on: circle)
    expectPrior(HybridCovariance(ensemble, mean, weight: 0.3))
  }

  @Test func theIsotropicCovarianceIsTheSumOfItsWaves() throws {
    let spectrum = [0.3, 1, 0.5, 0.25]
    let onCircle = try IsotropicCovariance(
      spectrum: spectrum, basis: .chebyshev, on: circle
    ).block(rows: [10], columns: [10, 20, 85])
    let angles = [0.0, 10, 75].map { 2 * .pi * $0 / 150 }
    expectClose(
      onCircle.scalars,
      angles.map { angle in
        spectrum.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset) * angle) }
      }, relative: 1e-13)
    let onSphere = try IsotropicCovariance(
      spectrum: spectrum, basis: .legendre, on: circle
    ).block(rows: [10], columns: [10, 20, 85])
    let legendre: [(Double) -> Double] = [
      { _ in 1 }, { $0 }, { (3 * $0 * $0 - 1) / 2 }, { (5 * $0 * $0 * $0 - 3 * $0) / 2 },
    ]
    expectClose(
      onSphere.scalars,
      angles.map { angle in
        zip(spectrum, legendre).reduce(0) { $0 + $1.0 * $1.1(cos(angle)) }
      }, relative: 1e-13)
  }

  @Test func spectraThatAreNoneAreRefused() {
    #expect(throws: AnalysisError.negative(what: "spectrum", index: [1], value: -1)) {
      try IsotropicCovariance(spectrum: [1, -1], basis: .legendre, on: circle)
    }
    #expect(throws: AnalysisError.notFinite(what: "spectrum", index: [0], value: "nan")) {
      try IsotropicCovariance(spectrum: [.nan], basis: .legendre, on: circle)
    }
    #expect(throws: AnalysisError.size(what: "spectrum", given: 0, expected: 1)) {
      try IsotropicCovariance(spectrum: [], basis: .legendre, on: circle)
    }
  }

  @Test func theMeanSpectrumIsThatOfTheFieldsVariance() throws {
    let circle = Circle(points: 60)
    let members = normalMatrix(4, 60, seed: 3)
    let spectrum = try IsotropicCovariance.meanSpectrum(
      of: [members.taking(rows: [0]), members.taking(rows: [1, 2, 3])], on: circle)
    let meanSquare = members.scalars.reduce(0) { $0 + $1 * $1 } / 240
    expectClose([spectrum.reduce(0, +)], [meanSquare], relative: 1e-12)
    #expect(throws: AnalysisError.ensembleTooSmall(members: 0, needed: 1)) {
      try IsotropicCovariance.meanSpectrum(of: [], on: circle)
    }
  }

  @Test func theMeanCovarianceOfAStationaryFieldIsItsCovariance() throws {
    for domain in [Circle(points: 60), Sphere(latitudes: 9, maximumWavenumber: 7)]
      as [any HarmonicDomain]
    {
      let modal = (0..<domain.spectrumCount).map { 1 / Double(1 + $0 * $0) }
      let model = try ConvolutionModel(
        LocalSpectra(stationary: modal, points: domain.pointCount), on: domain)
      let prior = try IsotropicCovariance(
        spectrum: zip(modal, domain.varianceWeights).map(*), on: domain)
      let all = Array(0..<domain.pointCount)
      expectClose(
        prior.block(rows: all, columns: all).scalars, model.covariance().scalars,
        relative: 1e-11, absolute: 1e-12)
    }
  }
}
