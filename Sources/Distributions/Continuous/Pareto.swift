import Autodiff
import PPL

/// The Pareto distribution: sizes above a threshold with a tail that falls like a power, such as wealth.
///
///     p(x) = shape scale^shape / x^(shape + 1),    x > scale
///
/// - Shape: batch is `scale` and `shape` broadcast together; event `[]`.
/// - Units: `scale` has the units of `x`, `shape` none.
/// - Reference: Johnson, Kotz and Balakrishnan (1994), *Continuous Univariate Distributions* 1, ch. 20.
public struct Pareto: HasQuantiles, HasMoments, HasEntropy {
  /// The lower end `scale` in the units of `x`, and the tail index `shape`; batch shape each.
  public let scale, shape: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `scale` and `shape`, whose shapes must broadcast.
  public init(scale: Tensor, shape: Tensor) {
    (self.scale, self.shape) = (scale, shape)
    batchShape = Distributions.batchShape(
      of: "Pareto", ["scale": scale.shape, "shape": shape.shape])
  }

  public var parameters: [Parameter] {
    [.init("scale", scale, .positive), .init("shape", shape, .positive)]
  }
  public var support: Support { .greaterThan(scale) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let draws = insidePositive(scale * exp(key.exponential(shape + batchShape) / self.shape))
    return maximum(draws, scale * Tensor(1.0.nextUp))  // rounding must not reach the lower end
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .> scale, x, safe: 2 * scale) { x in
      let logX = log(x)
      return log(shape) + shape * (log(scale) - logX) - logX
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(logSurvival(x)) }
  public func icdf(_ p: Tensor) -> Tensor { icdf(logSurvival: log1p(-p)) }
  public func logCDF(_ x: Tensor) -> Tensor {
    let inner = onSupport(x .> scale, x, safe: 2 * scale) {
      let growth = logRatio($0, scale)
      return Distributions.logCDF(hazard: shape * growth, logHazard: log(shape) + log(growth))
    }
    return keepingNaN(of: x, inner)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    icdf(logSurvival: logOneMinusExp(logProbability))
  }
  public func logSurvival(_ x: Tensor) -> Tensor { -shape * logRatio(maximum(x, scale), scale) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onLogProbability(logProbability) { scale * exp(-$0 / shape) }
  }

  /// The mean; infinite for shapes up to 1.
  public var mean: Tensor {
    let exists = shape .> 1
    let a = select(exists, shape, 2)
    return select(exists, a * scale / (a - 1), Tensor(.infinity))
  }

  /// The variance; infinite for shapes up to 2.
  public var variance: Tensor {
    let exists = shape .> 2
    let a = select(exists, shape, 3)
    return select(exists, square(scale / (a - 1)) * a / (a - 2), Tensor(.infinity))
  }

  public var entropy: Tensor { log(scale / shape) + 1 + reciprocal(shape) }
}
