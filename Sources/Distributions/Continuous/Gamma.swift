import Autodiff
import PPL

/// The gamma distribution on the positive numbers: for a whole `shape`, the waiting time for that many events.
///
///     p(x) = rate^shape x^(shape - 1) exp(-rate x) / Γ(shape),    x > 0
///
/// - Shape: batch is `shape` and `rate` broadcast together; event `[]`.
/// - Units: `shape` has none, `rate` is one over the units of `x`.
/// - Reference: draws by Marsaglia & Tsang (2000), *A simple method for generating gamma variables*.
public struct Gamma: HasQuantiles, HasMoments, HasEntropy {
  /// Shape without units and rate per unit of `x`; the mean is their quotient; batch shape each.
  public let shape, rate: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `shape` and `rate`, whose shapes must broadcast.
  public init(shape: Tensor, rate: Tensor) {
    (self.shape, self.rate) = (shape, rate)
    batchShape = Distributions.batchShape(
      of: "Gamma", ["shape": shape.shape, "rate": rate.shape])
  }

  public var parameters: [Parameter] {
    [.init("shape", shape, .positive), .init("rate", rate, .positive)]
  }
  public var support: Support { .positive }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    insidePositive(key.gamma(shape + batchShape, alpha: self.shape) / rate)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .> 0) .& (x .< Tensor(.infinity)), x, safe: 1) {
      let logX = log($0)
      return logStandardGamma(shape, rate * $0, log: log(rate) + logX) - logX
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    return select(isOutside, 0, regularizedGammaP(shape, rate * select(isOutside, 1, x)))
  }
  public func icdf(_ p: Tensor) -> Tensor { regularizedGammaPInverse(shape, p) / rate }
  public func logCDF(_ x: Tensor) -> Tensor { logRegularizedGammaP(shape, rate * maximum(x, 0)) }
  public func logSurvival(_ x: Tensor) -> Tensor {
    logRegularizedGammaQ(shape, rate * maximum(x, 0))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    regularizedGammaPInverse(shape, log: logProbability) / rate
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    regularizedGammaQInverse(shape, log: logProbability) / rate
  }

  public var mean: Tensor { shape / rate }
  public var variance: Tensor { shape / rate / rate }
  public var entropy: Tensor { logGammaTangent(shape) + digamma(shape) - log(rate) }
}
