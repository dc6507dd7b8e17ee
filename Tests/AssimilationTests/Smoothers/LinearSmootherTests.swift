import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

/// For a linear model and ensembles with the exact moments, every smoother is the Kalman smoother. Tolerances are for rounding
/// in problems of condition up to a thousand.
@Suite struct LinearSmootherTests {
  private let members = ExactEnsemble.members

  @Test func theKalmanSmootherIsTheMeanGivenAllObservations() throws {
    // By the joint normal distribution of the states at all times.
    let model = ExactEnsemble(hasNoise: true)
    let (_, observations) = try model.observations()
    let (n, steps) = (3, ExactEnsemble.steps)
    var mean = Matrix(rows: 1, columns: n, model.initial.mean)
    var B = model.initial.covariance
    var (means, rows) = ([Double](), [[Matrix]]())
    for k in 0..<steps {
      model.advance(&mean, to: k + 1, noise: nil)
      model.propagate(&B, to: k + 1)
      means += mean.scalars
      // cov(x_j, x_k) = cov(x_j, x_{k-1}) Fᵀ
      for j in rows.indices {
        rows[j].append(Matrix.product(rows[j][k - j - 1], model.F, transposingSecond: true))
      }
      rows.append([B])
    }
    var joint = Matrix(rows: n * steps, columns: n * steps)
    for j in 0..<steps {
      for k in j..<steps {
        for a in 0..<n {
          for b in 0..<n {
            joint[n * j + a, n * k + b] = rows[j][k - j][a, b]
            joint[n * k + b, n * j + a] = rows[j][k - j][a, b]
          }
        }
      }
    }
    let all = try Observations(
      points: observations.enumerated().flatMap { k, y in y.points.map { n * k + $0 } },
      values: observations.flatMap(\.values), variances: observations.flatMap(\.variances))
    let prior = DenseCovariance(joint)
    let expected = try all.analysis(prior: prior, background: means)
    let covariance = try KalmanGain(all, prior: prior).errorCovariance(truth: joint)
    let found = try model.kalman().smoothed
    for k in 0..<steps {
      expectClose(
        found[k].estimate, Array(expected[n * k..<n * (k + 1)]), relative: 0, absolute: 1e-11)
      let block = (n * k..<n * (k + 1)).map { $0 }
      expectClose(
        try #require(found[k].covariance).scalars,
        covariance.taking(rows: block).taking(columns: block).scalars, relative: 0, absolute: 1e-11)
    }
  }

  @Test(arguments: [false, true]) func theEnRTSIsTheKalmanSmoother(hasNoise: Bool) throws {
    let model = ExactEnsemble(hasNoise: hasNoise)
    let (times, observations) = try model.observations()
    let found = try EnRTS(ETKF(members: members)).smooth(
      observations, times: times, with: model, from: model.initial, key: RandomKey(1))
    let expected = try model.kalman()
    for (k, (a, b)) in zip(found.smoothed, expected.smoothed).enumerated() {
      expectClose(a.estimate, b.estimate, relative: 0, absolute: 1e-10, "time \(k)")
      expectClose(
        a.sampleCovariance, try #require(b.covariance).scalars, relative: 0, absolute: 1e-10,
        "time \(k)")
    }
    expectClose(
      found.filtered[2].estimate, expected.filtered[2].estimate, relative: 0, absolute: 1e-10)
  }

