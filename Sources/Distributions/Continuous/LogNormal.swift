import Autodiff
import PPL

/// The log-normal distribution: a positive variable whose logarithm is normal.
///
///     log x ~ Normal(location, scale),    p(x) = Normal(log x; location, scale) / x
///
/// A draw keeps its logarithm, so that its density needs no logarithm of an exponential.
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` are those of `log x`.
public struct LogNormal: TransformedDistribution, HasQuantiles, HasMoments, HasEntropy {
  private let logarithm: Normal

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) { logarithm = Normal(location, scale) }

  /// The mean of `log x`; batch shape.
  public var location: Tensor { logarithm.mean }
  /// The standard deviation of `log x`; batch shape.
  public var scale: Tensor { logarithm.deviation }
  /// The distribution of the logarithm.
  public var base: any Distribution { logarithm }
  public var transforms: [any Transform] { [ExpTransform()] }
  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .positive }
  public var batchShape: [Int] { logarithm.batchShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    insidePositive(exp(logarithm.sample(shape, key: key)))
  }

  public func draw(_ shape: [Int], key: RandomKey) -> Draw {
    let base = logarithm.sample(shape, key: key)
    return Draw(value: insidePositive(exp(base)), base: base)
  }

  public func logProb(of draw: Draw) -> Tensor {
    guard let base = draw.base else { return logProb(draw.value) }
    return logarithm.logProb(base) - base
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .> 0, x, safe: 1) { x in
      let logX = log(x)
      return logarithm.logProb(logX) - logX
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    return select(isOutside, 0, logarithm.cdf(log(select(isOutside, 1, x))))
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: steep, upper: { exp(location - scale * log($0)) }
    ) { exp(logarithm.icdf($0)) }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    return select(isOutside, Tensor(-.infinity), logarithm.logCDF(log(select(isOutside, 1, x))))
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    return select(isOutside, 0, logarithm.logSurvival(log(select(isOutside, 1, x))))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { exp(location - scale * log($0)) }
    ) { exp(logarithm.icdf(logCDF: $0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { exp(location - scale * $0) }, upper: steep
    ) { exp(logarithm.icdf(logSurvival: $0)) }
  }

  public var mean: Tensor { exp(location + 0.5 * square(scale)) }
  public var variance: Tensor { expm1(square(scale)) * square(mean) }
  public var entropy: Tensor { logarithm.entropy + location }
}
