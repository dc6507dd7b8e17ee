import LinearAlgebra

/// The innovations d = y - H x_f of an analysis, with the covariance C = H B Hᵀ + R that the filter takes for them.
public struct Innovations: Sendable {
  /// The observations, one for each observed point, in the order of points.
  public let observations: Observations
  /// The innovations d, `[p]`, in units of the state.
  public let values: [Double]
  private let makeFactor: @Sendable () -> CholeskyFactor?

  /// The innovations of a state.
  ///
  /// - Parameter factor: The Cholesky factor of C, `[p, p]`, evaluated where it is asked for.
  init(
    _ observations: Observations, from state: [Double],
    factor: @escaping @autoclosure @Sendable () -> CholeskyFactor?
  ) {
    (self.observations, makeFactor) = (observations, factor)
    values = observations.innovations(from: state)
  }

  /// The Cholesky factor of C, `[p, p]`; nil if the filter takes no covariance for d, or one that is not positive definite.
  ///
  /// - Complexity: O(1) where the analysis made the factor, as that of a Kalman gain; O(p³ / 3) and what C needs at each call
  ///   otherwise, as in the space of ensemble members.
  public var factor: CholeskyFactor? { makeFactor() }

  /// The chi-square dᵀ C⁻¹ d, whose mean is p if C is the covariance of the innovations; nil without a factor of C.
  public var chiSquare: Double? {
    factor.map { zip(values, $0.solving(values)).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
