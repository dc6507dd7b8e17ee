import Autodiff
import CNumerics
import LinearAlgebra

/// The serial ensemble square root filter (EnSRF): one observation at a time, with a gain for the mean and a smaller one for
/// the deviations.
///
///     K = S o B Hᵀ / (s + r),    x̄ += K (y - H x̄),    X -= K H X / (1 + sqrt(r / (s + r))),    s = H B Hᵀ
///
/// Without localization the order of the observations does not matter, except for rounding.
///
/// - Reference: Whitaker and Hamill (2002), *Ensemble data assimilation without perturbed observations*, eqs. (10)-(13).
public struct EnSRF: EnsembleFilter {
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

  public var name: String { "EnSRF" }

  /// Updates the mean and the deviations by one observation after the other.
  ///
  /// - Throws: `AnalysisError`; `FilterError.certain` for an exact observation where all members have one other value.
  /// - Complexity: O(p N n) for p observed points.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    try localization?.checkIsCovariance()
    try update(&ensemble.anomalies, &ensemble.mean, y)
    rotation.apply(to: &ensemble.anomalies, key: key)
  }

  private func update(_ X: inout Matrix, _ mean: inout [Double], _ y: Observations) throws {
    let (rows, columns) = (X.rows, X.columns)
    var gain = mean
    var observed = Array(repeating: 0.0, count: rows)
    for k in 0..<y.count {
      let (point, value, variance) = (y.points[k], y.values[k], y.variances[k])
      let weights = localization?.correlations.rows(at: [point]).scalars
      var spread = 0.0
      X.withMutablePointer { anomalies, _ in
        spread = ppl_serial_update(
          anomalies, &mean, rows, columns, point, value, variance, weights, &gain, &observed)
      }
      if spread == 0, variance == 0, mean[point] != value {
        throw FilterError.certain(point: point)
      }
    }
  }
}
