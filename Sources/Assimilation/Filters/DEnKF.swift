import Autodiff
import LinearAlgebra

/// The deterministic ensemble Kalman filter: the gain for the mean, half of it for the deviations.
///
///     x̄ += K (y - H x̄),    X -= K H X / 2
///
/// The covariance is that of the Kalman filter up to K H B Hᵀ Kᵀ / 4, which is small for observations with large errors.
///
/// - Reference: Sakov and Oke (2008), *A deterministic formulation of the ensemble Kalman filter: an alternative to ensemble
///   square root filters*, eqs. (12)-(15).
public struct DEnKF: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  public let localization: Localization?
  /// The rotation of the deviations after each analysis.
  public let rotation: EnsembleRotation

  /// A filter with this ensemble size, at least 2.
  public init(
    members: Int, inflation: Double = 1, localization: Localization? = nil,
    rotation: EnsembleRotation = .none
  ) {
    (self.members, self.inflation, self.localization) = (members, inflation, localization)
    self.rotation = rotation
  }

  public var name: String { "DEnKF" }

  /// Updates the mean by the gain, and the deviations by half of it.
  ///
  /// - Throws: As `EnKF.update(_:_:key:)`.
  /// - Complexity: As `EnKF.update(_:_:key:)`.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    let K = try KalmanGain(anomalies: ensemble.anomalies, y, localization)
    let HX = ensemble.anomalies.taking(columns: y.points)
    K.add(y.innovations(from: ensemble.mean), to: &ensemble.mean)
    K.add(HX, to: &ensemble.anomalies, scaledBy: -0.5)
    rotation.apply(to: &ensemble.anomalies, key: key)
  }
}
