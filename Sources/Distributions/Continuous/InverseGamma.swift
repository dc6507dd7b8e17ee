import Autodiff
import PPL

/// The inverse gamma distribution: the reciprocal of a gamma variable, the conjugate prior of a normal variance.
///
///     p(x) = rate^shape x^(-shape - 1) exp(-rate / x) / Γ(shape),    x > 0
///
/// - Shape: batch is `shape` and `rate` broadcast together; event `[]`.
/// - Units: `shape` has none, `rate` shares the units of `x`.
public struct InverseGamma: HasQuantiles, HasMoments, HasEntropy {
  private let inverse: Gamma

  /// A batch with one distribution for each element of `shape` and `rate`, whose shapes must broadcast.
  public init(shape: Tensor, rate: Tensor) { inverse = Gamma(shape: shape, rate: rate) }

  /// The tail index, without units: moments of lower order exist; batch shape.
  public var shape: Tensor { inverse.shape }
  /// The rate of the gamma distribution of `1 / x`, in the units of `x`; batch shape.
  public var rate: Tensor { inverse.rate }
  public var parameters: [Parameter] { inverse.parameters }
  public var support: Support { .positive }
  public var batchShape: [Int] { inverse.batchShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    reciprocal(inverse.sample(shape, key: key))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .> 0, x, safe: 1) {
      let logX = log($0)
      return logStandardGamma(shape, rate / $0, log: log(rate) - logX) - logX
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { exp(logCDF(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { steep($0) }, upper: { rate * inversePower($0, shape: shape) }
    ) { icdf(logCDF: log($0)) }
  }
  public func logCDF(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    let inner = inverse.logSurvival(reciprocal(select(isOutside, 1, x)))
    return select(isOutside, Tensor(-.infinity), inner)
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    return select(isOutside, 0, inverse.logCDF(reciprocal(select(isOutside, 1, x))))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { rate * inversePower($0, shape: shape) }
    ) { reciprocal(inverse.icdf(logSurvival: $0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { rate * exp(-$0 / shape) }, upper: steep
    ) { reciprocal(inverse.icdf(logCDF: $0)) }
  }

  /// The mean; infinite for shapes up to 1.
  public var mean: Tensor {
    let exists = shape .> 1
    return select(exists, rate / (select(exists, shape, 2) - 1), Tensor(.infinity))
  }

  /// The variance; infinite for shapes up to 2.
  public var variance: Tensor {
    let exists = shape .> 2
    let a = select(exists, shape, 3)
    return select(exists, square(rate / (a - 1)) / (a - 2), Tensor(.infinity))
  }

  public var entropy: Tensor { logGammaTangent(shape) - digamma(shape) + log(rate) }
}
