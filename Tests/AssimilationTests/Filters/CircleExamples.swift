import Assimilation
import Autodiff
import LinearAlgebra

/// A truth on the circle of 120 points, every tenth of which is observed with variance 36 every second step.
func circleTwin(
  _ regime: DSADM.Regime, cycles: Int, seed: UInt64, missing: Double = 0
) throws -> TwinExperiment {
  let setup = DSADM.Setup()
  let keys = RandomKey(seed).split(4)
  let model = try DSADM(setup: setup, regime: regime, steps: 2 * cycles, key: keys[0])
  let spectrum = setup.unperturbed.stationarySpectrum(on: setup.mesh)
  let start = DSADM.stationaryDraws(spectrum, count: 1, mesh: setup.mesh, key: keys[1]).scalars
  let plan = ObservationPlan.every(
    2, points: Array(stride(from: 0, to: 120, by: 10)), variance: 36)
  return try TwinExperiment(
    model, initial: .known(start),
    observing: missing > 0 ? plan.missing(probability: missing, key: keys[3]) : plan,
    steps: 2 * cycles, start: start, key: keys[2])
}

/// The Kalman filter's covariances, of forecast and analysis, after so many cycles from a known state.
func steadyState(_ model: DSADM, cycles: Int) throws -> (forecast: Matrix, analysis: Matrix) {
  let points = Array(stride(from: 0, to: 120, by: 10))
  let observations = try Observations(
    points: points, values: points.map { _ in 0 }, variance: 36)
  let (filter, key) = (KalmanFilter(), RandomKey(0))
  var state = try filter.start(.known(Array(repeating: 0, count: 120)), key: key)
  var forecast = Matrix(rows: 120, columns: 120)
  for cycle in 1...cycles {
    try filter.forecast(&state, with: model, to: 2 * cycle, key: key)
    forecast = state.covariance ?? forecast
    try filter.analyse(&state, observations, key: key)
  }
  return (forecast, state.covariance ?? forecast)
}

/// Positive definite, with long correlations: of 30 points.
func exampleCovariance() -> Matrix {
  let root = Matrix(rows: 30, columns: 40, RandomKey(3).normal([30, 40]).scalars)
  return Matrix.symmetricProduct(root, mirrored: true)
}
