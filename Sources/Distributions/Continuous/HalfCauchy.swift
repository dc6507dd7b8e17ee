import Autodiff
import PPL

/// The size of a Cauchy quantity about zero, a prior for scales that may be large.
///
///     p(x) = 2 / (π scale (1 + (x / scale)²)),    x ≥ 0
///
/// - Shape: batch is that of `scale`; event `[]`.
/// - Units: `scale` has the units of `x`.
public struct HalfCauchy: CumulativeDistribution, Moments, HasEntropy {
  /// The median, in the units of `x`.
  public let scale: Tensor

  /// One law for each element of `scale`.
  public init(_ scale: Tensor) { self.scale = scale }

  public var parameters: [Parameter] { [.init("scale", scale, .positive)] }
  public var support: Support { .nonNegative }
  public var batchShape: [Int] { scale.shape }
  private var unfolded: Cauchy { Cauchy(0, scale) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    abs(unfolded.sample(shape, key: key))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .>= 0, x, safe: 1) { unfolded.logProb($0) + Tensor(Constant.logTwo) }
  }

  public func cdf(_ x: Tensor) -> Tensor { 2 * unfolded.cdf(maximum(x, 0)) - 1 }

  public func icdf(_ p: Tensor) -> Tensor {
    let angle = Tensor(0.5 * .pi) * p
    return scale * sin(angle) / cos(angle)
  }

  /// `2 / π atan(scale / x)`, without a difference.
  public func logSurvival(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    let tail = Tensor(2 / Double.pi) * atan(scale / select(isOutside, scale, x))
    return select(isOutside, 0, log(tail))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    let angle = Tensor(0.5 * .pi) * exp(logProbability)
    return scale * cos(angle) / sin(angle)
  }

  public var mean: Tensor { .full(.infinity, batchShape) }
  public var variance: Tensor { .full(.infinity, batchShape) }
  public var entropy: Tensor { unfolded.entropy - Tensor(Constant.logTwo) }
}
