import LinearAlgebra
import PPL

/// The exact filter of a linear model with Gaussian errors: what all others are measured by.
///
///     x <- F x,    B <- F A Fᵀ + Q        forecast, step by step
///     K = B Hᵀ (H B Hᵀ + R)⁻¹,    x <- x + K (y - H x),    A <- (I - K H) B
///
/// Between forecast and analysis the state's covariance is B.
///
/// - Complexity: What the model needs to propagate a covariance, and O(*n² n_o*) for n_o observed points.
/// - Reference: Kalman (1960), *A new approach to linear filtering and prediction problems*.
public struct KalmanFilter: Filter {
  /// A model that a Kalman filter cannot use.
  public struct NotLinear: Error, Equatable, Sendable, CustomStringConvertible {
    public let model: String

    public var description: String {
      "the Kalman filter needs a LinearDynamicalModel, which propagates covariances, and \(model) is none; use a filter "
        + "with an ensemble instead."
    }
  }

  public init() {}

  public var name: String { "KF" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// - Throws: `NotLinear`; `AnalysisError.notFinite` for a state that has left the finite numbers.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard let linear = model as? any LinearDynamicalModel else {
      throw NotLinear(model: "\(type(of: model))")
    }
    // Taken out of the state, so that no copy is made.
    var covariance = takeCovariance(of: &state)
    var estimate = Matrix(rows: 1, columns: state.estimate.count, state.estimate)
    for next in stride(from: state.step + 1, through: step, by: 1) {
      linear.advance(&estimate, to: next, noise: nil)
      linear.propagate(&covariance, to: next)
    }
    state.step = max(step, state.step)
    (state.estimate, state.covariance) = (estimate.scalars, covariance)
    try state.checkFinite(name)
  }

  /// - Throws: `AnalysisError` for points that the model lacks; `NotPositiveDefinite` if H B Hᵀ + R has no Cholesky factor.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    let n = state.estimate.count
    let seen = try observations.distinct(pointCount: n)
    guard seen.count > 0 else { return }
    try state.checkFinite(name)
    var covariance = takeCovariance(of: &state)
    // H B, and (H B Hᵀ + R).
    let rows = covariance.taking(rows: seen.points)
    var innovationCovariance = rows.taking(columns: seen.points)
    innovationCovariance.addToDiagonal(seen.variances)
    var gain = rows.transposed()
    do {
      try CholeskyFactor(factoring: consume innovationCovariance).solve(rows: &gain)
    } catch {
      state.covariance = covariance
      throw error
    }
    let increment = gain.multiplied(by: seen.innovations(state.estimate))
    for i in 0..<n { state.estimate[i] += increment[i] }
    covariance.accumulate(gain, rows, scaledBy: -1)
    covariance.mirrorLowerTriangle()
    state.covariance = covariance
  }

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }

  private func takeCovariance(of state: inout FilterState) -> Matrix {
    let n = state.estimate.count
    defer { state.covariance = nil }
    return state.covariance ?? Matrix(rows: n, columns: n)
  }
}
