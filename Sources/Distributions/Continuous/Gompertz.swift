import Autodiff
import PPL

/// A lifetime whose hazard grows exponentially, as that of adults does.
///
///     p(x) = shape rate exp(rate x - shape (exp(rate x) - 1)),    x > 0
///
/// - Shape: batch is `shape` and `rate` broadcast together; event `[]`.
/// - Units: `shape` has none, `rate` is one over the units of `x`.
/// - Reference: Lenart (2014), *The moments of the Gompertz distribution and maximum likelihood
///   estimation of its parameters*, eq. (1).
public struct Gompertz: CumulativeDistribution, Moments {
  /// `shape` without units, `rate` per unit of `x`.
  public let shape, rate: Tensor
  public let batchShape: [Int]

  /// One law for each element of `shape` and `rate`, whose shapes must broadcast.
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
    icdf(key.innerUniform(shape + batchShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    // Beyond this exp(rate x) is no finite number, and the density is 0.
    let isFinite = rate * x .< 700
    return onSupport((x .> 0) .& isFinite, x, safe: 1 / rate) { x in
      let aged = rate * x
      return log(shape) + log(rate) + aged - shape * expm1(aged)
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(logSurvival(x)) }
  public func icdf(_ p: Tensor) -> Tensor { icdf(logSurvival: log1p(-p)) }
  public func logSurvival(_ x: Tensor) -> Tensor {
    -shape * expm1(minimum(rate * maximum(x, 0), 700))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    log1p(-logProbability / shape) / rate
  }

  /// `exp(shape) E₁(shape) / rate`, by quadrature.
  public var mean: Tensor { moment { $0 } / rate }
  /// By quadrature.
  public var variance: Tensor {
    let first = moment { $0 }
    return (moment { square($0) } - square(first)) / square(rate)
  }

  /// The expectation of `f(log(1 + E / shape))` for a standard exponential `E`: rate times a draw is
  /// such a logarithm.
  private func moment(_ f: (Tensor) -> Tensor) -> Tensor {
    let nodes = ExponentialQuadrature.nodes
    let aged = log1p(
      nodes / shape.broadcast(to: batchShape).expandingDimension(at: batchShape.count))
    return (f(aged) * ExponentialQuadrature.weights).sum(along: [-1])
  }
}
