import Assimilation
import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct KalmanFilterTests {
  /// Numbers from outside, of another linear model.
  @Test(.enabled(if: Reference.url("kalman_circle60.csv") != nil, "kalman_circle60.csv is missing"))
  func variancesAgreeWithTheReferenceOnARing() throws {
    let url = try #require(Reference.url("kalman_circle60.csv"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
    let rows = lines.map { $0.split(separator: ",").compactMap { Double($0) } }
    let model = ShiftedRing()
    var P0 = model.Q
    P0.withMutableScalars { P in for k in P.indices { P[k] *= 5 } }
    let filter = KalmanFilter()
    var state = FilterState(estimate: Array(repeating: 0, count: 60), covariance: P0)
    let points = Array(stride(from: 0, to: 60, by: 3))
    let observations = try Observations(
      points: points, values: points.map { _ in 0 }, variance: 0.25)
    let key = RandomKey(0)
    for cycle in 1...400 {
      try filter.forecast(&state, with: model, to: 2 * cycle, key: key)
      let Pf = try #require(state.covariance)
      try filter.analyse(&state, observations, key: key)
      let Pa = try #require(state.covariance)
      guard let row = rows.first(where: { $0[0] == Double(cycle) }) else { continue }
      expectClose(
        [Pf.trace / 60, Pa.trace / 60, Pf[0, 0], Pa[0, 0], Pa[0, 1], Pa[0, 30]], Array(row[1...]),
        relative: 1e-8, absolute: 1e-15)
    }
  }

  /// The last number of the full sums is printed as ...682 there, while all others agree to their last digit.
  @Test func regimeZeroHasTheReferenceSteadyState() throws {
    var full = DSADM.Setup()
    full.sums = .full
    let cases: [(DSADM.Setup, [Double])] = [
      (DSADM.Setup(), [7.971061070, 7.115728481, 7.945881687, 7.988593431]),
      (full, [7.521868518, 6.745127866, 7.500396689, 7.536488482]),
    ]
    for (setup, expected) in cases {
      let model = try DSADM(setup: setup, regime: .stationary, steps: 400, key: RandomKey(0))
      let (forecast, analysis) = try steadyState(model, cycles: 200)
      expectClose(
        [forecast.trace / 120, analysis.trace / 120, forecast[0, 0], forecast[5, 5]], expected,
        relative: 1e-9)
    }
  }

  @Test(arguments: [0, 2, 3]) func errorsAreAsLargeAsTheFilterSays(regime: Int) throws {
    let twin = try circleTwin(DSADM.Regime.all[regime], cycles: 400, seed: 1)
    let run = try twin.run(KalmanFilter(), measuring: [], key: RandomKey(2))
    let ratio = try #require(run.mean { $0.forecastMSE / ($0.forecastVariance ?? 0) })
    let error = try #require(ratio.standardError)
    // Four standard errors that know of autocorrelation.
    #expect(abs(ratio.value - 1) < 4 * error && error < 0.1)
  }

  @Test func theExtendedFilterOfALinearModelIsTheKalmanFilter() throws {
    let noise = NormalNoise(variances: Array(repeating: 0.1, count: 6))
    let advection = try TwinExperiment(
      LinearAdvection(points: 6, damping: 0.95, noise: noise),
      initial: .normal(mean: Array(repeating: 0, count: 6), variance: 1),
      observing: .every(2, points: [0, 3], variance: 0.2), steps: 40, key: RandomKey(1))
    for twin in [advection, try circleTwin(.standard, cycles: 20, seed: 4)] {
      let extended = try twin.run(ExtendedKalmanFilter(), key: RandomKey(2))
      let exact = try twin.run(KalmanFilter(), key: RandomKey(2))
      #expect(extended.failure == nil && extended.rows == exact.rows && exact.rows.count == 20)
    }
  }

  /// One analysis: the estimate of optimal interpolation with the same B, and Joseph's form of its covariance.
  @Test func analysesAreOptimal() throws {
    let B = exampleCovariance()
    let background = RandomKey(4).normal([B.rows]).scalars
    let observations = try Observations(
      points: [3, 17, 3, 8], values: [1, -2, 0.5, 0], variances: [0.5, 2, 0.1, .infinity])
    var state = FilterState(step: 4, estimate: background, covariance: B)
    try KalmanFilter().analyse(&state, observations, key: RandomKey(0))
    let prior = DenseCovariance(B)
    expectClose(
      state.estimate, try observations.analysis(prior: prior, background: background),
      relative: 1e-12, absolute: 1e-12)
    let gain = try KalmanGain(observations, prior: prior)
    let joseph = gain.errorCovariance(truth: B)
    expectClose(
      try #require(state.covariance).scalars, joseph.scalars, relative: 1e-11, absolute: 1e-12)
    // Another gain is never better.
    var flat = Matrix(rows: B.rows, columns: B.rows)
    flat.addToDiagonal(B.diagonal)
    let suboptimal = try KalmanGain(observations, prior: DenseCovariance(flat)).errorCovariance(
      truth: B)
    #expect(suboptimal.trace > joseph.trace)
  }

  @Test func worthlessObservationsChangeNothingAndExactOnesAreMet() throws {
    let B = exampleCovariance()
    let start = FilterState(estimate: RandomKey(5).normal([B.rows]).scalars, covariance: B)
    let filter = KalmanFilter()
    var state = start
    try filter.analyse(
      &state, try Observations(points: [], values: [], variances: []), key: RandomKey(0))
    #expect(state == start)
    try filter.analyse(
      &state, try Observations(points: [2], values: [9], variance: .infinity), key: RandomKey(0))
    #expect(state == start)
    try filter.analyse(
      &state, try Observations(points: [2, 9], values: [9, -1], variance: 0), key: RandomKey(0))
    expectClose([state.estimate[2], state.estimate[9]], [9, -1], relative: 1e-12)
  }

  @Test func turningTheCircleTurnsTheResults() throws {
    let setup = DSADM.Setup()
    let model = try DSADM(setup: setup, regime: .standard, steps: 20, key: RandomKey(6))
    let field = { (field: DSADM.ParameterField) in
      DSADM.ParameterField(field.rows.taking(columns: (0..<120).map { ($0 + 110) % 120 }))
    }
    let turned = try DSADM(
      mesh: setup.mesh, steps: 1...20, velocity: field(model.velocity), decay: field(model.decay),
      diffusion: field(model.diffusion), noise: field(model.noise))
    let values = RandomKey(7).normal([12]).scalars
    let points = Array(stride(from: 0, to: 120, by: 10))
    let filter = KalmanFilter()
    let start = RandomKey(8).normal([120]).scalars
    var states = [
      FilterState(estimate: start, covariance: Matrix(rows: 120, columns: 120)),
      FilterState(
        estimate: (0..<120).map { start[($0 + 110) % 120] },
        covariance: Matrix(rows: 120, columns: 120)),
    ]
    for cycle in 1...10 {
      for (k, model) in [model, turned].enumerated() {
        try filter.forecast(&states[k], with: model, to: 2 * cycle, key: RandomKey(0))
        let observations = try Observations(
          points: points.map { ($0 + 10 * k) % 120 }, values: values, variance: 36)
        try filter.analyse(&states[k], observations, key: RandomKey(0))
      }
    }
    // Eliminations start from another point, and so round otherwise.
    expectClose(
      states[1].estimate, (0..<120).map { states[0].estimate[($0 + 110) % 120] },
      relative: 1e-11, absolute: 1e-11)
  }

  @Test func otherModelsAreRefusedWithTheRemedy() {
    var state = FilterState(estimate: [1], covariance: Matrix(rows: 1, columns: 1))
    #expect(throws: FilterError.notLinear(model: "Squares")) {
      try KalmanFilter().forecast(&state, with: Squares(), to: 1, key: RandomKey(0))
    }
    #expect(
      "\(FilterError.notLinear(model: "Squares"))"
        == "the Kalman filter needs a LinearDynamicalModel, which propagates covariances, but Squares is not one; use a "
        + "filter with an ensemble, or the extended Kalman filter.")
  }

  @Test func statesThatAreNotFiniteAreNamed() throws {
    let observations = try Observations(points: [0], values: [1], variance: 1)
    let identity = Matrix(rows: 2, columns: 2, [1, 0, 0, 1])
    var uncertain = identity
    uncertain[1, 0] = .infinity
    for (state, what, value) in [
      (
        FilterState(step: 7, estimate: [1, .nan], covariance: identity), "the estimate at point 1",
        "nan"
      ),
      (
        FilterState(step: 7, estimate: [1, 2], covariance: uncertain),
        "the covariance of points 1 and 0", "inf"
      ),
    ] {
      for filter in [KalmanFilter(), ExtendedKalmanFilter()] as [any Filter] {
        var state = state
        let error = #expect(throws: FilterError.self) {
          try filter.analyse(&state, observations, key: RandomKey(0))
        }
        #expect(
          error?.description
            == "\(filter.name): \(what) in step 7 is \(value), but must be finite; "
            + "try more inflation and, for an ensemble, a localization or more members.")
      }
    }
  }

  private struct Squares: DynamicalModel {
    var dimension: Int { 1 }
    func advance(_ states: inout Matrix, to step: Int, noise: RandomKey?) {
      states[0, 0] *= states[0, 0]
    }
  }
}

/// x <- 0.97 shift(x) + q, where component i moves to i + 1.
private struct ShiftedRing: LinearDynamicalModel {
  let dimension = 60
  /// 0.3² exp(-(d / 4)²).
  let Q: Matrix

  init() {
    let ring = Ring(points: 60)
    Q = Matrix(
      rows: 60, columns: 60,
      (0..<60).flatMap { i in (0..<60).map { 0.09 * exp(-pow(ring.distance(i, $0) / 4, 2)) } })
  }

  func advance(_ states: inout Matrix, to step: Int, noise: RandomKey?) {
    states = states.taking(columns: origins)
    states.withMutableScalars { x in for k in x.indices { x[k] *= 0.97 } }
  }

  func propagate(_ covariance: inout Matrix, to step: Int) {
    covariance = covariance.taking(rows: origins).taking(columns: origins)
    covariance.withMutableScalars { A in
      for k in A.indices { A[k] = 0.97 * 0.97 * A[k] + Q.scalars[k] }
    }
  }

  private var origins: [Int] { (0..<60).map { ($0 + 59) % 60 } }
}
