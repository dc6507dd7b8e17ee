import Autodiff
import LinearAlgebra

/// The ensemble transform Kalman filter with the symmetric square root.
///
///     x̄ += Xᵀ w,    X becomes T X
///
/// with the weights w and the transform T of the space of members.
///
/// - Reference: Bishop, Etherton and Majumdar (2001), *Adaptive sampling with the ensemble transform Kalman filter*; Hunt,
///   Kostelich and Szunyogh (2007), eqs. (20)-(24), for the symmetric root.
public struct ETKF: EnsembleFilter {
  public let members: Int
  /// What the members' deviations from their mean are multiplied by after each analysis.
  public let inflation: Double
  /// What happens to the deviations after each analysis.
  public let rotation: EnsembleRotation

  /// A filter of so many members.
  public init(members: Int, inflation: Double = 1, rotation: EnsembleRotation = .none) {
    (self.members, self.inflation, self.rotation) = (members, inflation, rotation)
  }

  public var name: String { "ETKF" }

  /// - Throws: `AnalysisError`, also for exact observations; `NoEigenvalues`.
  /// - Complexity: O(N³ + N² (n + p)) for p observed points.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    try analyse(&state, observations, inflation: inflation) { X, mean, seen in
      let (observed, innovations) = try seen.scaled(anomalies: X, mean: mean)
      let analysis = try EnsembleTransform(observed: observed, innovations: innovations)
      let increment = X.transposeMultiplied(by: analysis.weights)
      for i in mean.indices { mean[i] += increment[i] }
      X = Matrix.product(analysis.transform, X)
      rotation.apply(to: &X, key: key)
    }
  }
}
