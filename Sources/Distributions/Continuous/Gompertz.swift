import Autodiff
import PPL

/// The Gompertz distribution of lifetimes: the hazard grows exponentially, as that of adults does.
///
///     p(x) = shape rate exp(rate x - shape (exp(rate x) - 1)),    x > 0
///
/// - Shape: batch is `shape` and `rate` broadcast together; event `[]`.
/// - Units: `shape` has none, `rate` is one over the units of `x`.
/// - Reference: Lenart (2014), *The moments of the Gompertz distribution and maximum likelihood
///   estimation of its parameters*, eq. (1).
public struct Gompertz: HasQuantiles, HasMoments {
  /// Shape without units and rate per unit of `x`; batch shape each.
  public let shape, rate: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `shape` and `rate`, whose shapes must broadcast.
  public init(shape: Tensor, rate: Tensor) {
    (self.shape, self.rate) = (shape, rate)
    batchShape = Distributions.batchShape(
      of: "Gompertz", ["shape": shape.shape, "rate": rate.shape])
  }

  public var parameters: [Parameter] {
    [.init("shape", shape, .positive), .init("rate", rate, .positive)]
  }
  public var support: Support { .positive }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    quantile(logSurvival: log1p(-key.innerUniform(shape + batchShape)))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    // Beyond this exp(rate x) is not finite, and the density is 0.
    let isFinite = rate * x .< 700
    return onSupport((x .> 0) .& isFinite, x, safe: 1 / rate) { x in
      let aged = rate * x
      return log(shape) + log(rate) + aged - shape * expm1(aged)
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(logSurvival(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: atZero, upper: atOne) { quantile(logSurvival: log1p(-$0)) }
  }
  /// The quantile of a probability `t` near 0 below it.
  private func atZero(_ t: Tensor) -> Tensor { t / (shape * rate) }
  /// The limit of the quantile for a probability `t` near 0 above it.
  private func atOne(_ t: Tensor) -> Tensor { -(log(t) + log(shape)) / rate }
  public func logCDF(_ x: Tensor) -> Tensor {
    let isBeyond = rate * x .> 700
    let inner = onSupport((x .> 0) .& not(isBeyond), x, safe: 1 / rate) { x in
      let aged = rate * x
      let logHazard = log(shape) + log(rate) + log(x) + log(expm1Ratio(aged))
      return Distributions.logCDF(hazard: shape * expm1(aged), logHazard: logHazard)
    }
    return keepingNaN(of: x, select(isBeyond, 0, inner))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in 0 }, upper: atOne) {
      let logRatio = logHazard(logCDF: $0) - log(shape)
      // Below this log1p(ratio) is the ratio, which may underflow.
      let isSmall = logRatio .< -40
      let small = exp(select(isSmall, logRatio, -40) - log(rate))
      return select(isSmall, small, log1p(exp(select(isSmall, 0, logRatio))) / rate)
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let aged = rate * maximum(x, 0)
    let isBeyond = aged .> 700
    return select(isBeyond, Tensor(-.infinity), -shape * expm1(select(isBeyond, 0, aged)))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { (log(-$0) - log(shape)) / rate }, upper: atZero, quantile)
  }
  private func quantile(logSurvival l: Tensor) -> Tensor { log1p(-l / shape) / rate }

  /// The mean, `exp(shape) E₁(shape) / rate`, by quadrature.
  public var mean: Tensor { expectation(aged) / rate }
  /// The variance by quadrature of the squared distance from the mean.
  public var variance: Tensor {
    let center = expectation(aged).expandingDimension(at: batchShape.count)
    return expectation(square(aged - center)) / rate / rate
  }

  /// The values `log(1 + E / shape)` at the nodes of a standard exponential `E`: the rate times a draw is such a
  /// logarithm.
  private var aged: Tensor {
    let column = shape.broadcast(to: batchShape).expandingDimension(at: batchShape.count)
    return log1p(ExponentialQuadrature.nodes / column)
  }

  private func expectation(_ values: Tensor) -> Tensor {
    (values * ExponentialQuadrature.weights).sum(along: [-1])
  }
}
