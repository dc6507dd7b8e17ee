import Autodiff
import LinearAlgebra

/// The ensemble Kalman filter (EnKF) with perturbed observations.
///
///     x̄ += K (y - H x̄),    X_k += K (e_k - H X_k),    e_k ~ N(0, R), centred over the members
///
/// Centred perturbations are rescaled to variance R, as in DAPPER: the expectation of their sample covariance, with divisor
/// N - 1, is R N / (N - 1), which keeps small ensembles a little wider than the Kalman filter's covariance.
///
/// - Reference: Burgers, van Leeuwen and Evensen (1998), *Analysis scheme in the ensemble Kalman filter*, eq. (13); Houtekamer
///   and Mitchell (2001), *A sequential ensemble Kalman filter for atmospheric data assimilation*, for the localization.
public struct EnKF: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  public let localization: Localization?

  /// A filter with this ensemble size, at least 2.
  public init(members: Int, inflation: Double = 1, localization: Localization? = nil) {
    (self.members, self.inflation, self.localization) = (members, inflation, localization)
  }

  public var name: String { "EnKF" }

  /// Updates the mean by the innovations, and each deviation by perturbed innovations.
  ///
  /// - Throws: `AnalysisError`; `FilterError.tooManyExact`; `NotPositiveDefinite` for exact observations that the members
  ///   cannot tell apart.
  /// - Complexity: O(p³ / 3 + p² N + N² n) for p observed points; O(p N n) in place of the last with a localization.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    let K = try KalmanGain(anomalies: ensemble.anomalies, y, localization)
    var D = perturbations(y, members: ensemble.anomalies.rows, key: key)
    D.add(ensemble.anomalies.taking(columns: y.points), scaledBy: -1)  // e - H X
    K.add(y.innovations(from: ensemble.mean), to: &ensemble.mean)
    K.add(D, to: &ensemble.anomalies)
  }

  /// The perturbations e of the observations, `[N, p]`, with mean 0 over the members and variance R each.
  private func perturbations(_ seen: Observations, members: Int, key: RandomKey) -> Matrix {
    var noise = Matrix(
      rows: members, columns: seen.count, key.normal([members, seen.count]).scalars)
    // Centring removes a part 1 / N of the variance.
    noise.shiftRows(
      from: noise.columnMeans, to: Array(repeating: 0, count: seen.count),
      scaledBy: (Double(members) / Double(members - 1)).squareRoot())
    noise.scaleColumns(by: seen.variances.map { $0.squareRoot() })
    return noise
  }
}
