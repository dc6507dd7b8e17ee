import LinearAlgebra

extension FilterState {
  /// Brings observations into the law of a state that carries a covariance. If that fails, the state is as it was.
  ///
  /// - Throws: `FilterError.missing` without a covariance; as `kalmanUpdate(_:_:_:)`.
  mutating func bringIn(_ seen: Observations) throws {
    var covariance = try takeCovariance()
    defer { self.covariance = covariance }
    try kalmanUpdate(&estimate, &covariance, seen)
  }

  /// The covariance out of the state, so that no copy is made.
  mutating func takeCovariance() throws(FilterError) -> Matrix {
    guard let covariance = covariance.take() else { throw .missing("covariance") }
    return covariance
  }
}

/// Brings observations into a normal distribution.
///
///     x += K (y - H x),    K = B Hᵀ (H B Hᵀ + R)⁻¹
///     B becomes (I - K H) B (I - K H)ᵀ + K R Kᵀ
///
/// The covariance is right to its digits also where R is small against H B Hᵀ.
///
/// - Parameters:
///   - covariance: B, symmetric to the bit before and after.
/// - Throws: `NotPositiveDefinite` if H B Hᵀ + R has no Cholesky factor.
/// - Complexity: O(p³ / 3 + 2 p² n + 5/8 p n²) for p observed points; for those much more precise than the prior,
///   O(p³ / 3 + 3 p² n + 5/4 p n²).
/// - Reference: Kalman (1960), *A new approach to linear filtering and prediction problems*; Bucy and Joseph (1968),
///   *Filtering for stochastic processes with applications to guidance*, for the covariance.
func kalmanUpdate(
  _ estimate: inout [Double], _ covariance: inout Matrix, _ seen: Observations
) throws {
  guard seen.count > 0 else { return }
  let observed = covariance.taking(rows: seen.points)  // H B, [p, n]
  var innovationCovariance = observed.taking(columns: seen.points)
  innovationCovariance.addToDiagonal(seen.variances)
  let factor = try CholeskyFactor(factoring: innovationCovariance)
  var gain = observed.transposed()  // [n, p]
  factor.solve(rows: &gain)
  let increment = gain.multiplied(by: seen.innovations(from: estimate))
  for i in estimate.indices { estimate[i] += increment[i] }
  covariance.reduce(byOptimal: gain, observed: observed, seen)
}
