import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct AdaptiveInflationTests {
  private let n = 9

  private func state(_ filter: some Filter, seed: UInt64 = 1) throws -> FilterState {
    try filter.start(
      .normal(mean: Array(repeating: 0, count: n), variance: 2), key: RandomKey(seed))
  }

  @Test func factorsFollowTheFormulas() throws {
    let filter = AdaptivelyInflatedFilter(
      ETKF(members: 6), uncertainty: 0.3, initialInflation: 1.2)
    var state = try state(filter)
    let variances = try #require(state.ensemble?.columnVariances)
    let y = try Observations(points: [1, 4], values: [3, -2], variances: [0.5, 2])
    let innovations = [3 - state.estimate[1], -2 - state.estimate[4]]
    try filter.analyse(&state, y, key: RandomKey(2))
    let squares = innovations[0] * innovations[0] / 0.5 + innovations[1] * innovations[1] / 2
    let trace = variances[1] / 0.5 + variances[4] / 2
    let observed = (squares - 2) / trace
    let root = (1.44 * trace + 2) / trace
    let error = 2.0 / 2 * root * root
    let expected = (error * 1.44 + 0.09 * observed) / (error + 0.09)
    expectClose(
      try #require(state.inflation), Array(repeating: expected, count: n), relative: 1e-12)
  }

  @Test func theAnalysisIsThatOfTheInflatedForecast() throws {
    let filter = AdaptivelyInflatedFilter(ETKF(members: 6), initialInflation: 1.3)
    var (adaptive, plain) = (try state(filter), try state(ETKF(members: 6)))
    plain.ensemble?.shiftRows(
      from: plain.estimate, to: plain.estimate, scaledBy: 1.3)
    let y = try Observations(points: [1, 4], values: [3, -2], variance: 1)
    try filter.analyse(&adaptive, y, key: RandomKey(2))
    try ETKF(members: 6).analyse(&plain, y, key: RandomKey(2))
    expectClose(adaptive.estimate, plain.estimate, relative: 0, absolute: 1e-12)
    expectClose(
      try #require(adaptive.ensemble).scalars, try #require(plain.ensemble).scalars, relative: 0,
      absolute: 1e-12)
  }

  @Test func certainFactorsStay() throws {
    let filter = AdaptivelyInflatedFilter(
      ETKF(members: 6), uncertainty: 0, initialInflation: 1.1)
    var state = try state(filter)
    try filter.analyse(
      &state, try Observations(points: [0], values: [50], variance: 1), key: RandomKey(2))
    expectClose(try #require(state.inflation), Array(repeating: 1.21, count: n), relative: 1e-14)
  }

  /// Innovations of a forecast whose variance is three times that of its ensemble.
  @Test func factorsFindTheVarianceOfTheForecast() throws {
    let filter = AdaptivelyInflatedFilter(ETKF(members: 200), uncertainty: 0.2)
    let start = try state(filter)
    var factors = try #require(start.inflation)
    let draws = RandomKey(5).normal([600, 2 * n]).scalars
    for k in 0..<600 {
      var state = start
      state.inflation = factors
      let values = (0..<n).map {
        state.estimate[$0] + 6.0.squareRoot() * draws[2 * n * k + $0] + draws[2 * n * k + n + $0]
      }
      let y = try Observations(points: Array(0..<n), values: values, variance: 1)
      try filter.analyse(&state, y, key: RandomKey(2))
      factors = try #require(state.inflation)
    }
    // One cycle's factor has a variance of 2.7 and a weight of 0.015, so that the last factor has a deviation of 0.14: three of
    // these.
    #expect(abs(factors[0] - 3) < 0.45)
  }

  @Test func localFactorsChangeNearObservationsOnly() throws {
    let filter = AdaptivelyInflatedFilter(
      ETKF(members: 6), taper: .gaspariCohn(1), on: Ring(points: n))
    var state = try state(filter)
    try filter.analyse(
      &state, try Observations(points: [0], values: [50], variance: 1), key: RandomKey(2))
    let factors = try #require(state.inflation)
    #expect(factors[0] > 1 && factors[1] > 1 && factors[0] > factors[1])
    #expect(factors[2...7].allSatisfy { $0 == 1 })
  }

  @Test func statesOfOtherFiltersAndWrongSettingsAreRefused() throws {
    let filter = AdaptivelyInflatedFilter(ETKF(members: 6))
    var other = try state(ETKF(members: 6))
    let y = try Observations(points: [0], values: [1], variance: 1)
    #expect(throws: FilterError.missing("inflation")) {
      try filter.analyse(&other, y, key: RandomKey(1))
    }
    let error = #expect(throws: FilterError.self) {
      try state(AdaptivelyInflatedFilter(ETKF(members: 6), uncertainty: -1))
    }
    #expect(
      error?.description
        == "ETKF, adaptive: the uncertainty is -1.0, but must be finite and not negative.")
    #expect(throws: AnalysisError.exactObservation(point: 0)) {
      var state = try state(filter)
      try filter.analyse(
        &state, try Observations(points: [0], values: [1], variance: 0), key: RandomKey(1))
    }
  }
}
