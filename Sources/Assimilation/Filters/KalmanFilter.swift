import Autodiff
import LinearAlgebra

/// The Kalman filter: the exact filter of a linear model with Gaussian errors.
///
///     x <- F x,    B <- F A Fᵀ + Q        forecast, step by step
///     K = B Hᵀ (H B Hᵀ + R)⁻¹,    x <- x + K (y - H x),    A <- (I - K H) B (I - K H)ᵀ + K R Kᵀ
///
/// Between forecast and analysis the state's covariance is B.
///
/// - Complexity: What the model needs to propagate a covariance, and O(*n² n_o*) for n_o observed points.
/// - Reference: Kalman (1960), *A new approach to linear filtering and prediction problems*.
public struct KalmanFilter: Filter {
  /// A Kalman filter, which has no settings.
  public init() {}

  public var name: String { "KF" }

  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// Advances the estimate and its covariance, by a linear model.
  ///
  /// - Throws: `FilterError` for a model that is not linear, and for a state that has left the finite numbers.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    guard let linear = model as? any LinearDynamicalModel else {
      throw FilterError.notLinear(model: "\(type(of: model))")
    }
    try state.advance(with: model, to: step) { covariance, _, next in
      linear.propagate(&covariance, to: next)
    }
    try state.checkFinite(name)
  }

  /// Assimilates observations by the Kalman update.
  ///
  /// - Throws: `AnalysisError` for points that the model lacks; `FilterError.notFinite`; `NotPositiveDefinite` if
  ///   H B Hᵀ + R has no Cholesky factor.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    try state.assimilate(observations, name)
  }
}

extension FilterState {
  /// The Kalman update of a state that carries a covariance. If it fails, the state is as it was.
  ///
  ///     x += K (y - H x),    K = B Hᵀ (H B Hᵀ + R)⁻¹
  ///     B becomes (I - K H) B (I - K H)ᵀ + K R Kᵀ
  ///
  /// The covariance keeps its digits also where R is small against H B Hᵀ, and stays symmetric to the bit.
  ///
  /// - Returns: The innovations; nil without observations.
  /// - Throws: `AnalysisError` for points that the state lacks; `FilterError` for a state that is not finite or has no
  ///   covariance; `NotPositiveDefinite` if H B Hᵀ + R has no Cholesky factor.
  /// - Complexity: O(p³ / 3 + 2 p² n + 5/8 p n²) for p observed points; O(p³ / 3 + 3 p² n + 5/4 p n²) if they are much more
  ///   precise than the prior.
  /// - Reference: Kalman (1960), *A new approach to linear filtering and prediction problems*; Bucy and Joseph (1968),
  ///   *Filtering for stochastic processes with applications to guidance*, for the covariance.
  mutating func assimilate(_ observations: Observations, _ filter: String) throws -> Innovations? {
    let seen = try observations.distinct(pointCount: estimate.count)
    guard seen.count > 0 else { return nil }
    try checkFinite(filter)
    var covariance = try takeCovariance()
    defer { self.covariance = covariance }
    let rows = covariance.taking(rows: seen.points)  // H B, [p, n]
    let gain = try KalmanGain(rows: rows, seen)
    let K = gain.matrix
    let innovations = gain.innovations(from: estimate)
    let increment = K.multiplied(by: innovations.values)
    for i in estimate.indices { estimate[i] += increment[i] }
    covariance.reduce(byOptimal: K, observed: rows, seen)
    return innovations
  }

  /// Advances the estimate by a model without its errors, and the covariance by `propagate` along the path of the estimate.
  ///
  /// - Throws: `FilterError.missing` without a covariance.
  mutating func advance(
    with model: any DynamicalModel, to end: Int,
    propagate: (_ covariance: inout Matrix, _ estimate: [Double], _ step: Int) -> Void
  ) throws(FilterError) {
    var covariance = try takeCovariance()
    var path = Matrix(rows: 1, columns: estimate.count, estimate)
    for next in stride(from: step + 1, through: end, by: 1) {
      propagate(&covariance, path.scalars, next)
      model.advance(&path, to: next, noise: nil)
    }
    (step, estimate, self.covariance) = (end, path.scalars, covariance)
  }

  /// Takes the covariance out of the state, so that no copy is made.
  private mutating func takeCovariance() throws(FilterError) -> Matrix {
    guard let covariance = covariance.take() else { throw .missing("covariance") }
    return covariance
  }
}
