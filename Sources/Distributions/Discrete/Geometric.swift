import Autodiff
import PPL

/// The geometric distribution: failures before the first success.
///
///     P(x) = p (1 - p)^x,    x = 0, 1, 2, …
///
/// - Shape: batch is that of the parameter; event `[]`.
public struct Geometric: HasCDF, HasMoments, HasEntropy {
  private let success: SuccessProbability

  /// A batch with one distribution for each element of `probabilities`.
  ///
  /// - Parameter probabilities: The probability of a success, in [0, 1].
  public init(probabilities: Tensor) { success = .probabilities(probabilities) }
  /// A batch with one distribution for each element of `logits`.
  ///
  /// - Parameter logits: The log odds of a success, `log(p / (1 - p))`.
  public init(logits: Tensor) { success = .logits(logits) }

  /// The probability of success in one trial; batch shape.
  public var probabilities: Tensor { success.probabilities }
  /// The log odds of success in one trial; batch shape.
  public var logits: Tensor { success.logits }

  public var parameters: [Parameter] { [success.parameter] }
  public var support: Support { .nonNegativeInteger }
  public var batchShape: [Int] { success.shape }

  /// Samples as the whole part of an exponential draw.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.uniform(shape + batchShape)
    return floor(log1p(-u) / success.logComplement)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { success.logProb(successes: 1, failures: $0) }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let trials = maximum(floor(x) + 1, 0)
    return -expm1(success.logProb(successes: 0, failures: trials))
  }

  public var mean: Tensor { success.oddsAgainst }
  public var variance: Tensor { mean / probabilities }
  public var entropy: Tensor { -success.logProb(successes: 1, failures: mean) }
}
