import Autodiff
import PPL

/// The half-Cauchy distribution: the absolute value of a Cauchy variable centred at 0, a heavy-tailed prior of scales.
///
///     p(x) = 2 / (π scale (1 + (x / scale)²)),    x ≥ 0
///
/// - Shape: batch is that of `scale`; event `[]`.
/// - Units: `scale` has the units of `x`.
public struct HalfCauchy: HasQuantiles, HasMoments, HasEntropy {
  /// The median, in the units of `x`; batch shape.
  public let scale: Tensor

  /// A batch with one distribution for each element of `scale`.
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

  public func cdf(_ x: Tensor) -> Tensor {
    let (below, beyond, isFar) = parts(x)
    return select(isFar, 1 - beyond, below)
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { scale * (Tensor(0.5 * .pi) * $0) }, upper: { scale * reciprocal($0) }
    ) { quantile(below: $0, beyond: 1 - $0) }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (below, beyond, isFar) = parts(x)
    return select(isFar, log1p(-beyond), logOrNothing(below))
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (below, beyond, isFar) = parts(x)
    return select(isFar, logOrNothing(beyond), log1p(-below))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { scale * reciprocal($0) }
    ) { quantile(below: exp($0), beyond: -expm1($0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { scale * exp(-$0) },
      upper: { scale * (Tensor(0.5 * .pi) * $0) }
    ) { quantile(below: -expm1($0), beyond: exp($0)) }
  }

  /// The probability below `x` up to the median, and the probability beyond `x` from there on.
  private func parts(_ x: Tensor) -> (below: Tensor, beyond: Tensor, isFar: Tensor) {
    let z = maximum(x, 0) / scale
    let isFar = z .> 1
    let below = atan(select(isFar, 1, z)) * Tensor(2 / .pi)
    let beyond = atan(reciprocal(select(isFar, z, 1))) * Tensor(2 / .pi)
    return (below, beyond, isFar)
  }

  private func quantile(below: Tensor, beyond: Tensor) -> Tensor {
    scale * cauchyQuantile(fromMedian: 0.5 * below, tail: 0.5 * beyond)
  }

  public var mean: Tensor { .full(.infinity, batchShape) }
  public var variance: Tensor { .full(.infinity, batchShape) }
  public var entropy: Tensor { unfolded.entropy - Tensor(Constant.logTwo) }
}
