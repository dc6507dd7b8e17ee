import PPL

/// The analysis scheme of an ensemble filter inside a model.
///
///     B = inflation² S ∘ C,    S the ensemble's sample covariance, C the taper
///
/// Inflation and the length of the taper are tensors, so that they may have priors.
public struct EnsembleUpdate: Sendable {
  /// The scheme for the members' deviations from their mean.
  public enum Scheme: Sendable {
    /// The scheme with perturbed observations: each member assimilates observations with independent errors.
    ///
    /// - Reference: Burgers, van Leeuwen and Evensen (1998), *Analysis scheme in the ensemble Kalman filter*.
    case perturbedObservations
    /// The deterministic square root scheme: the gain of the deviations is K̃ = B Hᵀ L⁻ᵀ (L + sqrt(R))⁻¹, with L the Cholesky
    /// factor of H B Hᵀ + R. Without a taper the covariance is that of the ensemble transform Kalman filter.
    ///
    /// - Reference: Andrews (1968), *A square root formulation of the Kalman covariance equations*; Whitaker and Hamill
    ///   (2002), *Ensemble data assimilation without perturbed observations*, eq. (10).
    case squareRoot
  }

  /// The scheme for the members' deviations from their mean.
  public let scheme: Scheme
  /// The factor of the deviations of the forecast, one number.
  public let inflation: Tensor
  /// The taper of the covariance; nil for none.
  public let localization: EnsembleTaper?

  /// An update by a scheme. The filter checks that inflation and length of the taper are one positive number each.
  public init(
    _ scheme: Scheme = .squareRoot, inflation: Tensor = 1, localization: EnsembleTaper? = nil
  ) {
    (self.scheme, self.inflation, self.localization) = (scheme, inflation, localization)
  }

  func check(stateSize n: Int) throws(FilteredError) {
    try FilteredError.check(inflation, "inflation", shape: [])
    try FilteredError.checkPositive(inflation, "inflation")
    guard let localization else { return }
    try FilteredError.check(
      localization.distances, "the table of distances for localization", shape: [n, n])
    try FilteredError.check(localization.length, "the length of localization", shape: [])
    try FilteredError.checkPositive(localization.length, "the length of localization")
    try localization.checkIsCovariance()
  }

  /// Assimilates observations into members `[N, n]`.
  ///
  /// - Returns: The likelihood of the observations.
  func apply(
    to members: inout Tensor, _ observations: PresentObservations, key: RandomKey
  ) -> ObservationLikelihood {
    let H = observations.observing
    let deviation = sqrt(observations.variances)
    let mean = members.mean(along: [0])
    let X = inflation * (members - mean)  // [N, n]
    let Y = H(X)  // [N, m]
    let HB = observedCovariance(X, Y, H)  // [m, n]
    let kalman = KalmanUpdate(mean, observations, rows: HB)
    let (L, V) = (kalman.factor, kalman.rows)

    switch scheme {
    case .perturbedObservations:
      let perturbed = observations.values + deviation * key.normal(Y.shape)
      let differences = perturbed - H(mean) - Y  // [N, m]
      let whitened = triangularSolve(L, differences.transposed())
      members = mean + X + matmul(whitened.transposed(), V)
    case .squareRoot:
      let sum = L + deviation.diagonalMatrix()
      let shrinking = triangularSolve(sum, Y.transposed())
      members = mean + kalman.increment + X - matmul(shrinking.transposed(), V)
    }
    return kalman.likelihood
  }

  /// The rows H B of the covariance, `[m, n]`, from deviations `[N, n]` and the observed deviations, `[N, m]`.
  private func observedCovariance(_ X: Tensor, _ Y: Tensor, _ H: ObservationOperator) -> Tensor {
    guard let localization else { return sampleCovariance(Y, X) }
    return switch H {
    case .points(let points): sampleCovariance(Y, X) * localization.correlations(of: points)
    case .matrix: H(sampleCovariance(X, X) * localization.correlations()).transposed()
    }
  }
}
