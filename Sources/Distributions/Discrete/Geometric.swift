import Autodiff
import PPL

/// How many trials fail before the first success.
///
///     P(x) = p (1 - p)^x,    x = 0, 1, 2, …
///
/// - Shape: batch is that of the parameter; event `[]`.
public struct Geometric: HasCDF, Moments, HasEntropy {
  private let chance: Chance

  /// - Parameter probabilities: The chance of a success, in [0, 1].
  public init(probabilities: Tensor) { chance = .probabilities(probabilities) }
  /// - Parameter logits: Its log odds.
  public init(logits: Tensor) { chance = .logits(logits) }

  /// The chance of success in one trial; batch shape.
  public var probabilities: Tensor { chance.probabilities }
  /// The log odds of success in one trial; batch shape.
  public var logits: Tensor { chance.logits }

  public var parameters: [Parameter] { [chance.parameter] }
  public var support: Support { .nonNegativeInteger }
  public var batchShape: [Int] { chance.shape }

  /// The whole part of an exponential draw.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.uniform(shape + batchShape)
    return floor(log1p(-u) / chance.logComplement)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { chance.logProb(successes: 1, failures: $0) }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let trials = maximum(floor(x) + 1, 0)
    return -expm1(chance.logProb(successes: 0, failures: trials))
  }

  public var mean: Tensor { chance.oddsAgainst }
  public var variance: Tensor { mean / probabilities }
  public var entropy: Tensor { -chance.logProb(successes: 1, failures: mean) }
}
