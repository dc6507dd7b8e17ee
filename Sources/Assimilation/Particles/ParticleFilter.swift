import Autodiff
import Foundation
import LinearAlgebra

/// The bootstrap particle filter: particles advanced by the model, with weights by the likelihood of the observations, and
/// resampled when they are effectively few.
///
///     w_k becomes proportional to w_k exp(-(y - H x_k)ᵀ R⁻¹ (y - H x_k) / 2)
///
/// Copies of a particle need noise to separate: that of the model, or a jitter, whose covariance is that of the particles
/// times jitter² N^(-2/(n + 4)), the bandwidth of a kernel density. Particles that are resampled once stay as they are.
///
/// - Reference: Gordon, Salmond and Smith (1993), *Novel approach to nonlinear/non-Gaussian Bayesian state estimation*;
///   Musso, Oudjane and Le Gland (2001), *Improving regularised particle filters*, for the jitter.
public struct ParticleFilter: WeightedFilter {
  public let members: Int
  public let resampling: Resampling
  public let threshold: Double
  public let jitter: Double

  /// A filter with this number of particles.
  ///
  /// - Parameters:
  ///   - members: The number of particles N, at least 2.
  ///   - resampling: The scheme of resampling.
  ///   - threshold: The effective number of particles, over N, up to which they are resampled.
  ///   - jitter: The strength of the noise of copies; 0 for a model whose own errors separate them.
  public init(
    members: Int, resampling: Resampling = .systematic, threshold: Double = 0.5, jitter: Double = 0
  ) {
    (self.members, self.resampling) = (members, resampling)
    (self.threshold, self.jitter) = (threshold, jitter)
  }

  public var name: String { "Particle filter" }

  /// Multiplies the weights by the likelihoods, and resamples.
  ///
  /// - Throws: `AnalysisError`, also for exact observations; `FilterError.missing` for a state of another filter;
  ///   `FilterError.noLikelihood`.
  /// - Complexity: O(N (p + n) + n³).
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    guard let (seen, particles, weights) = try prepared(state, observations) else { return nil }
    let innovations = Innovations(of: state, self, seen)
    var logWeights = weights.map { log($0) }
    for k in logWeights.indices {
      for (j, point) in seen.points.enumerated() {
        let difference = seen.values[j] - particles[k, point]
        logWeights[k] -= difference * difference / (2 * seen.variances[j])
      }
    }
    var analysed = state
    try finish(&analysed, particles, logWeights: logWeights, key: key)
    state = analysed
    return innovations
  }
}
