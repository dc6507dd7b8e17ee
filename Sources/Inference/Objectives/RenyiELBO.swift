import Foundation
import PPL
import Parallel

/// The Rényi bound, which tightens with the number of particles.
///
///     loss = -1 / (1 - alpha) log mean over draws of (p(value, data) / q(value))^(1 - alpha)
///
/// At `alpha = 0` it is the importance-weighted bound of IWAE; towards 1 it becomes `TraceELBO`. The gradient of each
/// draw's log ratio is weighted by its share in the mean.
///
/// - Reference: Li and Turner (2016), *Rényi divergence variational inference*, eq. (11); Burda, Grosse, Salakhutdinov
///   (2016), *Importance weighted autoencoders*, eq. (8). NumPyro's `RenyiELBO` takes the mean inside each plate;
///   here it is over whole draws.
public struct RenyiELBO: ELBO {
  /// The order of the divergence; 0 gives the importance-weighted bound.
  public let alpha: Double
  public let particles: Int
  public let pool: WorkPool

  /// The bound with a finite `alpha` other than 1 and a positive number of particles; `validate()` throws for others.
  public init(alpha: Double = 0, particles: Int = 2, pool: WorkPool = .serial) {
    (self.alpha, self.particles, self.pool) = (alpha, particles, pool)
  }

  public func validate() throws(InferenceError) {
    try demand(
      alpha != 1 && alpha.isFinite, of: "RenyiELBO", "alpha is \(alpha)",
      "must be a number other than 1; TraceELBO is its limit")
    try validateCounts()
  }

  public func combined(_ losses: [Double]) -> (value: Double, weights: [Double])? {
    let powers = losses.map { -(1 - alpha) * $0 }
    guard let largest = powers.max(), largest.isFinite else {
      // All draws have density 0, and the bound is infinite.
      return nil
    }
    let shares = powers.map { Foundation.exp($0 - largest) }
    let sum = shares.reduce(0, +)
    let value = -(largest + Foundation.log(sum / Double(losses.count))) / (1 - alpha)
    return (value, shares.map { $0 / sum })
  }
}
