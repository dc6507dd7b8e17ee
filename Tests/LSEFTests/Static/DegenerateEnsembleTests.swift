import Assimilation
import FilterTestSupport
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

@testable import LSEF

/// What static analyses do at the edges: the exact limit where there is one, an error that says so where there is none.
struct DegenerateEnsembleTests {
  private let circle = Circle(points: 24)
  private let bank = FilterBank.circle(points: 24)

  private func estimated(_ members: Matrix) throws -> SquareRootCovariance {
    try SquareRootCovariance(
      estimatedFrom: members, on: circle, by: exampleNetwork(bank), bank: bank)
  }

  private func localized(_ members: Matrix) throws -> LocalizedEnsembleCovariance {
    try LocalizedEnsembleCovariance(members: members, taper: .gaspariCohn(0.5), on: circle)
  }

  private func mean(_ members: Matrix) throws -> IsotropicCovariance {
    try IsotropicCovariance(
      spectrum: IsotropicCovariance.meanSpectrum(of: [members], on: circle), on: circle)
  }

  /// The analyses of LSEF-B, EnKF-B, Mean-B and Hybrid-B.
  private func analyses(_ observations: Observations, _ members: Matrix) throws -> [[Double]] {
    let (ensemble, mean) = (try localized(members), try mean(members))
    return [
      try observations.analysis(prior: estimated(members)),
      try observations.analysis(prior: ensemble), try observations.analysis(prior: mean),
      try observations.analysis(prior: HybridCovariance(ensemble, mean)),
    ]
  }

  @Test func anEnsembleOfOneHasAMeanSpectrumOnly() throws {
    let one = normalMatrix(1, 24, seed: 1)
    #expect(throws: FieldError.tooFewMembers(found: 1, needed: 2)) { try estimated(one) }
    #expect(throws: AnalysisError.ensembleTooSmall(members: 1, needed: 2)) { try localized(one) }
    #expect(try mean(one).variances.allSatisfy { $0 > 0 })
    let replicate = try StaticReplicate(
      .circle(circle), size: .init(members: 1, observations: 4, variance: 1), key: RandomKey(1))
    #expect(throws: FieldError.tooFewMembers(found: 1, needed: 2)) {
      try replicate.estimatedPrior(exampleNetwork(bank), bank: bank)
    }
    #expect(throws: AnalysisError.ensembleTooSmall(members: 1, needed: 2)) {
      try replicate.ensemblePrior(.none)
    }
  }

  /// Members that are one field have no spread: no bands have variance, and EnKF-B believes in its background.
  @Test func membersThatAreOneConstantFieldHaveNoVariance() throws {
    let constant = Matrix(rows: 5, columns: 24, repeating: 3)
    // Rounding of filtered fields of size 3, squared.
    #expect(
      try bank.bandVariances(of: constant, on: circle).scalars.allSatisfy {
        (0...1e-28).contains($0)
      })
    #expect(try localized(constant).variances.allSatisfy { $0 == 0 })
    // The constant is the wave of number 0.
    expectClose(
      try IsotropicCovariance.meanSpectrum(of: [constant], on: circle),
      [9] + Array(repeating: 0, count: 12), relative: 1e-13)
    let observations = try Observations(points: [3, 9], values: [1, -2], variance: 0.5)
    let found = try analyses(observations, constant)
    #expect(found[1] == Array(repeating: 0, count: 24))
    // One number, observed twice: 9 (1 - 2) / (2 · 9 + 0.5).
    expectClose(found[2], Array(repeating: -9 / 18.5, count: 24), relative: 1e-12)
    // The network makes of no variance what its biases say, everywhere the same.
    let variances = try estimated(constant).variances
    #expect(variances.allSatisfy { $0.isFinite && $0 >= 0 })
    expectClose(variances, Array(repeating: variances[0], count: 24), relative: 1e-9)
  }

  @Test func withoutObservationsTheAnalysisIsTheBackground() throws {
    let none = try Observations(points: [], values: [], variance: 1)
    for analysis in try analyses(none, normalMatrix(4, 24, seed: 2)) {
      #expect(analysis == Array(repeating: 0, count: 24))
    }
  }

  @Test func exactObservationsAtEveryPointAreTheAnalysis() throws {
    let values = RandomKey(3).normal([24]).scalars
    // So small that only the rounding of a system with condition numbers of some 1e4 is left.
    let all = try Observations(points: Array(0..<24), values: values, variance: 1e-10)
    for (k, analysis) in try analyses(all, normalMatrix(30, 24, seed: 4)).enumerated() {
      expectClose(analysis, values, relative: 0, absolute: 1e-6, "prior \(k)")
    }
  }

  @Test func aMemberThatIsNoNumberIsNamed() {
    var broken = normalMatrix(4, 24, seed: 5)
    broken[2, 7] = .nan
    let error = #expect(throws: FieldError.self) { try estimated(broken) }
    // NaN is not equal to itself.
    #expect(error?.description.hasPrefix("ensemble member 2 is nan at point 7,") == true)
    for build in [{ _ = try localized(broken) }, { _ = try mean(broken) }] {
      #expect(throws: AnalysisError.notFinite(what: "members", index: [2, 7], value: "nan")) {
        try build()
      }
    }
  }
}
