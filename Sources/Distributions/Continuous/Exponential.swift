import Autodiff
import PPL

/// The exponential distribution: the waiting time for an event with a constant rate.
///
///     p(x) = rate exp(-rate x),    x ≥ 0
///
/// - Shape: batch is that of `rate`; event `[]`.
/// - Units: `rate` is one over the units of `x`.
public struct Exponential: SpecialCase, HasMoments {
  /// Expected events per unit of `x`, the reciprocal of the mean; batch shape.
  public let rate: Tensor

  /// A batch with one distribution for each element of `rate`.
  public init(rate: Tensor) { self.rate = rate }

  var general: Gamma { Gamma(shape: 1, rate: rate) }
  public var parameters: [Parameter] { [.init("rate", rate, .positive)] }
  public var support: Support { .nonNegative }
  public var batchShape: [Int] { rate.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.exponential(shape + batchShape) / rate
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .>= 0, x, safe: 1) { log(rate) - rate * $0 }
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(-rate * maximum(x, 0)) }
  public func icdf(_ p: Tensor) -> Tensor { icdf(logSurvival: log1p(-p)) }

  public func logCDF(_ x: Tensor) -> Tensor {
    let inner = onSupport(x .> 0, x, safe: 1) {
      Distributions.logCDF(hazard: rate * $0, logHazard: log(rate) + log($0))
    }
    return keepingNaN(of: x, inner)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in 0 }, upper: { -log($0) / rate }) {
      exp(logHazard(logCDF: $0) - log(rate))
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor { -rate * maximum(x, 0) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onLogProbability(logProbability) { -$0 / rate }
  }

  public var mean: Tensor { reciprocal(rate) }
  public var variance: Tensor { square(reciprocal(rate)) }
  public var entropy: Tensor { 1 - log(rate) }
}
