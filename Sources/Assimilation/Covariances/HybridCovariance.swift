import LinearAlgebra
import Preconditions

/// A hybrid covariance, a mixture of an ensemble's covariance with a static one: the prior of Hybrid-B.
///
///     B = w B_ensemble + (1 - w) B_mean
///
/// - Reference: Hamill and Snyder (2000), *A hybrid ensemble Kalman filter-3D variational analysis scheme*.
public struct HybridCovariance<Members: PriorCovariance, Mean: PriorCovariance>: PriorCovariance {
  /// The ensemble's covariance, B_ensemble.
  public let ensemble: Members
  /// The static covariance, B_mean.
  public let mean: Mean
  /// The weight w of the ensemble's covariance, in [0, 1].
  public let weight: Double

  /// A mixture of two covariances of one grid.
  ///
  /// - Precondition: The covariances have one size; the weight is in [0, 1].
  public init(_ ensemble: Members, _ mean: Mean, weight: Double = 0.5) {
    require(
      ensemble.pointCount == mean.pointCount,
      "HybridCovariance: \(ensemble.pointCount) points and \(mean.pointCount).")
    self.init(mixing: ensemble, mean, weight: weight)
  }

  /// A mixture whose parts are compared with the grid of the perturbations only, by `estimated(from:)`.
  init(mixing ensemble: Members, _ mean: Mean, weight: Double) {
    require(
      (0...1).contains(weight), "HybridCovariance: the weight is \(weight), but must be in [0, 1].")
    (self.ensemble, self.mean, self.weight) = (ensemble, mean, weight)
  }

  public var pointCount: Int { ensemble.pointCount }

  public var usesEnsemble: Bool {
    (weight != 0 && ensemble.usesEnsemble) || (weight != 1 && mean.usesEnsemble)
  }

  /// The mixture of what both parts make of the perturbations. A part of weight 0 is not estimated, so that an ensemble's
  /// covariance of weight 0 needs no members.
  public func estimated(from perturbations: Matrix) throws -> any PriorCovariance {
    if weight == 0 { return try mean.estimated(from: perturbations) }
    if weight == 1 { return try ensemble.estimated(from: perturbations) }
    let ensemble = try ensemble.estimated(from: perturbations)
    let mean = try mean.estimated(from: perturbations)
    return mixture(ensemble, mean, weight)
  }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    mixed(
      ensemble.block(rows: rows, columns: columns), mean.block(rows: rows, columns: columns))
  }

  public func rows(at points: [Int]) -> Matrix {
    mixed(ensemble.rows(at: points), mean.rows(at: points))
  }

  public func observationCovariance(at points: [Int]) -> Matrix {
    mixed(ensemble.observationCovariance(at: points), mean.observationCovariance(at: points))
  }

  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    let ofEnsemble = ensemble.applyCrossCovariance(weights, from: points)
    let ofMean = mean.applyCrossCovariance(weights, from: points)
    return zip(ofEnsemble, ofMean).map { weight * $0 + (1 - weight) * $1 }
  }

  private func mixed(_ a: consuming Matrix, _ b: Matrix) -> Matrix {
    var result = consume a
    let (weight, other) = (weight, b.scalars.span)
    result.withMutableScalars { entries in
      for k in entries.indices { entries[k] = weight * entries[k] + (1 - weight) * other[k] }
    }
    return result
  }
}

private func mixture(
  _ ensemble: some PriorCovariance, _ mean: some PriorCovariance, _ weight: Double
) -> any PriorCovariance {
  HybridCovariance(ensemble, mean, weight: weight)
}
