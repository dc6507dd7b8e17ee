import Autodiff
import LinearAlgebra

/// The deterministic ensemble Kalman filter with any prior covariance: B is what the prior makes of the members' deviations.
///
///     B = prior(X),    K = B Hᵀ (H B Hᵀ + R)⁻¹,    x̄ += K (y - H x̄),    X -= K H X / 2
///
/// With B the members' own localized covariance it is the `DEnKF`. The prior is given deviations times sqrt(N / (N - 1)),
/// whose mean square is the sample variance, as that of perturbations about a control.
///
/// - Reference: Sakov and Oke (2008), *A deterministic formulation of the ensemble Kalman filter: an alternative to ensemble
///   square root filters*, eqs. (12)-(15), with another B.
public struct PriorDEnKF<Prior: PriorCovariance>: EnsembleFilter {
  public let name: String
  /// The prior covariance of the forecast's errors.
  public let prior: Prior
  public let members: Int
  public let inflation: Double

  /// A filter with this prior covariance and this ensemble size, at least 2.
  public init(_ name: String, prior: Prior, members: Int, inflation: Double = 1) {
    (self.name, self.prior) = (name, prior)
    (self.members, self.inflation) = (members, inflation)
  }

  /// Updates the mean by the gain, and the deviations by half of it.
  ///
  /// - Throws: `AnalysisError` for a prior of another grid; `NotPositiveDefinite` if H B Hᵀ + R has no Cholesky factor; what
  ///   the prior throws.
  /// - Complexity: That of the prior's rows at the p observed points, and O(p³ / 3 + p N n).
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    let K = try KalmanGain(rows: covariance(of: ensemble.anomalies).rows(at: y.points), y)
    let HX = ensemble.anomalies.taking(columns: y.points)
    K.add(y.innovations(from: ensemble.mean), to: &ensemble.mean)
    K.add(HX, to: &ensemble.anomalies, scaledBy: -0.5)
  }

  /// The prior covariance for these deviations, `[N, n]`.
  private func covariance(of deviations: Matrix) throws -> any PriorCovariance {
    var perturbations = deviations
    let N = Double(deviations.rows)
    perturbations.scale(by: (N / (N - 1)).squareRoot())
    return try prior.estimated(from: perturbations)
  }

  /// The innovation covariance H B Hᵀ + R with the B of the next analysis.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    guard let members = state.ensemble,
      let B = try? covariance(of: Ensemble(members: members).anomalies)
    else { return nil }
    var result = B.observationCovariance(at: points)
    result.addToDiagonal(variances)
    return result
  }
}
