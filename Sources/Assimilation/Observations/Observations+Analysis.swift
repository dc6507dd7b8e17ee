import LinearAlgebra

extension Observations {
  /// The analysis: the best linear unbiased estimate of a field from its background and these observations.
  ///
  ///     x_a = x_f + B Hᵀ (H B Hᵀ + R)⁻¹ (y - H x_f)
  ///
  /// Observations of one point are first combined. Without observations of finite variance the background is returned; at
  /// exact observations the analysis has the observed value.
  ///
  /// - Parameters:
  ///   - prior: The prior covariance B.
  ///   - background: The background x_f, `[n]`; 0 everywhere if not given.
  /// - Throws: `AnalysisError` for points, sizes and exact observations that do not fit; `NotPositiveDefinite` if
  ///   H B Hᵀ + R has no Cholesky factor.
  /// - Complexity: That of the blocks of `prior`, and O(n_o³ / 3) for n_o observed points.
  /// - Reference: Tsyrulnikov and Sotskiy (2023), eqs. (60)-(61).
  public func analysis(
    prior: some PriorCovariance, background: [Double]? = nil
  ) throws -> [Double] {
    let (seen, background) = try prepared(pointCount: prior.pointCount, background: background)
    guard seen.count > 0 else { return background }
    let gain = try KalmanGain(seen, prior: prior)
    let increment = gain.increment(for: seen.innovations(from: background))
    return zip(background, increment).map(+)
  }

  /// The analysis from a square root of the prior, B = W Wᵀ, in the space of its white noise, without forming B.
  ///
  ///     (I + Gᵀ R⁻¹ G) chi = Gᵀ R⁻¹ (y - H x_f),    G = H W,    x_a = x_f + W chi
  ///
  /// - Parameters:
  ///   - squareRoot: The square root W, dense or sparse.
  ///   - background: The background x_f, `[n]`; 0 everywhere if not given.
  ///   - tolerance: The relative residual at which conjugate gradients stop.
  ///   - maximumIterations: The number of iterations after which they give up.
  /// - Returns: The analysis, and the number of iterations.
  /// - Throws: `AnalysisError` as above, and for a variance of 0, whose inverse this form needs; `NotConverged`.
  /// - Complexity: O(non-zeros of G) an iteration; up to rounding, at most one iteration more than points are observed.
  /// - Reference: Tsyrulnikov and Sotskiy (2023), eq. (20).
  public func analysis(
    squareRoot: some LinearMap, background: [Double]? = nil, tolerance: Double = 1e-6,
    maximumIterations: Int = 1_000
  ) throws -> (analysis: [Double], iterations: Int) {
    let (seen, background) = try prepared(pointCount: squareRoot.rows, background: background)
    guard seen.count > 0 else { return (background, 0) }
    try seen.requireErrors()
    let G = squareRoot.taking(rows: seen.points)
    let weighted = { (residual: [Double]) in zip(residual, seen.variances).map(/) }
    let right = G.transposeMultiplied(by: weighted(seen.innovations(from: background)))
    let solution = try conjugateGradients(
      right, tolerance: tolerance, maximumIterations: maximumIterations
    ) { chi in
      let curvature = G.transposeMultiplied(by: weighted(G.multiplied(by: chi)))
      return zip(chi, curvature).map(+)
    }
    let increment = squareRoot.multiplied(by: solution.solution)
    return (zip(background, increment).map(+), solution.iterations)
  }

  private func prepared(
    pointCount: Int, background: [Double]?
  ) throws(AnalysisError) -> (Observations, [Double]) {
    let background = background ?? Array(repeating: 0, count: pointCount)
    guard background.count == pointCount else {
      throw .size(what: "background", given: background.count, expected: pointCount)
    }
    try AnalysisError.check(background, "background")
    return (try distinct(pointCount: pointCount), background)
  }

  /// Refuses exact observations, whose precision is infinite.
  func requireErrors() throws(AnalysisError) {
    if let k = variances.firstIndex(of: 0) { throw .exactObservation(point: points[k]) }
  }
}
