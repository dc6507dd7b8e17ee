import Assimilation
import LinearAlgebra
import PPL
import TestSupport
import Testing

/// Covariances after an update, from nearly certain to all but unknown, against `Tests/Reference/kalman_updates.json`.
@Suite struct KalmanUpdateTests {
  private struct File: Decodable { let cases: [Case] }

  private struct Case: Decodable {
    let prior: [[Double]]
    let points: [Int]
    let variances: [Double]
    let posterior: [[Double]]

    var size: Int { prior.count }
    var covariance: Matrix { Matrix(rows: size, columns: size, prior.flatMap { $0 }) }
  }

  private let cases: [Case]

  init() throws {
    cases = try Reference.kept("kalman_updates.json", as: File.self).cases
    #expect(cases.count > 30)
  }

  /// Agreement of each entry, relative to the standard deviations of its row and column.
  private func expectPosterior(_ found: [Double], _ one: Case, _ comment: String) {
    let n = one.size
    for i in 0..<n {
      for j in 0..<n {
        let expected = one.posterior[i][j]
        let scale = (one.posterior[i][i] * one.posterior[j][j]).squareRoot()
        // The elimination of a few numbers, and the square of the gain's rounding times the largest prior.
        #expect(
          abs(found[i * n + j] - expected) <= 1e-10 * scale,
          "\(comment), [\(i), \(j)] of \(one.prior): \(found[i * n + j]), not \(expected)")
      }
    }
  }

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
        expectPosterior(covariance.scalars, one, filter.name)
        #expect(covariance == covariance.transposed())
      }
    }
  }

  @Test func theGainOfAnAnalysisKeepsItToo() throws {
    for one in cases {
      let observations = try Observations(
        points: one.points, values: one.points.map { _ in 1 }, variances: one.variances)
      let gain = try Gain(observations, prior: DenseCovariance(one.covariance))
      expectPosterior(gain.errorCovariance(truth: one.covariance).scalars, one, "Gain")
    }
  }

  @Test func theStateSpaceOfAModelKeepsItToo() throws {
    for one in cases {
      let n = one.size
      let space = LinearGaussianStateSpace(
        mean: .zeros([n]), covariance: Tensor(rows: one.prior), transition: .identity(n),
        modelError: .zeros([n, n]))
      let (values, variance) = (
        [Double?](repeating: 1, count: one.points.count), Tensor(one.variances)
      )
      let rows = Tensor.identity(n).taking(indices: Tensor(one.points.map(Double.init)), along: 0)
      for time in [
        TimedObservations(step: 0, values, points: one.points, variance: variance),
        TimedObservations(step: 0, values, operator: rows, variance: variance),
      ] {
        let states = try Model { p in p.filtered("x", space, observing: [time]) }
          .outputAndTrace().output
        expectPosterior(states.covariances.scalars, one, "filtered")
      }
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
    let gain = try Gain(y, prior: DenseCovariance(wrong))
    let (k0, k1) = (gain.matrix[0, 0], gain.matrix[1, 0])
    let expected = [
      2 - 2 * k0 * 0.5 + k0 * k0 * 1.25, 0.5 - k0 - k1 * 0.5 + k0 * k1 * 1.25,
      0.5 - k0 - k1 * 0.5 + k0 * k1 * 1.25, 1 - 2 * k1 + k1 * k1 * 1.25,
    ]
    expectClose(gain.errorCovariance(truth: B).scalars, expected, relative: 1e-14)
  }
}
