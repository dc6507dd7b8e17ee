import Autodiff
import LinearAlgebra

/// The finite-size ensemble Kalman filter (EnKF-N): the ETKF with the inflation that the innovations of each analysis ask for,
/// so that none is tuned.
///
///     w = (ζ + S Sᵀ)⁻¹ S d,    X becomes sqrt(N - 1) (ζ + S Sᵀ)^(-1/2) X
///
/// S are the scaled deviations at the observations, d the scaled innovations, and ζ, N - 1 in the ETKF, the mode of the
/// finite-size prior's posterior. The uncertainty of a finite ensemble's own covariance is all that it accounts for: errors of
/// the model still need an inflation.
///
/// - Reference: Bocquet (2011), *Ensemble Kalman filtering without the intrinsic need for inflation*; Bocquet, Raanes and
///   Hannart (2015), *Expanding the validity of the ensemble Kalman filter without the intrinsic need for inflation*, the dual
///   form, without the angular term of the Hessian.
public struct EnKFN: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  public let rotation: EnsembleRotation
  /// The number of members that the prior trusts, as a multiple of N: 1 for a very chaotic model, 2 for one of weak
  /// nonlinearity.
  public let certainty: Double

  /// A filter with this ensemble size, at least 2, and certainty, positive.
  public init(
    members: Int, certainty: Double = 1, inflation: Double = 1, rotation: EnsembleRotation = .none
  ) {
    (self.members, self.certainty) = (members, certainty)
    (self.inflation, self.rotation) = (inflation, rotation)
  }

  public var name: String { "EnKF-N" }

  /// Updates the mean and the deviations by weights in ensemble space.
  ///
  /// - Throws: `AnalysisError`, also for exact observations; `NoEigenvalues`; `FilterError.setting` for a certainty that is not
  ///   positive.
  /// - Complexity: As the ETKF: O(N³ + N² (n + p)) for p observed points.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    try FilterError.check(
      "certainty", certainty, certainty > 0 && certainty.isFinite, "positive and finite", of: name)
    let (observed, innovations) = try y.scaled(by: ensemble)
    let eigen = try SymmetricEigen(Matrix.product(observed, observed, transposingFirst: true))
    var projected = eigen.vectors.multiplied(by: observed.transposeMultiplied(by: innovations))
    let precision = FiniteSizePrior(eigenvalues: eigen.values, certainty: certainty)
      .precision(projections: projected)
    for k in projected.indices { projected[k] /= precision + max(0, eigen.values[k]) }
    let weights = eigen.vectors.transposeMultiplied(by: projected)
    let degrees = Double(members - 1)
    let transform = eigen.applying { (degrees / (precision + max(0, $0))).squareRoot() }
    let increment = ensemble.anomalies.transposeMultiplied(by: weights)
    for i in increment.indices { ensemble.mean[i] += increment[i] }
    ensemble.anomalies = Matrix.product(transform, ensemble.anomalies)
    // The transform maps (1, ..., 1) to a multiple of itself, up to rounding.
    rotation.apply(to: &ensemble.anomalies, key: key)
  }
}
