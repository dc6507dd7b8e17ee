import LinearAlgebra

/// Covariances of analysis errors, for filters of matrices; the module `StateSpace` has the same in tensors.
extension Matrix {
  /// Joseph's form of the analysis covariance: replaces the background covariance, for any gain.
  ///
  ///     B becomes (I - K H) B (I - K H)ᵀ + K R Kᵀ
  ///
  /// The rounding of K counts by its square, so that R keeps ten digits against a prior of 1e21 R.
  ///
  /// - Parameters:
  ///   - gain: The gain K, `[n, p]`.
  ///   - observed: The rows H B of the covariance, `[p, n]`.
  ///   - seen: The observations, one for each observed point.
  /// - Precondition: This matrix is symmetric; the result is symmetric to the bit.
  /// - Complexity: O(5/4 *p n²* + *p² n*) time, `[n, p]` memory twice.
  /// - Reference: Bucy and Joseph (1968), *Filtering for stochastic processes with applications to guidance*.
  mutating func reduce(by gain: Matrix, observed: Matrix, _ seen: Observations) {
    // M = (I - K H) B, of which M Hᵀ is needed in full and the rest below the diagonal.
    var columns = observed.transposed()
    columns.accumulate(gain, observed.taking(columns: seen.points), scaledBy: -1)
    accumulateLower(gain, observed, scaledBy: -1)
    // M (I - K H)ᵀ + K R Kᵀ = M + (K R - M Hᵀ) Kᵀ, with K R - M Hᵀ as one difference, which keeps the digits of R.
    var residual = gain
    residual.scaleColumns(by: seen.variances)
    residual.add(columns, scaledBy: -1)
    accumulateLower(residual, gain, transposingSecond: true)
    // In columns of observed points the rounding of M cancels, in rows of them it does not.
    columns.accumulate(residual, gain.taking(rows: seen.points), transposingSecond: true)
    for (k, point) in seen.points.enumerated() {
      for i in 0..<rows { self[Swift.max(i, point), Swift.min(i, point)] = columns[i, k] }
    }
    mirrorLowerTriangle()
  }

  /// The analysis covariance for the optimal gain, K = B Hᵀ (H B Hᵀ + R)⁻¹, by the shorter form where R is not small:
  ///
  ///     (I - K H) B
  ///
  /// The two forms differ by rounding only. The shorter one loses the digits by which H B Hᵀ exceeds R, and is used where
  /// these are at most two of sixteen.
  ///
  /// - Complexity: O(5/8 *p n²*) time where H B Hᵀ is at most a hundred times R, that of Joseph's form otherwise.
  mutating func reduce(byOptimal gain: Matrix, observed: Matrix, _ seen: Observations) {
    var ratio = 0.0
    for (point, variance) in zip(seen.points, seen.variances) {
      ratio += self[point, point] / variance
    }
    guard ratio <= 100 else { return reduce(by: gain, observed: observed, seen) }
    accumulateLower(gain, observed, scaledBy: -1)
    mirrorLowerTriangle()
  }
}
