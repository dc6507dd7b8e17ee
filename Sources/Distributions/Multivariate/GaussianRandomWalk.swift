import Autodiff
import PPL
import Preconditions

/// The Gaussian random walk: cumulative sums of independent normal steps, from zero.
///
///     xₜ = xₜ₋₁ + eₜ,    eₜ ~ Normal(0, scale),    x₀ = 0
///
/// - Shape: batch is that of `scale`; event `[T]`, the steps.
/// - Units: `scale` has the units of `x`, for one step.
/// - Complexity: O(*T*).
public struct GaussianRandomWalk: HasMoments, HasEntropy, HasGaussianForm {
  /// The standard deviation of one step, in the units of `x`; batch shape.
  public let scale: Tensor
  /// The number of steps T, the size of the event.
  public let steps: Int

  /// A batch with one walk of `steps` steps for each element of `scale`.
  ///
  /// - Precondition: `steps` is positive.
  public init(_ scale: Tensor, steps: Int) {
    holds(steps > 0, "GaussianRandomWalk: steps is \(steps), but must be positive.")
    (self.scale, self.steps) = (scale, max(steps, 1))
  }

  public var parameters: [Parameter] { [.init("scale", scale, .positive)] }
  public var support: Support { .realVector }
  public var batchShape: [Int] { scale.shape }
  public var eventShape: [Int] { [steps] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.normal(shape + batchShape + eventShape).cumulativeSum() * scale.withEventAxes(1)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let start = Tensor.zeros(Array(x.shape.dropLast()) + [1])
    let before = concatenate([start, x[.ellipsis, .range(0..<steps - 1)]], along: -1)
    let distance = square((x - before) / scale.withEventAxes(1)).sum(along: [-1])
    return -0.5 * distance - count * (log(scale) + Tensor(Constant.halfLogTwoPi))
  }

  public var mean: Tensor { .zeros(shape) }
  public var variance: Tensor { square(scale).withEventAxes(1) * (1 + .arange(steps)) }
  public var entropy: Tensor { count * (log(scale) + Tensor(Constant.halfLogTwoPi + 0.5)) }

  private var count: Tensor { Tensor(Double(steps)) }
}
