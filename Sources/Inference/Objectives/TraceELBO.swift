import PPL
import Parallel

/// The negative evidence lower bound by reparameterized draws from the guide.
///
///     loss = -mean over draws of ( log p(value, data) - log q(value) )
///
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*, eq. (5); keys as NumPyro's
///   `Trace_ELBO`.
public struct TraceELBO: ELBO {
  /// The number of draws that a step averages.
  public let particles: Int
  /// The number of equal parts into which the rows of subsampled plates are divided; 1 leaves them together.
  ///
  ///     p.plate("row", 160_000, subsampleSize: 2_500) { p, rows in … }
  ///     SVI(model, guide: guide, optimizer: Adam(), loss: TraceELBO(shards: 5, pool: WorkPool(2)))
  ///
  /// The loss of a shard is that of the whole plate, estimated from its rows, and the step takes the mean over shards: sites
  /// outside the plates count once, and the rows of the minibatch are those of an undivided one. If no site inside the plates
  /// is drawn, loss and gradient equal the undivided ones up to rounding; sites inside draw with keys of the shard, and
  /// `randomKey` gives all shards the same key. Shards save time, even on one thread, if the arrays of a whole minibatch do
  /// not fit into the second-level cache.
  public let shards: Int
  /// The threads that share particles and shards, useful if each takes tens of microseconds or more. Results do not depend on
  /// their number.
  public let pool: WorkPool

  /// The bound by a positive number of particles a step, with the rows of subsampled plates in a positive number of shards;
  /// `validate()` throws for others.
  public init(particles: Int = 1, shards: Int = 1, pool: WorkPool = .serial) {
    (self.particles, self.shards, self.pool) = (particles, shards, pool)
  }
}
