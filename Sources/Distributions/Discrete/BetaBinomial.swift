import Autodiff
import PPL

/// The beta-binomial distribution: successes in `n` trials whose common probability has a beta distribution.
///
///     P(x) = n! / (x! (n - x)!) B(x + alpha, n - x + beta) / B(alpha, beta),    x = 0, …, n
///
/// - Shape: batch is `alpha`, `beta` and `totalCount` broadcast together; event `[]`.
/// - Reference: Skellam (1948), *A probability distribution derived from the binomial distribution
///   by regarding the probability of success as variable between the sets of trials*.
public struct BetaBinomial: HasMoments {
  /// The two parameters of the beta distribution of the probability, and the number of trials; batch shape each.
  public let alpha, beta, totalCount: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `alpha`, `beta` and `totalCount`, whose shapes must broadcast.
  public init(_ alpha: Tensor, _ beta: Tensor, totalCount: Tensor = 1) {
    (self.alpha, self.beta, self.totalCount) = (alpha, beta, totalCount)
    batchShape = Distributions.batchShape(
      of: "BetaBinomial",
      ["alpha": alpha.shape, "beta": beta.shape, "totalCount": totalCount.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("alpha", alpha, .positive), .init("beta", beta, .positive),
      .init("totalCount", totalCount, .nonNegativeInteger),
    ]
  }
  public var support: Support { .integerInterval(0, totalCount) }

  /// Samples a probability, and then the trials.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (chanceKey, trialKey) = key.split()
    let distribution = Beta(alpha.broadcast(to: batchShape), beta)
    let chance = distribution.sample(shape, key: chanceKey)
    return trialKey.binomial(shape + batchShape, trials: totalCount, probability: chance)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      logBetaBinomial(successes: x, failures: totalCount - x, alpha, beta)
    }
  }

  public var mean: Tensor { totalCount * (alpha / (alpha + beta)) }
  public var variance: Tensor {
    let total = alpha + beta
    let ofOne = (alpha / total) * (beta / total) / (total + 1)
    return ofOne * totalCount * (total + totalCount)
  }
}
