import Autodiff
import FilterTestSupport
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

@Suite struct EnKFNTests {
  private let eigenvalues = [0, 0, 0.3, 2, 9]
  private let projections = [0, 0, 0.9, -2.5, 7]

  /// The precision at the minimum of the primal cost, by BFGS and Newton's method in SciPy 1.17.
  @Test(arguments: [(1.0, 2.4365920495112197), (2, 3.213576184684848)])
  func thePrecisionIsThatOfThePrimalMode(certainty: Double, expected: Double) {
    let prior = FiniteSizePrior(eigenvalues: eigenvalues, certainty: certainty)
    let precision = prior.precision(projections: projections)
    #expect(abs(precision / expected - 1) < 1e-9)
    // The dual form agrees with the primal one at its weights.
    let weights = zip(projections, eigenvalues).map { $0 / (precision + $1) }
    #expect(abs(prior.precision(at: weights) / precision - 1) < 1e-12)
  }

  @Test func thereIsNoInflationWhereObservationsSayNothing() {
    let prior = FiniteSizePrior(eigenvalues: [0, 0, 0, 0], certainty: 1)
    #expect(abs(prior.precision(projections: [0, 0, 0, 0]) - 3) < 1e-12)
  }

  @Test func theInflationGrowsWithTheInnovations() {
    let prior = FiniteSizePrior(eigenvalues: eigenvalues, certainty: 1)
    let precisions = [0.0, 1, 2, 4, 8, 16].map { factor in
      prior.precision(projections: projections.map { factor * $0 })
    }
    #expect(zip(precisions, precisions.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func certainPriorsHaveTheirModeWhateverTheInnovations() {
    let prior = FiniteSizePrior(eigenvalues: eigenvalues, certainty: 1e9)
    let precision = prior.precision(projections: projections)
    #expect(abs(precision - prior.precision(projections: [0, 0, 0, 0, 0])) < 1e-6)
  }

  @Test func theAnalysisIsThatOfTheETKFWithAnInflatedForecast() throws {
    let members = normalMatrix(6, 9, seed: 3)
    let y = try Observations(
      points: [1, 2, 4, 8], values: [3, -2, 1, 0], variances: [0.5, 1, 2, 0.1])
    var finite = Ensemble(members: members)
    try EnKFN(members: 6).update(&finite, y, key: RandomKey(1))
    let (observed, innovations) = try y.scaled(by: Ensemble(members: members))
    let eigen = try SymmetricEigen(Matrix.product(observed, observed, transposingFirst: true))
    let precision = FiniteSizePrior(eigenvalues: eigen.values, certainty: 1).precision(
      projections: eigen.vectors.multiplied(by: observed.transposeMultiplied(by: innovations)))
    #expect(precision < 5)
    var inflated = Ensemble(members: members)
    inflated.anomalies.scale(by: (5 / precision).squareRoot())
    try ETKF(members: 6).update(&inflated, y, key: RandomKey(1))
    expectClose(finite.mean, inflated.mean, relative: 0, absolute: 1e-12)
    expectClose(finite.anomalies.scalars, inflated.anomalies.scalars, relative: 0, absolute: 1e-12)
  }

  @Test func aCertaintyThatIsNotPositiveIsRefused() throws {
    var ensemble = Ensemble(members: normalMatrix(4, 2, seed: 1))
    let y = try Observations(points: [0], values: [1], variance: 1)
    let error = #expect(throws: FilterError.self) {
      try EnKFN(members: 4, certainty: 0).update(&ensemble, y, key: RandomKey(1))
    }
    #expect(error?.description == "EnKF-N: the certainty is 0.0, but must be positive and finite.")
  }
}
