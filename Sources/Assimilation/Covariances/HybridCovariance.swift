import LinearAlgebra
import Preconditions

/// A mixture of two covariances, of the ensemble and of the mean: the prior of Hybrid-B.
///
///     B = w B_ensemble + (1 - w) B_mean
public struct HybridCovariance<Ensemble: PriorCovariance, Mean: PriorCovariance>: PriorCovariance {
  /// B_ensemble.
  public let ensemble: Ensemble
  /// B_mean.
  public let mean: Mean
  /// Of the ensemble's covariance.
  public let weight: Double

  /// - Precondition: The covariances have one size; the weight is in [0, 1].
  public init(_ ensemble: Ensemble, _ mean: Mean, weight: Double = 0.5) {
    require(
      ensemble.pointCount == mean.pointCount,
      "HybridCovariance: \(ensemble.pointCount) points and \(mean.pointCount).")
    require(
      (0...1).contains(weight), "HybridCovariance: the weight is \(weight), but must be in [0, 1].")
    (self.ensemble, self.mean, self.weight) = (ensemble, mean, weight)
  }

  public var pointCount: Int { ensemble.pointCount }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    mixed(
      ensemble.block(rows: rows, columns: columns), mean.block(rows: rows, columns: columns))
  }

  public func observed(_ points: [Int]) -> Matrix {
    mixed(ensemble.observed(points), mean.observed(points))
  }

  public func spreading(_ weights: [Double], from points: [Int]) -> [Double] {
    let ofEnsemble = ensemble.spreading(weights, from: points)
    let ofMean = mean.spreading(weights, from: points)
    return zip(ofEnsemble, ofMean).map { weight * $0 + (1 - weight) * $1 }
  }

  private func mixed(_ a: consuming Matrix, _ b: Matrix) -> Matrix {
    var result = consume a
    result.withMutableScalars { entries in
      for (k, other) in b.scalars.enumerated() {
        entries[k] = weight * entries[k] + (1 - weight) * other
      }
    }
    return result
  }
}

/// The weight of an ensemble's covariance in a mixture, in a sequence of analyses: N / (N + 10).
///
/// - Reference: `lsef.md` 10.3, with a weight of a half at ten members.
public func ensembleWeight(ofMembers count: Int) -> Double {
  Double(count) / Double(count + 10)
}
