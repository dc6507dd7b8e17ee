import LinearAlgebra
import PPL
import Parallel

extension PosteriorAdjustment {
  /// The adjustment by the scores of clusters at the mode.
  ///
  ///     J = K / (K - 1 - p) Σ_k (s_k - s̄) (s_k - s̄)ᵀ
  ///
  /// The scores at fitted values are too small by about the parameters that are fitted to each datum of a cluster; p is the
  /// effective number tr(H^-1 I) of parameters, divided by the mean number of data of a cluster.
  ///
  /// - Parameters:
  ///   - density: The log density.
  ///   - clusters: The division of the data.
  ///   - start: The values near which the mode is sought, by site: means of draws.
  ///   - denseLimit: The largest number n of unconstrained values.
  ///   - key: The key of the search.
  ///   - pool: The threads of the search; no digit depends on them.
  /// - Throws: `PosteriorAdjustmentError` for a posterior that cannot be adjusted; `MaximumLikelihoodError.clusters` for data that
  ///   do not divide so; `CancellationError` if the density is interruptible, and interrupted.
  /// - Complexity: 2 n products with the Hessian, K gradients and O(n³).
  public static func sandwich(
    of density: LogDensity, clusters: DataClusters, start: [String: Tensor],
    denseLimit: Int = 1_200, key: RandomKey = RandomKey(0), pool: WorkPool = .automatic
  ) throws -> PosteriorAdjustment {
    let information = try ModeInformation(
      of: density, clusters: clusters, start: start, denseLimit: denseLimit, key: key, pool: pool)
    return try information.adjustment(variance: information.scores.scatter)
  }

  /// The adjustment by refits to resampled clusters: modes of the posterior whose clusters have multinomial weights.
  ///
  /// The covariance of the modes takes the place of H^-1 J H^-1, with the same factor; modes that are not found are left out.
  ///
  /// - Parameters:
  ///   - count: The number of refits.
  ///   - density: The log density.
  ///   - clusters: The division of the data.
  ///   - start: The values near which the mode is sought, by site: means of draws.
  ///   - denseLimit: The largest number n of unconstrained values.
  ///   - key: The key of the weights.
  ///   - pool: The threads that share the refits; no digit depends on them.
  /// - Throws: As `sandwich(of:clusters:start:denseLimit:key:pool:)`; `PosteriorAdjustmentError.tooFewRefits` unless 20 and half
  ///   of the refits find a mode.
  /// - Complexity: As `sandwich`, and some tens of gradients for each refit.
  /// - Reference: Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 6 and 8.
  public static func resampled(
    _ count: Int, of density: LogDensity, clusters: DataClusters, start: [String: Tensor],
    denseLimit: Int = 1_200, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> PosteriorAdjustment {
    try demandCount(count, "the number of refits")
    let information = try ModeInformation(
      of: density, clusters: clusters, start: start, denseLimit: denseLimit, key: key, pool: pool)
    let clusters = information.data.count
    let found = try pool.mapParts(of: count) { part in
      let search = try WeightedModeSearch(information.data, near: information.approximation)
      return try part.map { index in
        try density.checkInterruption()
        return search.mode(weights: key.foldIn(UInt32(index)).multinomialCounts(clusters))
      }
    }.flatMap(\.self)
    let modes = found.compactMap(\.self)
    guard modes.count >= 20, 2 * modes.count >= count else {
      throw PosteriorAdjustmentError.tooFewRefits(converged: modes.count, of: count)
    }
    var variance = Matrix(
      rows: modes.count, columns: information.mode.count, modes.flatMap(\.self)
    ).scatter
    variance.scale(by: 1 / Double(modes.count - 1))
    return try information.adjustment(
      variance: variance, refits: (count, count - modes.count))
  }
}

extension Matrix {
  /// The sum of the outer products of the rows less their mean, `[columns, columns]`.
  fileprivate var scatter: Matrix {
    var centred = self
    for j in 0..<columns {
      let mean = (0..<rows).reduce(0) { $0 + self[$1, j] } / Double(rows)
      for i in 0..<rows { centred[i, j] -= mean }
    }
    return Matrix.product(centred, centred, transposingFirst: true)
  }
}

extension RandomKey {
  /// The numbers of times that each of `count` things is drawn in as many draws with replacement.
  fileprivate func multinomialCounts(_ count: Int) -> [Double] {
    var weights = Array(repeating: 0.0, count: count)
    for u in uniform([count]).scalars { weights[min(Int(u * Double(count)), count - 1)] += 1 }
    return weights
  }
}