  @Test(arguments: [(1, false), (3, true), (10, true)])
  func theEnKSIsTheKalmanSmootherOfItsLag(lag: Int, hasNoise: Bool) throws {
    let model = ExactEnsemble(hasNoise: hasNoise)
    let states = try model.states(EnKS(ETKF(members: members), lag: lag))
    for (k, state) in states.enumerated() {
      // After analysis k, the window has the times from k - lag + 1 to k, and what left it.
      let expected = try model.kalman(upTo: k + 1).smoothed
      for past in try #require(state.past) + #require(state.smoothed) {
        let exact = expected[past.step - 1]
        expectClose(past.estimate, exact.estimate, relative: 0, absolute: 1e-10)
        expectClose(
          past.sampleCovariance, try #require(exact.covariance).scalars, relative: 0,
          absolute: 1e-10)
      }
      #expect(state.past?.count == min(lag, k + 1))
      #expect(state.smoothed?.map(\.step) == (k >= lag ? [k - lag + 1] : []))
    }
  }

  @Test func rotationsOfTheEnKSKeepTheSmoothedMoments() throws {
    let model = ExactEnsemble(hasNoise: false)
    let plain = try model.states(EnKS(ETKF(members: members), lag: 3))
    let rotated = try model.states(EnKS(ETKF(members: members, rotation: .random), lag: 3))
    for (a, b) in zip(plain, rotated) {
      for (x, y) in zip(try #require(a.past), try #require(b.past)) {
        expectClose(y.estimate, x.estimate, relative: 0, absolute: 1e-10)
        expectClose(y.sampleCovariance, x.sampleCovariance, relative: 0, absolute: 1e-10)
      }
    }
  }

  @Test(arguments: [
    (1, IEnKS.Linearization.transform), (3, .transform), (2, .bundle(1e-3)),
  ])
  func theIEnKSIsTheKalmanSmootherOfItsLagAfterOneIteration(
    lag: Int, linearization: IEnKS.Linearization
  ) throws {
    let model = ExactEnsemble(hasNoise: false)
    let smoother = IEnKS(members: members, lag: lag, linearization: linearization, tolerance: 1e-6)
    for (k, state) in try model.states(smoother).enumerated() {
      let expected = try model.kalman(upTo: k + 1).smoothed
      // A finite difference of 1e-3 loses three digits.
      let absolute = linearization == .transform ? 1e-10 : 1e-8
      for past in try #require(state.smoothed) where past.step > 0 {
        let exact = expected[past.step - 1]
        expectClose(past.estimate, exact.estimate, relative: 0, absolute: absolute)
        expectClose(
          past.sampleCovariance, try #require(exact.covariance).scalars, relative: 0,
          absolute: absolute)
      }
      expectClose(state.estimate, expected[k].estimate, relative: 0, absolute: absolute)
      expectClose(
        state.sampleCovariance, try #require(expected[k].covariance).scalars, relative: 0,
        absolute: absolute)
      // The second iteration finds that the first has arrived.
      #expect(state.iterations?.count == 2 && state.iterations?.isConverged == true)
    }
  }

  @Test func severalAssimilationsOfTheTransformAreOne() throws {
    let model = ExactEnsemble(hasNoise: false)
    let smoother = ESMDA(ETKF(members: members), coefficients: [8, 8, 4, 2], lag: 2)
    for (k, state) in try model.states(smoother).enumerated() {
      let expected = try model.kalman(upTo: k + 1).smoothed
      expectClose(state.estimate, expected[k].estimate, relative: 0, absolute: 1e-10)
      for past in try #require(state.smoothed) where past.step > 0 {
        expectClose(
          past.estimate, expected[past.step - 1].estimate, relative: 0, absolute: 1e-10)
      }
    }
  }

  @Test func fourDEnVarIsTheKalmanSmootherOfItsWindow() throws {
    let model = ExactEnsemble(hasNoise: false)
    let states = try model.states(FourDEnVar(members: members, window: 3))
    for (k, state) in states.enumerated() {
      guard (k + 1).isMultiple(of: 3) else {
        #expect(state.smoothed?.isEmpty == true)
        continue
      }
      let expected = try model.kalman(upTo: k + 1).smoothed
      expectClose(state.estimate, expected[k].estimate, relative: 0, absolute: 1e-10)
      let left = try #require(state.smoothed)
      #expect(left.map(\.step) == [k - 2, k - 1, k])
      for past in left where past.step > 0 {
        let exact = expected[past.step - 1]
        expectClose(past.estimate, exact.estimate, relative: 0, absolute: 1e-10)
        expectClose(
          past.sampleCovariance, try #require(exact.covariance).scalars, relative: 0,
          absolute: 1e-10)
      }
    }
  }

  /// The start of the window is the analysis with the localized covariance of the states at all its times.
  @Test func aLocalizedWindowHasTheAnalysisOfTheLocalizedCovariance() throws {
    let (n, count) = (9, 5)
    let (ring, taper) = (Ring(points: n), Taper.gaspariCohn(2))
    let model = LinearAdvection(points: n)
    let filter = FourDEnVar(members: count, window: 2, taper: taper, on: ring)
    let initial = InitialDistribution.normal(mean: Array(repeating: 0, count: n), variance: 1)
    var state = try filter.start(initial, key: RandomKey(1))
    let start = try #require(state.ensemble)
    var (first, second) = (start, start)
    model.advance(&first, to: 1, noise: nil)
    model.advance(&second, to: 1, noise: nil)
    model.advance(&second, to: 2, noise: nil)
    for step in 1...2 {
      try filter.forecast(&state, with: model, to: step, key: RandomKey(2))
      try filter.analyse(
        &state, try Observations(points: [0, 4], values: [2, -1], variance: 0.5), with: model,
        key: RandomKey(3))
    }
    let rows = (0..<count).flatMap {
      Array(start.row($0)) + Array(first.row($0)) + Array(second.row($0))
    }
    let all = Matrix(rows: count, columns: 3 * n, rows)
    let prior = try LocalizedEnsembleCovariance(
      members: all, taper: taper, on: TiledGrid(ring, copies: 3))
    let expected = try Observations(
      points: [n, n + 4, 2 * n, 2 * n + 4], values: [2, -1, 2, -1], variance: 0.5
    ).analysis(prior: prior, background: all.columnMeans)
    expectClose(
      try #require(state.smoothed?.first).estimate, Array(expected.prefix(n)), relative: 0,
      absolute: 1e-12)
  }
}
