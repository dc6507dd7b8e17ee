import Autodiff
import LinearAlgebra

/// The deterministic ensemble Kalman filter: the gain for the mean, half of it for the deviations.
///
///     x̄ += K (y - H x̄),    X -= K H X / 2
///
/// The covariance is that of the Kalman filter up to K H B Hᵀ Kᵀ / 4, and so right for weak observations.
///
/// - Reference: Sakov and Oke (2008), *A deterministic formulation of the ensemble Kalman filter: an alternative to ensemble
///   square root filters*, eqs. (12)-(15).
public struct DEnKF: EnsembleFilter {
  public let members: Int
  /// What the members' deviations from their mean are multiplied by after each analysis.
  public let inflation: Double
  /// What damps covariances with distance; nothing if nil.
  public let localization: Localization?

  /// A filter of so many members.
  public init(members: Int, inflation: Double = 1, localization: Localization? = nil) {
    (self.members, self.inflation, self.localization) = (members, inflation, localization)
  }

  public var name: String { "DEnKF" }

  /// - Throws: As `EnKF`. Complexity as there.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    try analyse(&state, observations, inflation: inflation, localization: localization) {
      X, mean, seen in
      let gain = try EnsembleGain(anomalies: X, seen, localization)
      gain.add(seen.innovations(from: mean), to: &mean)
      gain.add(X.taking(columns: seen.points), to: &X, scaledBy: -0.5)
    }
  }

  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    state.innovationCovariance(
      points: points, variances: variances, localization: localization)
  }
}
