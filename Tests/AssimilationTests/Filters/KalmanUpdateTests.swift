import Assimilation
import Autodiff
import FilterTestSupport
import LinearAlgebra
import TestSupport
import Testing

/// Covariances after an update, from nearly certain to all but unknown, against `Tests/Reference/kalman_updates.json`.
@Suite struct KalmanUpdateTests {
  private let cases: [KalmanUpdate]

  init() throws { cases = try KalmanUpdate.all() }

  @Test func filtersKeepTheVarianceOfTheObservations() throws {
    for one in cases {
      // Of a climate that the analysis of a given state does not ask for.
      let climatology = try Climatology(states: Matrix(rows: 2, columns: one.size))
      let filters: [any Filter] = [
        KalmanFilter(), ExtendedKalmanFilter(), OptimalInterpolation(climatology),
      ]
      let observations = try Observations(
        points: one.points, values: one.points.map { _ in 1 }, variances: one.variances)
      for filter in filters {
        var state = FilterState(
          estimate: Array(repeating: 0, count: one.size), covariance: one.covariance)
        try filter.analyse(&state, observations, key: RandomKey(0))
        let covariance = try #require(state.covariance)
        one.expectPosterior(covariance.scalars, filter.name)
        #expect(covariance == covariance.transposed())
      }
    }
  }

  @Test func theGainOfAnAnalysisKeepsItToo() throws {
    for one in cases {
      let observations = try Observations(
        points: one.points, values: one.points.map { _ in 1 }, variances: one.variances)
      let gain = try KalmanGain(observations, prior: DenseCovariance(one.covariance))
      one.expectPosterior(gain.errorCovariance(truth: one.covariance).scalars, "Gain")
    }
  }

  /// A prior with nearly no information leaves the variance of the observation, 1.
  @Test(arguments: [1e16, 1e18]) func anUnknownNumberIsKnownAsWellAsItIsObserved(
    _ variance: Double
  ) throws {
    var state = FilterState(
      estimate: [0], covariance: Matrix(rows: 1, columns: 1, [variance]))
    let observation = try Observations(points: [0], values: [3], variance: 1)
    try KalmanFilter().analyse(&state, observation, key: RandomKey(0))
    // The square of the gain's rounding, 1e-32, times the prior.
    expectClose(try #require(state.covariance).scalars, [1], relative: 1e-13)
    expectClose(state.estimate, [3], relative: 1e-15)
  }

  /// Joseph's form holds for a gain that is not the optimal one as well.
  @Test func anyGainHasTheCovarianceOfItsErrors() throws {
    let B = Matrix(rows: 2, columns: 2, [2, 0.5, 0.5, 1])
    let wrong = Matrix(rows: 2, columns: 2, [1, 0.9, 0.9, 3])
    let y = try Observations(points: [1], values: [0], variance: 0.25)
    let gain = try KalmanGain(y, prior: DenseCovariance(wrong))
    let (k0, k1) = (gain.matrix[0, 0], gain.matrix[1, 0])
    let expected = [
      2 - 2 * k0 * 0.5 + k0 * k0 * 1.25, 0.5 - k0 - k1 * 0.5 + k0 * k1 * 1.25,
      0.5 - k0 - k1 * 0.5 + k0 * k1 * 1.25, 1 - 2 * k1 + k1 * k1 * 1.25,
    ]
    expectClose(gain.errorCovariance(truth: B).scalars, expected, relative: 1e-14)
  }
}
