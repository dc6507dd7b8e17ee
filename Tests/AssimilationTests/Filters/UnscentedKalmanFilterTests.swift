import Assimilation
import Autodiff
import FilterTestSupport
import LinearAlgebra
import TestSupport
import Testing

@Suite struct UnscentedKalmanFilterTests {
  @Test(arguments: [(1.0, 0.0, 0.0), (0.5, 2, 1), (1, 0, 2)])
  func aLinearModelHasTheKalmanFilter(alpha: Double, beta: Double, kappa: Double) throws {
    let model = LinearAdvection(
      points: 6, damping: 0.9, noise: .sinusoids(points: 6, wavenumbers: 2, deviation: 0.3))
    let initial = InitialDistribution.normal(
      mean: [1, 2, 3, -1, 0, 1], NormalNoise(root: normalMatrix(6, 6, seed: 2)))
    let y = try Observations(points: [0, 3], values: [1, -1], variances: [0.2, 1])
    var states: [FilterState] = []
    for filter in [
      KalmanFilter(), UnscentedKalmanFilter(alpha: alpha, beta: beta, kappa: kappa),
    ] as [any Filter] {
      var state = try filter.start(initial, key: RandomKey(1))
      for cycle in 1...4 {
        try filter.forecast(&state, with: model, to: 3 * cycle, key: RandomKey(2))
        try filter.analyse(&state, y, key: RandomKey(3))
      }
      states.append(state)
    }
    // Rounding of differences of numbers about 10.
    expectClose(states[1].estimate, states[0].estimate, relative: 0, absolute: 1e-11)
    expectClose(
      try #require(states[1].covariance).scalars, try #require(states[0].covariance).scalars,
      relative: 0, absolute: 1e-11)
  }

  @Test func theMeanOfAQuadraticModelIsExact() throws {
    let model = FunctionModel(dimension: 2) { x, _ in x = [x[0] * x[0], x[0] * x[1] + x[1]] }
    let covariance = Matrix(rows: 2, columns: 2, [0.5, 0.2, 0.2, 1])
    let filter = UnscentedKalmanFilter()
    var state = FilterState(estimate: [1, -2], covariance: covariance)
    try filter.forecast(&state, with: model, to: 1, key: RandomKey(1))
    // E x² = 1 + 0.5, E x y + E y = -2 + 0.2 - 2
    expectClose(state.estimate, [1.5, -3.8], relative: 1e-12)
  }

  /// With n + κ = 3 the kurtosis of the points is that of a normal distribution: Julier and Uhlmann (1997).
  @Test func theVarianceOfASquareIsExactWithTheRightDistance() throws {
    let model = FunctionModel(dimension: 1) { x, _ in x = [x[0] * x[0]] }
    var state = FilterState(
      estimate: [1], covariance: Matrix(rows: 1, columns: 1, [0.5]))
    try UnscentedKalmanFilter(kappa: 2).forecast(&state, with: model, to: 1, key: RandomKey(1))
    // Var x² = 4 μ² σ² + 2 σ⁴
    #expect(abs(try #require(state.covariance)[0, 0] - 2.5) < 1e-12)
  }

  @Test func errorsOfTheModelAreAddedAtEachStep() throws {
    let noise = NormalNoise(variances: [0.3, 0.1])
    let model = FunctionModel(dimension: 2, noise: noise) { x, _ in x[0] += x[1] }
    let filter = UnscentedKalmanFilter(stepInflation: 1.1)
    var state = FilterState(estimate: [1, 2], covariance: Matrix(rows: 2, columns: 2))
    try filter.forecast(&state, with: model, to: 2, key: RandomKey(1))
    // Q inflated, then moved, added to and inflated again.
    expectClose(
      try #require(state.covariance).scalars,
      [1.21 * 0.4 + 1.1 * 0.3, 1.21 * 0.1, 1.21 * 0.1, 1.21 * 0.1 + 1.1 * 0.1], relative: 1e-12)
    #expect(state.estimate == [5, 2] && state.step == 2)
  }

  private struct Still: DynamicalModel {
    let dimension = 2
    func advance(_ states: inout Matrix, to step: Int, noise: RandomKey?) {}
  }

  @Test func modelsThatDoNotSayTheirErrorsAreRefused() throws {
    let filter = UnscentedKalmanFilter()
    var state = try filter.start(.normal(mean: [0, 0], variance: 1), key: RandomKey(1))
    let error = #expect(throws: FilterError.self) {
      try filter.forecast(&state, with: Still(), to: 1, key: RandomKey(1))
    }
    #expect(
      error?.description
        == "Unscented KF needs the covariance of the model's errors, but Still does not say it; let it conform to "
        + "AdditiveNoiseModel, or to LinearDynamicalModel if it is linear.")
  }

  @Test func pointsNeedADistance() {
    let error = #expect(throws: FilterError.self) {
      try UnscentedKalmanFilter(kappa: -2).start(
        .normal(mean: [0, 0], variance: 1), key: RandomKey(1))
    }
    #expect(
      error?.description
        == "Unscented KF: the square of the points' distance, alpha² (n + kappa), is 0.0, but must be positive and finite."
    )
  }
}
