import Autodiff
import PPL
import Preconditions

/// The improper uniform (flat) prior: a log density of zero everywhere on a support. It is not a probability
/// distribution.
///
///     p.sample("level", ImproperUniform(.real))
///     p.sample("cuts", ImproperUniform(.orderedVector, eventShape: [3]))
///
/// The posterior is proper only if the data make it so; a Bayes factor never is.
///
/// - Reference: Gelman et al. (2013), *Bayesian Data Analysis*, §2.8.
public struct ImproperUniform: Distribution {
  public let support: Support
  public let batchShape, eventShape: [Int]

  /// A flat prior on a support.
  ///
  /// - Parameters:
  ///   - support: The set where the log density is zero; its events fit into `eventShape`.
  ///   - batchShape: The shape of the batch.
  ///   - eventShape: The shape of one event.
  /// - Precondition: `eventShape` has at least as many dimensions as the events of `support`.
  public init(_ support: Support, batchShape: [Int] = [], eventShape: [Int] = []) {
    let rank = eventShape.count - support.eventRank
    holds(
      rank >= 0,
      "ImproperUniform: a support that is \(support) needs events of \(support.eventRank) "
        + "dimensions, not \(eventShape).")
    self.support = .independent(support, max(rank, 0))
    (self.batchShape, self.eventShape) = (batchShape, eventShape)
  }

  public var parameters: [Parameter] { [] }

  /// Starting points, uniform on (-2, 2) in unconstrained space, because there is no distribution to draw from.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let transform = biject(to: support)
    let unconstrained = transform.inverseShape(shape + batchShape + eventShape)
    return transform(key.uniform(unconstrained, in: -2..<2))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let isInside = support.contains(x)
    let shape = broadcastShapes([isInside.shape, batchShape]) ?? isInside.shape
    return select(isInside, 0, Tensor(-.infinity)).broadcast(to: shape)
  }
}
