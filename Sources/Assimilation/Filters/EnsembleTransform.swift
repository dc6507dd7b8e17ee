import LinearAlgebra

/// The ensemble transform: an analysis in ensemble space, as weights of the deviations in the new mean and members.
///
///     w = (N - 1 + S Sᵀ)⁻¹ S d,    T = sqrt(N - 1) (N - 1 + S Sᵀ)^(-1/2)
///
/// S are the deviations at the observed points and d the innovations, both over the errors' standard deviations. T is the
/// symmetric root, which keeps the mean of the members and changes them least.
///
/// - Reference: Hunt, Kostelich and Szunyogh (2007), *Efficient data assimilation for spatiotemporal chaos: a local ensemble
///   transform Kalman filter*, eqs. (20)-(24); Ott et al. (2004) for the symmetric root.
struct EnsembleTransform {
  /// The weights w of the deviations in the mean, `[N]`.
  let weights: [Double]
  /// The transform T of the deviations, `[N, N]`.
  let transform: Matrix

  /// The transform of an analysis.
  ///
  /// - Parameters:
  ///   - observed: The scaled deviations Sᵀ at the observed points, `[p, N]`.
  ///   - innovations: The scaled innovations d, `[p]`.
  init(observed: Matrix, innovations: [Double]) throws(NoEigenvalues) {
    let degrees = Double(observed.columns - 1)
    let eigen = try SymmetricEigen(
      Matrix.product(observed, observed, transposingFirst: true))
    // Rounding may leave eigenvalues of 0 a little below it.
    let precisions = eigen.values.map { degrees + max(0, $0) }
    var projected = eigen.vectors.multiplied(by: observed.transposeMultiplied(by: innovations))
    for k in projected.indices { projected[k] /= precisions[k] }
    weights = eigen.vectors.transposeMultiplied(by: projected)
    transform = eigen.applying { (degrees / (degrees + max(0, $0))).squareRoot() }
  }
}

extension Observations {
  /// The deviations Sᵀ of an ensemble at the observed points, `[p, N]`, and the innovations d, `[p]`, both over the standard
  /// deviations of the errors.
  ///
  /// - Throws: `AnalysisError.exactObservation`.
  func scaled(
    by ensemble: Ensemble
  ) throws(AnalysisError) -> (observed: Matrix, innovations: [Double]) {
    try requireErrors()
    let factors = variances.map { 1 / $0.squareRoot() }
    var observed = ensemble.anomalies.taking(columns: points)
    observed.scaleColumns(by: factors)
    return (observed.transposed(), zip(innovations(from: ensemble.mean), factors).map(*))
  }
}
