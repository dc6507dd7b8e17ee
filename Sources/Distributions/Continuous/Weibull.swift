import Autodiff
import PPL

/// The Weibull distribution: a lifetime whose hazard is a power of its age, also used for wind speeds.
///
///     p(x) = shape / x z^shape exp(-z^shape),    z = x / scale,    x > 0
///
/// - Shape: batch is `scale` and `shape` broadcast together; event `[]`.
/// - Units: `scale` has the units of `x`, `shape` none.
/// - Reference: Johnson, Kotz and Balakrishnan (1994), *Continuous Univariate Distributions* 1, ch. 21.
public struct Weibull: HasQuantiles, HasMoments, HasEntropy {
  /// Scale in the units of `x` and shape, below 1 for a hazard that falls; batch shape each.
  public let scale, shape: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `scale` and `shape`, whose shapes must broadcast.
  public init(scale: Tensor, shape: Tensor) {
    (self.scale, self.shape) = (scale, shape)
    batchShape = Distributions.batchShape(
      of: "Weibull", ["scale": scale.shape, "shape": shape.shape])
  }

  public var parameters: [Parameter] {
    [.init("scale", scale, .positive), .init("shape", shape, .positive)]
  }
  public var support: Support { .positive }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    insidePositive(quantile(logHazard: log(-log1p(-key.innerUniform(shape + batchShape)))))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let (logHazard, isFinite) = logCumulativeHazard(x)
    let logX = log(select(isFinite, x, scale))
    let inner = log(shape) + logHazard - logX - exp(logHazard)
    return select(isFinite, inner, Tensor(-.infinity))
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(logSurvival(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: power, upper: { scale * inversePower($0, shape: shape) }) {
      quantile(logHazard: log(-log1p(-$0)))
    }
  }
  public func logCDF(_ x: Tensor) -> Tensor {
    let (h, isFinite) = logCumulativeHazard(x)
    let outside = select(x .> 0, 0, Tensor(-.infinity))
    let inner = Distributions.logCDF(hazard: exp(h), logHazard: h)
    return keepingNaN(of: x, select(isFinite, inner, outside))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { scale * inversePower($0, shape: shape) }
    ) { quantile(logHazard: logHazard(logCDF: $0)) }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (logHazard, isFinite) = logCumulativeHazard(x)
    let outside = select(x .> 0, Tensor(-.infinity), 0)
    return keepingNaN(of: x, select(isFinite, -exp(logHazard), outside))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { power(-$0) }, upper: power) {
      quantile(logHazard: log(-$0))
    }
  }
  private func quantile(logHazard: Tensor) -> Tensor { scale * exp(logHazard / shape) }
  /// The quantile of the cumulative hazard, or of a probability near 0.
  private func power(_ hazard: Tensor) -> Tensor { scale * pow(hazard, reciprocal(shape)) }

  public var mean: Tensor { scale * exp(logGamma(1 + reciprocal(shape))) }
  public var variance: Tensor {
    let step = reciprocal(shape)
    return square(mean) * expm1(square(step) * gammaCurvature(0, 1, step: step))
  }
  public var entropy: Tensor {
    Tensor(Constant.eulerGamma) * (1 - reciprocal(shape)) + log(scale / shape) + 1
  }

  /// The log cumulative hazard `shape log(x / scale)`, and whether `x` is positive and the hazard finite.
  private func logCumulativeHazard(_ x: Tensor) -> (value: Tensor, isFinite: Tensor) {
    let isPositive = x .> 0
    let value = shape * logRatio(select(isPositive, x, scale), scale)
    let isFinite = isPositive .& (value .< 700)
    return (select(isFinite, value, 0), isFinite)
  }
}
