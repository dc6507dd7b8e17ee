import LinearAlgebra
import PPL

/// The exact filter of a linear model with Gaussian errors: what all others are measured by.
///
///     x <- F x,    B <- F A Fᵀ + Q        forecast, step by step
///     K = B Hᵀ (H B Hᵀ + R)⁻¹,    x <- x + K (y - H x),    A <- (I - K H) B (I - K H)ᵀ + K R Kᵀ
///
/// Between forecast and analysis the state's covariance is B.
///
/// - Complexity: What the model needs to propagate a covariance, and O(*n² n_o*) for n_o observed points.
/// - Reference: Kalman (1960), *A new approach to linear filtering and prediction problems*.
public struct KalmanFilter: Filter {
  /// The filter, which has no settings.
  public init() {}

  public var name: String { "KF" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// - Throws: `FilterError` for a model that is not linear, and for a state that has left the finite numbers.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    guard let linear = model as? any LinearDynamicalModel else {
      throw FilterError.notLinear(model: "\(type(of: model))")
    }
    var covariance = try state.takeCovariance()
    var estimate = Matrix(rows: 1, columns: state.estimate.count, state.estimate)
    for next in stride(from: state.step + 1, through: step, by: 1) {
      linear.advance(&estimate, to: next, noise: nil)
      linear.propagate(&covariance, to: next)
    }
    (state.step, state.estimate, state.covariance) = (step, estimate.scalars, covariance)
    try state.checkFinite(name)
  }

  /// - Throws: `AnalysisError` for points that the model lacks; `FilterError.notFinite`; `NotPositiveDefinite` if
  ///   H B Hᵀ + R has no Cholesky factor.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard seen.count > 0 else { return }
    try state.checkFinite(name)
    try state.bringIn(seen)
  }

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}
