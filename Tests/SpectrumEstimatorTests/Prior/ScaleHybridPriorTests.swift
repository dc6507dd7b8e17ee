import Assimilation
import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

struct ScaleHybridPriorTests {
  private let bank = FilterBank.circle(points: 16)
  private let ring = Ring(points: 16)
  private let taper = Taper.gaspariCohn(3)
  private let all = Array(0..<16)

  private func perturbations() -> Matrix {
    Matrix(rows: 5, columns: 16, RandomKey(8).normal([5, 16]).scalars)
  }

  private func covariance(
    _ weights: ScaleWeights?, factor: Double = 1
  ) throws -> Matrix {
    let prior = try ScaleHybridPrior(
      exampleNetwork(bank), bank: bank, weights: weights, taper: taper, factor: factor)
    return try prior.estimated(from: perturbations()).block(rows: all, columns: all)
  }

  @Test func withoutWeightsItIsLSEF() throws {
    let lsef = try LocalSpectrumPrior(exampleNetwork(bank), bank: bank)
      .estimated(from: perturbations()).block(rows: all, columns: all)
    expectClose(
      try covariance(nil).scalars, lsef.scalars, relative: 1e-12, absolute: 1e-13)
    var twice = lsef
    twice.scale(by: 2)
    expectClose(
      try covariance(nil, factor: 2).scalars, twice.scalars, relative: 1e-12, absolute: 1e-13)
  }

  @Test func weightsOfOneLeaveTheLocalizedEnsemble() throws {
    let expected = try LocalizedEnsembleCovariance(taper, on: ring)
      .estimated(from: perturbations()).block(rows: all, columns: all)
    let found = try covariance(ScaleWeights(level: 60))
    expectClose(found.scalars, expected.scalars, relative: 1e-10, absolute: 1e-11)
  }

  @Test func weightsOfAHalfAreTheMeanOfBoth() throws {
    let (a, b) = (try covariance(ScaleWeights(level: 60)), try covariance(nil))
    let found = try covariance(ScaleWeights())
    expectClose(
      found.scalars, zip(a.scalars, b.scalars).map { ($0 + $1) / 2 }, relative: 1e-10,
      absolute: 1e-11)
  }

  /// Any weights give a covariance: symmetric, with a Cholesky factor once a little is added to its diagonal.
  @Test func anyWeightsGiveACovariance() throws {
    for weights in [
      ScaleWeights(level: 1, slope: -3, contrast: 2),
      ScaleWeights(level: -1, slope: 2, contrast: -4),
    ] {
      var B = try covariance(weights)
      expectClose(B.scalars, B.transposed().scalars, relative: 1e-12, absolute: 1e-13)
      B.addToDiagonal(all.map { _ in 1e-9 })
      #expect((try? CholeskyFactor(factoring: B)) != nil)
    }
  }

  @Test func weightsFollowTheirFormula() {
    let weights = ScaleWeights(level: 0.4, slope: -1.5, contrast: 0.5)
    let odds = { (w: Double) in log(w / (1 - w)) }
    // At 1 + l = 1 + n/8 no octaves, at twice that one.
    expectClose([odds(weights(2, points: 16))], [0.4], relative: 1e-12)
    expectClose([odds(weights(5, points: 16))], [0.4 - 1.5], relative: 1e-12)
    expectClose([odds(weights(2, points: 16, logVariance: 2))], [1.4], relative: 1e-12)
  }

  @Test func inputThatDoesNotFitIsNamed() throws {
    #expect(throws: EstimatorError.size(what: "the network's spectrum", given: 9, expected: 7)) {
      try ScaleHybridPrior(exampleNetwork(bank), bank: .circle(points: 12))
    }
    let prior = try ScaleHybridPrior(exampleNetwork(bank), bank: bank)
    #expect(throws: AnalysisError.self) {
      try prior.estimated(from: Matrix(rows: 5, columns: 12))
    }
    #expect(throws: AnalysisError.ensembleTooSmall(members: 1, needed: 2)) {
      try prior.estimated(from: Matrix(rows: 1, columns: 16))
    }
  }
}
