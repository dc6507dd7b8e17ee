import Autodiff
import PPL

/// The half-normal distribution: the absolute value of a normal variable with mean zero, a common prior of scales.
///
///     p(x) = 2 Normal(x; 0, scale),    x ≥ 0
///
/// - Shape: batch is that of `scale`; event `[]`.
/// - Units: `scale` has the units of `x`.
public struct HalfNormal: HasQuantiles, HasMoments, HasEntropy {
  /// The standard deviation of the normal distribution that is folded, in the units of `x`; batch shape.
  public let scale: Tensor

  /// A batch with one distribution for each element of `scale`.
  public init(_ scale: Tensor) { self.scale = scale }

  public var parameters: [Parameter] { [.init("scale", scale, .positive)] }
  public var support: Support { .nonNegative }
  public var batchShape: [Int] { scale.shape }
  private var unfolded: Normal { Normal(0, scale) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    abs(unfolded.sample(shape, key: key))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .>= 0, x, safe: 1) { unfolded.logProb($0) + Tensor(Constant.logTwo) }
  }

  public func cdf(_ x: Tensor) -> Tensor { erf(maximum(x, 0) / scale * Tensor(0.5.squareRoot())) }
  public func icdf(_ p: Tensor) -> Tensor {
    onProbability(p) { scale * Tensor(2.0.squareRoot()) * erfInverse($0) }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let z = maximum(x, 0) / scale * Tensor(0.5.squareRoot())
    return Distributions.logProbability(erf(z), rest: erfc(z))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onNearerTail(
      logProbability, own: { icdf(exp($0)) }, other: { -scale * normalQuantile(0.5 * $0) })
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let isFar = x .> scale
    let far = unfolded.logSurvival(select(isFar, x, scale)) + Tensor(Constant.logTwo)
    return select(isFar, far, log1p(-cdf(select(isFar, scale, x))))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onNearerTail(
      logProbability, own: { unfolded.icdf(logSurvival: $0 - Tensor(Constant.logTwo)) },
      other: icdf(_:))
  }

  public var mean: Tensor { scale * Tensor((2 / Double.pi).squareRoot()) }
  public var variance: Tensor { square(scale) * Tensor(1 - 2 / Double.pi) }
  public var entropy: Tensor { unfolded.entropy - Tensor(Constant.logTwo) }
}
