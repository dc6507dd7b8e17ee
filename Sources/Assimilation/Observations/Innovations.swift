import LinearAlgebra

/// The innovations d = y - H x_f of an analysis, with their covariance C = H B Hᵀ + R by the filter.
public struct Innovations: Sendable {
  /// The observations, one for each observed point, in the order of points.
  public let observations: Observations
  /// The innovations d, `[p]`, in units of the state.
  public let values: [Double]
  private let makeFactor: @Sendable () -> CholeskyFactor?

  /// The innovations of a state.
  ///
  /// - Parameter factor: The Cholesky factor of C, `[p, p]`, evaluated on demand.
  init(
    _ observations: Observations, from state: [Double],
    factor: @escaping @autoclosure @Sendable () -> CholeskyFactor?
  ) {
    (self.observations, makeFactor) = (observations, factor)
    values = observations.innovations(from: state)
  }

  /// The Cholesky factor of C, `[p, p]`; nil if the filter has no covariance of d, or one that is not positive definite.
  ///
  /// - Complexity: O(1) if the analysis computed the factor, as for a Kalman gain; otherwise, as for an analysis in ensemble
  ///   space, O(p³ / 3) and the cost of C at each call.
  public var factor: CholeskyFactor? { makeFactor() }

  /// The chi-square dᵀ C⁻¹ d, whose mean is p if C is the covariance of the innovations; nil without a factor of C.
  public var chiSquare: Double? {
    factor.map { zip(values, $0.solving(values)).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
