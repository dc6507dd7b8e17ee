import Autodiff
import PPL

/// A positive quantity of unknown order of magnitude: its logarithm is uniform.
///
///     p(x) = 1 / (x log(high / low)),    low ≤ x ≤ high
///
/// - Shape: batch is `low` and `high` broadcast together; event `[]`.
/// - Units: `low` and `high` share the units of `x`.
public struct LogUniform: CumulativeDistribution, Moments, HasEntropy {
  /// The ends of the support, both positive, in the units of `x`.
  public let low, high: Tensor
  public let batchShape: [Int]

  /// One law for each element of `low` and `high`, whose shapes must broadcast.
  public init(_ low: Tensor, _ high: Tensor) {
    (self.low, self.high) = (low, high)
    batchShape = Distributions.batchShape(
      of: "LogUniform", ["low": low.shape, "high": high.shape])
  }

  public var parameters: [Parameter] {
    [.init("low", low, .positive), .init("high", high, .greaterThan(low))]
  }
  public var support: Support { .interval(low, high) }
  private var logWidth: Tensor { logRatio(high, low) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let x = exp(Uniform(log(low), log(high)).sample(shape, key: key))
    return minimum(maximum(x, low), high)  // rounding must not leave the interval
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= low) .& (x .<= high), x, safe: low) { -log($0) - log(logWidth) }
  }

  public func cdf(_ x: Tensor) -> Tensor { logRatio(within(x), low) / logWidth }
  public func icdf(_ p: Tensor) -> Tensor { low * exp(p * logWidth) }
  public func logSurvival(_ x: Tensor) -> Tensor { log(logRatio(high, within(x)) / logWidth) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    high * exp(-exp(logProbability) * logWidth)
  }
  private func within(_ x: Tensor) -> Tensor { minimum(maximum(x, low), high) }

  public var mean: Tensor { (high - low) / logWidth }
  public var variance: Tensor {
    0.5 * (high - low) * (high + low) / logWidth - square(mean)
  }
  public var entropy: Tensor { 0.5 * (log(low) + log(high)) + log(logWidth) }
}
