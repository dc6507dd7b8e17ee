import LinearAlgebra
import PPL
import Parallel

/// The information of prior and likelihood at the mode of a posterior, in the coordinates in which both together are the
/// identity.
struct ModeInformation: Sendable {
  let data: ClusterDensity
  /// The normal approximation at the mode, with the factor T of the inverse Hessian.
  let approximation: GaussianApproximation
  /// The share of the likelihood, Tᵀ I T `[n, n]`; the rest of the identity is that of the prior.
  let likelihood: Matrix
  /// The scores of the clusters, `[K, n]`.
  let scores: Matrix

  var mode: [Double] { approximation.mean }
  /// The effective number of parameters.
  var effectiveParameters: Double { likelihood.trace }
  /// The effective number of parameters that a cluster spends on each of its data.
  private var parametersPerDatum: Double { effectiveParameters / max(data.dataPerCluster, 1) }
  /// The least number of clusters of an adjustment: five beyond the parameters of each datum.
  var leastClusters: Int { Int((6 + parametersPerDatum).rounded(.up)) }
  /// The factor by which the variance of fitted scores is too small.
  var correction: Double {
    Double(data.count) / (Double(data.count) - 1 - parametersPerDatum)
  }

  /// The information at the mode that is found from a start.
  ///
  /// - Parameters:
  ///   - density: The log density.
  ///   - clusters: The division of the data.
  ///   - start: Where the search begins, by site.
  ///   - denseLimit: The largest number of unconstrained values.
  ///   - key: The key of the search.
  /// - Throws: `PosteriorAdjustmentError`; `MaximumLikelihoodError.clusters` for data that do not divide so;
  ///   `CancellationError` if the density is interrupted.
  /// - Complexity: Some Newton steps of n products with the Hessian each, and O(n³).
  init(
    of density: LogDensity, clusters: DataClusters, start: [String: Tensor], denseLimit: Int,
    key: RandomKey, pool: WorkPool
  ) throws {
    guard density.count <= denseLimit else {
      throw PosteriorAdjustmentError.tooLarge(count: density.count, limit: denseLimit)
    }
    guard density.reads.isEmpty else { throw PosteriorAdjustmentError.notReplayable }
    do {
      approximation = try .atMode(
        of: density, start: .values(start), starts: 1, denseLimit: denseLimit, key: key, pool: pool)
    } catch InferenceError.noMode, InferenceError.noValidStart {
      throw PosteriorAdjustmentError.noMode
    }
    data = try ClusterDensity(density, by: clusters, at: approximation.mean)
    let factor = approximation.factor.dense
    let hessian = try HessianProduct(density.logJoint.likelihood, at: approximation.mean)
      .matrix(density.checkInterruption)
    let count = density.count
    var information = Matrix(rows: count, columns: count, hessian.scalars)
    information.scale(by: -1)
    likelihood = Matrix.product(
      factor, Matrix.product(information, factor), transposingFirst: true)
    scores = try Matrix.product(data.scores(at: approximation.mean), factor)
    guard data.count >= leastClusters else {
      throw PosteriorAdjustmentError.tooFewClusters(data.count, needed: leastClusters)
    }
  }

  /// The adjustment by which the likelihood's share of the information becomes a variance of its score, `[n, n]` in the same
  /// coordinates, before the correction.
  func adjustment(
    variance: Matrix, refits: (count: Int, failed: Int) = (0, 0)
  ) throws -> PosteriorAdjustment {
    let n = mode.count
    var inner = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        let change = correction * variance[i, j] - 0.5 * (likelihood[i, j] + likelihood[j, i])
        inner[i, j] = (i == j ? 1 : 0) + change
      }
    }
    // The scores or the refits may not be finite, where the curvature at the mode is.
    guard let eigen = try? SymmetricEigen(inner) else { throw PosteriorAdjustmentError.noMode }
    // A variance that is not positive is rounding, or a prior that curves up.
    let root = eigen.applying { max($0, 1e-2).squareRoot() }
    let factor = approximation.factor
    let map = Matrix.product(Matrix.product(factor.dense, root), factor.denseInverse)
    return PosteriorAdjustment(
      mode: mode, map: map, clusters: data.count,
      effectiveParameters: effectiveParameters, correction: correction, refits: refits)
  }
}
