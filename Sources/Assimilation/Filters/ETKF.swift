import Autodiff
import LinearAlgebra

/// The ensemble transform Kalman filter (ETKF) with the symmetric square root.
///
///     x̄ += Xᵀ w,    X becomes T X
///
/// with the weights w, `[N]`, and the transform T, `[N, N]`, of an analysis in ensemble space.
///
/// - Reference: Bishop, Etherton and Majumdar (2001), *Adaptive sampling with the ensemble transform Kalman filter*; Hunt,
///   Kostelich and Szunyogh (2007), eqs. (20)-(24), for the symmetric root.
public struct ETKF: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  /// The rotation of the deviations after each analysis.
  public let rotation: EnsembleRotation

  /// A filter with this ensemble size, at least 2.
  public init(members: Int, inflation: Double = 1, rotation: EnsembleRotation = .none) {
    (self.members, self.inflation, self.rotation) = (members, inflation, rotation)
  }

  public var name: String { "ETKF" }

  /// Updates the mean and the deviations by weights in ensemble space.
  ///
  /// - Throws: `AnalysisError`, also for exact observations; `NoEigenvalues`.
  /// - Complexity: O(N³ + N² (n + p)) for p observed points.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    let (observed, innovations) = try y.scaled(by: ensemble)
    let analysis = try EnsembleTransform(observed: observed, innovations: innovations)
    let increment = ensemble.anomalies.transposeMultiplied(by: analysis.weights)
    for i in increment.indices { ensemble.mean[i] += increment[i] }
    ensemble.anomalies = Matrix.product(analysis.transform, ensemble.anomalies)
    rotation.apply(to: &ensemble.anomalies, key: key)
  }
}
