import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

@Suite struct TwinMeasurementTests {
  /// A filter that stands still.
  private struct Still: EnsembleFilter {
    let name = "still"
    let members = 3
    func update(_ ensemble: inout Ensemble, _ observations: Observations, key: RandomKey) {}
  }

  private func row(
    _ ensemble: Matrix, truth: [Double], areas: [Double]? = nil
  ) throws -> (row: FilterRun.Row, ranks: [Int]) {
    let state = FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
    var measurement = TwinMeasurement(
      step: 1, truth: truth, areas: areas ?? truth.map { _ in 1 }, measures: .all)
    let observations = try Observations(points: [0], values: [5], variance: 2)
    try measurement.takeForecast(state, Still(), observations)
    try measurement.takeInnovations(nil, of: state, Still(), observations)
    return (try measurement.takingAnalysis(state, Still()), measurement.ranks)
  }

  @Test func errorsSpreadsScoresAndRanksAreThoseOfTheDefinitions() throws {
    // Members 1, 2, 6 and 0, 0, 3.
    let ensemble = Matrix(rows: 3, columns: 2, [6, 0, 1, 3, 2, 0])
    let (row, ranks) = try row(ensemble, truth: [4, -1], areas: [1, 3])
    // Squared errors 1 and 4, variances 7 and 3.
    #expect(row.forecastMSE == 3.25 && row.forecastVariance == 4)
    // E|X - x| = 7/3 and E|X - X'| / 2 = 2 (1 + 4 + 5) / 18; 2 and 2 (0 + 3 + 3) / 18.
    let scores = [7.0 / 3 - 10.0 / 9, 2 - 6.0 / 9]
    let expected = (scores[0] + 3 * scores[1]) / 4
    #expect(abs(try #require(row.forecastCRPS) - expected) < 1e-14)
    #expect(ranks == [2, 0])
    // (5 - 3)² / (7 + 2)
    #expect(abs(try #require(row.innovationChiSquare) - 4.0 / 9) < 1e-14)
    #expect(row.observationCount == 1)
  }

  @Test func storedRowsKeepTheirKeys() throws {
    let (row, _) = try row(Matrix(rows: 3, columns: 1, [6, 0, 1]), truth: [4])
    let stored = try JSONEncoder().encode(row)
    let expected = [
      "analysisError", "analysisScore", "analysisVariance", "forecastError", "forecastScore",
      "forecastVariance", "innovationChiSquare", "observationCount", "step",
    ]
    #expect(try JSONDecoder().decode([String: Double].self, from: stored).keys.sorted() == expected)
    #expect(try JSONDecoder().decode(FilterRun.Row.self, from: stored) == row)
  }

  @Test func tiesGoEvenlyToTheRanksThatTheySpan() throws {
    let (_, ranks) = try row(
      Matrix(rows: 3, columns: 8, repeating: 1), truth: Array(repeating: 1, count: 8))
    #expect(ranks == [0, 1, 2, 3, 0, 1, 2, 3])
  }

  @Test func theScoreOfANormalDistributionIsItsIntegral() {
    // CRPS = integral of (F(t) - 1{t >= x})², by midpoints in steps of 1e-3; the jump costs half a step.
    let (mean, variance, x) = (1.0, 4.0, 2.5)
    var sum = 0.0
    for k in -20_000..<20_000 {
      let t = (Double(k) + 0.5) * 1e-3
      let F = 0.5 * erfc(-(t - mean) / (2 * variance).squareRoot())
      let difference = t >= x ? F - 1 : F
      sum += difference * difference * 1e-3
    }
    #expect(abs(gaussianCRPS(x, mean: mean, variance: variance) - sum) < 1e-6)
    #expect(gaussianCRPS(3, mean: 1, variance: 0) == 2)
  }

  @Test func largeEnsemblesHaveTheScoreOfTheirDistribution() throws {
    let ensemble = Matrix(rows: 4_000, columns: 1, RandomKey(1).normal([4_000]).scalars)
    let (row, _) = try row(ensemble, truth: [0.7])
    // The standard error of a mean of 4000 is 0.016; three of them.
    #expect(
      abs(try #require(row.forecastCRPS) - gaussianCRPS(0.7, mean: 0, variance: 1)) < 0.05)
  }

  /// A filter that takes no variances for its errors, but a variance for an innovation.
  private struct Sure: EnsembleFilter {
    let name = "sure"
    let members = 3
    var innovationVariance: Double?
    func update(_ ensemble: inout Ensemble, _ observations: Observations, key: RandomKey) {}
    func variances(of state: FilterState) -> [Double]? { nil }
    func innovationCovariance(
      of state: FilterState, points: [Int], variances: [Double]
    ) -> Matrix? { innovationVariance.map { Matrix(rows: 1, columns: 1, [$0]) } }
  }

  @Test(
    arguments: [
      ([2e155, 1e155, 0], nil, "the mean squared error", "inf"),
      ([1e155, -1e155, 0], nil, "the mean variance", "inf"),
      ([1e308, -1e308, 0], Sure(), "the mean score", "nan"),
      ([1, -1, 0], Sure(innovationVariance: 2.5e-308), "the chi-square of the innovations", "inf"),
      ([1, .nan, 0], nil, "member 1 at point 0", "nan"),
    ] as [([Double], Sure?, String, String)])
  private func whatBecomesInfiniteIsNamed(
    _ members: [Double], _ filter: Sure?, _ what: String, _ value: String
  ) throws {
    let ensemble = Matrix(rows: 3, columns: 1, members)
    let state = FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
    let filter: any Filter = filter ?? Still()
    for (stage, measure) in [
      (
        "forecast",
        {
          try $0.takeForecast(state, filter, $1)
          try $0.takeInnovations(nil, of: state, filter, $1)
        }
      ),
      ("analysis", { measurement, _ in _ = try measurement.takingAnalysis(state, filter) }),
    ] as [(String, (inout TwinMeasurement, Observations) throws -> Void)] {
      var measurement = TwinMeasurement(step: 1, truth: [0], areas: [1], measures: .all)
      let observations = try Observations(points: [0], values: [5], variance: 2)
      // Innovations are of the forecast alone.
      if stage == "analysis", what.contains("innovations") { continue }
      let error = TwinError.notFinite(stage: stage, what: what, value: value)
      #expect(throws: error) { try measure(&measurement, observations) }
    }
  }

  @Test func estimatesThatAreNotFiniteAreNamed() throws {
    for (state, what) in [
      (FilterState(estimate: [1, .infinity]), "the estimate at point 1"),
      (
        FilterState(
          estimate: [1, 2], covariance: Matrix(rows: 2, columns: 2, [1, .infinity, 0, 1])),
        "the covariance of points 0 and 1"
      ),
    ] {
      var measurement = TwinMeasurement(step: 1, truth: [0, 0], areas: [1, 1], measures: .all)
      let observations = try Observations(points: [0], values: [5], variance: 2)
      let error = #expect(throws: TwinError.self) {
        try measurement.takeForecast(state, Still(), observations)
      }
      #expect(error == .notFinite(stage: "forecast", what: what, value: "inf"))
    }
  }
}
