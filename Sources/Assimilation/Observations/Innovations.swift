import LinearAlgebra

/// The innovations d = y - H x_f of an analysis, with the covariance C = H B Hᵀ + R that the filter took for them.
public struct Innovations: Sendable {
  /// The observations, one for each observed point, in the order of points.
  public let observations: Observations
  /// The innovations d, `[p]`, in units of the state.
  public let values: [Double]
  /// The Cholesky factor of C, `[p, p]`.
  public let factor: CholeskyFactor

  /// The chi-square dᵀ C⁻¹ d, whose mean is p if C is the covariance of the innovations.
  public var chiSquare: Double {
    zip(values, factor.solving(values)).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
