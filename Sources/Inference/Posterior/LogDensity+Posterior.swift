import PPL
import Parallel

extension LogDensity {
  /// The posterior of unconstrained draws, mapped onto the supports, with every deterministic site computed for each.
  ///
  /// - Parameters:
  ///   - model: The model with its data.
  ///   - unconstrained: The draws `[C S, n]`, those of the first chain first.
  ///   - chains: The number of chains C.
  ///   - statistics: The numbers of each draw; none if nil.
  ///   - key: The key for random numbers of the model that are not sites.
  ///   - pool: The threads that share the draws.
  ///   - origin: The algorithm and the settings that made the draws.
  func posterior(
    of model: Model<Void>, unconstrained: Tensor, chains: Int = 1, statistics: Draws? = nil,
    key: RandomKey, pool: WorkPool, origin: Posterior.Origin
  ) throws -> Posterior {
    let latent = try Draws.mapped(
      Draws(count: unconstrained.shape[0], sites: [("x", unconstrained)]), pool: pool
    ) { _, values in
      let constrained = try logJoint.constrained(vector.named(values["x"] ?? Tensor([])))
      return vector.sites.compactMap { site in
        constrained[site.name].map { (site.name, $0) }
      }
    }
    return try Posterior(
      of: model, latent: latent, chains: chains, statistics: statistics, key: key, pool: pool,
      origin: origin)
  }
}
