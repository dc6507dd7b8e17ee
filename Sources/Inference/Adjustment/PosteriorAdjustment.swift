import LinearAlgebra
import PPL
import Parallel

/// A sandwich adjustment of the draws of a posterior, for data that depend on each other within clusters.
///
///     let adjustment = try PosteriorAdjustment.sandwich(of: density, clusters: .axis(1), start: start)
///     let honest = try adjustment.adjusted(posterior, of: density)
///
/// The likelihood takes all data as independent. The draws are moved linearly in the unconstrained coordinates about their
/// mean, and deterministic sites are computed anew:
///
///     x -> m + A (x - m),    A = T M^(1/2) T^-1,    M = Tᵀ (J + P) T,    T Tᵀ = H^-1
///
/// with the negative Hessian H of the log posterior at its mode, the part P of it that is due to the prior, and the variance J
/// of the score of the likelihood, from the scores of clusters. A normal posterior with covariance H^-1 gets the covariance
/// H^-1 (J + P) H^-1; where J is the information of the likelihood, nothing changes.
///
/// - Reference: Shaby (2014), *The open-faced sandwich adjustment for MCMC using estimating functions*, eq. (7); Ribatet, Cooley
///   and Davison (2012), *Bayesian inference from composite likelihoods*, Statistica Sinica 22; Chandler and Bate (2007),
///   *Inference for clustered data using the independence loglikelihood*, Biometrika 94(1).
public struct PosteriorAdjustment: Sendable, Equatable {
  /// The mode of the posterior in unconstrained coordinates, `[n]`.
  public let mode: [Double]
  /// The linear map A, `[n, n]`.
  public let map: Matrix
  /// The number of clusters *K*.
  public let clusters: Int
  /// The effective number of parameters, tr(H^-1 I) with the information I of the likelihood.
  public let effectiveParameters: Double
  /// The factor K / (K - 1 - p) of J, with the effective number p of parameters for each datum of a cluster.
  public let correction: Double
  /// The number of refits to resampled clusters, and of those whose search found no mode; zeros without resampling.
  public let refits: (count: Int, failed: Int)

  /// Whether two adjustments have the same mode, map and refits.
  public static func == (a: Self, b: Self) -> Bool {
    a.mode == b.mode && a.map == b.map && a.refits == b.refits
  }

  /// The draws with the covariance of the adjustment.
  ///
  /// - Parameters:
  ///   - posterior: The draws of a posterior of this density.
  ///   - density: The log density.
  ///   - key: The key for random numbers of the model that are not sites.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.missingValue` for a latent site without draws; `ModelError` from a run of the model.
  /// - Complexity: O(*D n*²) for *D* draws, and a run of the model for each.
  public func adjusted(
    _ posterior: Posterior, of density: LogDensity, key: RandomKey = RandomKey(0),
    pool: WorkPool = .automatic
  ) throws -> Posterior {
    let latent = try density.logJoint.unconstrained(posterior.draws, pool: pool)
    let x = concatenate(
      density.vector.sites.map { latent[$0.name].reshaped(to: [latent.count, -1]) }, along: 1)
    let mean = x.mean(along: [0], keepingDimensions: true)
    let map = Tensor(self.map.scalars, shape: [mode.count, mode.count])
    let moved = try density.posterior(
      of: density.logJoint.model, unconstrained: mean + matmul(x - mean, map.transposed()),
      chains: posterior.chains, statistics: posterior.statistics, key: key, pool: pool,
      origin: posterior.origin)
    let names = posterior.draws.names.filter { moved.draws.find($0) != nil }
    return try Posterior(
      Draws(count: moved.draws.count, sites: names.map { ($0, moved.draws[$0]) }),
      chains: posterior.chains, statistics: posterior.statistics, axes: moved.axes,
      origin: posterior.origin)
  }
}

/// The error of a posterior that cannot be adjusted for clusters.
public enum PosteriorAdjustmentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No mode of the posterior was found.
  case noMode
  /// Fewer clusters than the covariance of their scores needs.
  case tooFewClusters(Int, needed: Int)
  /// More unconstrained numbers than their Hessian is formed for.
  case tooLarge(count: Int, limit: Int)
  /// A model whose control flow reads values, which cannot be refitted fast.
  case notReplayable
  /// Too few refits that ended in a mode.
  case tooFewRefits(converged: Int, of: Int)
  /// Fewer draws than the covariance of the values that are adjusted needs.
  case tooFewDraws(Int, needed: Int)
  /// Draws of an approximation that cannot be trusted, whose moments say nothing of the posterior.
  case untrustedDraws(khat: Double)

  public var description: String {
    "\(finding); \(remedy)."
  }

  /// A description of the error without its remedy and without a full stop.
  private var finding: String {
    switch self {
    case .noMode:
      "no mode of the posterior was found, so that its draws cannot be adjusted"
    case .tooFewClusters(let count, let needed):
      "there are \(count) clusters of data, but an adjustment of the draws needs at least \(needed)"
    case .tooLarge(let count, let limit):
      "the posterior has \(count) unconstrained numbers, but draws of at most \(limit) can be adjusted"
    case .notReplayable:
      "the control flow of the model reads values, so that its draws cannot be adjusted"
    case .tooFewRefits(let converged, let count):
      "only \(converged) of \(count) refits to resampled clusters found a mode, where 20 and half of them are needed"
    case .tooFewDraws(let count, let needed):
      "there are \(count) draws, but their covariance needs at least \(needed)"
    case .untrustedDraws(let khat):
      String(format: "the draws are not those of the posterior: k-hat is %.2f, above 0.7", khat)
    }
  }

  /// The remedy in terms of the library, without a full stop.
  private var remedy: String {
    switch self {
    case .noMode: "state the dependence in the model"
    case .tooFewClusters: "take smaller clusters, or state the dependence in the model"
    case .tooLarge: "give a larger denseLimit, or state the dependence in the model"
    case .notReplayable: "choose between tensors with select(_:_:_:) in place of if"
    case .tooFewDraws: "take more draws"
    case .untrustedDraws: "draw from the posterior by Markov chains"
    case .tooFewRefits: "take the scores of the clusters, PosteriorAdjustment.sandwich"
    }
  }
}
