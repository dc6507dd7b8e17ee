import Autodiff
import PPL

/// One trial: a success counts 1, a failure 0.
///
///     p(x) = p^x (1 - p)^(1 - x),    x = 0, 1
///
/// - Shape: batch is that of the parameter; event `[]`.
public struct Bernoulli: HasCDF, Moments, HasEntropy {
  private let chance: Chance

  /// - Parameter probabilities: The chance of a success, in [0, 1].
  public init(probabilities: Tensor) { chance = .probabilities(probabilities) }
  /// - Parameter logits: Its log odds, `log(p / (1 - p))`.
  public init(logits: Tensor) { chance = .logits(logits) }

  /// The chance of 1; batch shape.
  public var probabilities: Tensor { chance.probabilities }
  /// The log odds of 1; batch shape.
  public var logits: Tensor { chance.logits }

  public var parameters: [Parameter] { [chance.parameter] }
  public var support: Support { .boolean }
  public var batchShape: [Int] { chance.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.uniform(shape + batchShape) .< probabilities
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      switch chance {
      case .probabilities: chance.logProb(successes: x, failures: 1 - x)
      case .logits(let l): -softplus((1 - 2 * x) * l)  // one of the two terms is zero
      }
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    keepingNaN(of: x, select(x .< 0, 0, select(x .< 1, chance.complement, 1)))
  }

  public var mean: Tensor { probabilities }
  public var variance: Tensor { probabilities * chance.complement }
  public var entropy: Tensor {
    -chance.logProb(successes: probabilities, failures: chance.complement)
  }
}
