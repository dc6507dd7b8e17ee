import Autodiff
import PPL
import Preconditions

/// The zero-sum normal distribution: normal effects that sum to zero along each of their axes.
///
///     y = Q u,    u ~ Normal(0, scale) independently,    Q the isometry of `ZeroSumTransform`
///
/// It is the distribution of normal effects given that their sum is zero, without the redundant effect that a
/// model with an intercept cannot identify.
///
/// - Shape: batch is that of `scale`; the event is the given one, of one or more axes.
/// - Units: `scale` has the units of `y`.
/// - Reference: PyMC's and NumPyro's `ZeroSumNormal`.
public struct ZeroSumNormal: HasMoments, HasEntropy, HasGaussianForm {
  /// The standard deviation before the means are subtracted, in the units of `y`; batch shape.
  public let scale: Tensor
  public let eventShape: [Int]

  /// A batch with one distribution of effects of the given event shape for each element of `scale`.
  ///
  /// - Precondition: `shape` has at least one axis, and each has at least 2 elements.
  public init(_ scale: Tensor, shape: [Int]) {
    holds(
      !shape.isEmpty && shape.allSatisfy { $0 >= 2 },
      "ZeroSumNormal: each axis of shape \(shape) must have at least 2 elements, and there must be one."
    )
    (self.scale, eventShape) = (scale, shape)
  }

  public var parameters: [Parameter] { [.init("scale", scale, .positive)] }
  public var support: Support { .zeroSum(rank) }
  public var batchShape: [Int] { scale.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let free = key.normal(shape + batchShape + eventShape.map { $0 - 1 })
    return ZeroSumTransform(rank: rank)(scale.withEventAxes(rank) * free)
  }

  public func logProb(_ y: Tensor) -> Tensor {
    onSupport(support, y) { y in
      let z = ZeroSumTransform(rank: rank).inverse(y) / scale.withEventAxes(rank)
      let distance = square(z).sum(along: Array(-rank..<0))
      return -0.5 * distance - count * (log(scale) + Tensor(Constant.halfLogTwoPi))
    }
  }

  public var mean: Tensor { .zeros(shape) }
  public var variance: Tensor {
    let share = eventShape.reduce(1.0) { $0 * (1 - 1 / Double($1)) }
    return (square(scale) * Tensor(share)).withEventAxes(rank).broadcast(to: shape)
  }
  /// The entropy in nats, with respect to the volume of the subspace of zero sums.
  public var entropy: Tensor { count * (log(scale) + Tensor(Constant.halfLogTwoPi + 0.5)) }

  private var rank: Int { eventShape.count }
  /// The number of free effects.
  private var count: Tensor { Tensor(eventShape.reduce(1.0) { $0 * Double($1 - 1) }) }
}
