import Autodiff
import PPL

/// The relaxed Bernoulli (binary concrete) distribution: a continuous variable near 0 or 1 with differentiable draws.
///
///     x = sigmoid(t),    t ~ Logistic(logits / temperature, 1 / temperature)
///
/// A draw keeps its `t`. A low temperature is closer to a Bernoulli variable, and its gradients vary more.
///
/// - Shape: batch is `temperature` and `logits` broadcast together; event `[]`.
/// - Reference: Maddison, Mnih and Teh (2017), *The concrete distribution*, eq. (24);
///   NumPyro's `RelaxedBernoulliLogits`.
public struct RelaxedBernoulli: HasQuantiles {
  /// The temperature, which sets how far from 0 and 1 draws lie, and the log odds of 1; batch shape each.
  public let temperature, logits: Tensor
  private let logistic: Logistic

  /// A batch with one distribution for each element of `temperature` and `logits`, whose shapes must broadcast.
  public init(temperature: Tensor, logits: Tensor) {
    (self.temperature, self.logits) = (temperature, logits)
    _ = Distributions.batchShape(
      of: "RelaxedBernoulli", ["temperature": temperature.shape, "logits": logits.shape])
    logistic = Logistic(logits / temperature, reciprocal(temperature))
  }

  public var parameters: [Parameter] {
    [.init("temperature", temperature, .positive), .init("logits", logits, .real)]
  }
  public var support: Support { .unitInterval }
  public var batchShape: [Int] { logistic.batchShape }
  private var squashed: Transformed {
    Transformed(logistic, SigmoidTransform(), onto: .unitInterval)
  }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { squashed.sample(shape, key: key) }
  public func draw(_ shape: [Int], key: RandomKey) -> Draw { squashed.draw(shape, key: key) }
  public func logProb(of draw: Draw) -> Tensor { squashed.logProb(of: draw) }
  public func logProb(_ x: Tensor) -> Tensor {
    let isZero = x .== 0
    let isEnd = isZero .| (x .== 1)
    let inner = squashed.logProb(select(isEnd, 0.5, x))
    return select(isEnd, endDensity(isZero), inner)
  }

  /// The limit of the density at 0, `temperature exp(-logits) x^(temperature - 1)`, and its mirror image at 1.
  private func endDensity(_ isZero: Tensor) -> Tensor {
    let power = select(temperature .< 1, Tensor(.infinity), Tensor(-.infinity))
    let atOne = log(temperature) - select(isZero, logits, -logits)
    return select(temperature .== 1, atOne, power)
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    atLogit(x, below: Tensor(-.infinity), above: 0, logistic.logCDF)
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    atLogit(x, below: 0, above: Tensor(-.infinity), logistic.logSurvival)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { 1 - odds($0, -logits) }
    ) { sigmoid(logistic.icdf(logCDF: $0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in 1 }, upper: { odds($0, logits) }) {
      sigmoid(logistic.icdf(logSurvival: $0))
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { atLogit(x, below: 0, above: 1, logistic.cdf) }
  /// Applies a function of the log odds of x inside the unit interval and gives constants outside.
  private func atLogit(
    _ x: Tensor, below: Tensor, above: Tensor, _ function: (Tensor) -> Tensor
  ) -> Tensor {
    let isInner = (x .> 0) .& (x .< 1)
    let inner = select(isInner, x, 0.5)
    let value = function(log(inner) - log1p(-inner))
    return keepingNaN(of: x, select(isInner, value, select(x .<= 0, below, above)))
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { odds($0, logits) }, upper: { 1 - odds($0, -logits) }
    ) { sigmoid(logistic.icdf($0)) }
  }
  /// Odds of `t` to a power, near 0; a factor that is not finite is passed on as it is.
  private func odds(_ t: Tensor, _ logits: Tensor) -> Tensor {
    pow(t, reciprocal(temperature)) * exp(minimum(logits / temperature, 700))
  }
}
