import Autodiff
import PPL

/// The beta negative binomial distribution: successes before `r` failures if their common probability has a beta
/// distribution.
///
///     P(x) = Γ(x + r) / (x! Γ(r)) B(alpha + x, beta + r) / B(alpha, beta),    r = totalCount
///
/// The tail falls like `x^-(beta + 1)`.
///
/// - Shape: batch is `alpha`, `beta` and `totalCount` broadcast together; event `[]`.
/// - Reference: Johnson, Kemp & Kotz (2005), *Univariate Discrete Distributions*, §6.2.3.
public struct BetaNegativeBinomial: HasMoments {
  /// The two parameters of the beta distribution of the probability, and the number of failures; batch shape each.
  public let alpha, beta, totalCount: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `alpha`, `beta` and `totalCount`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - alpha: The first parameter of the beta distribution: prior successes.
  ///   - beta: The second parameter of the beta distribution: prior failures.
  ///   - totalCount: The number of failures, positive; it need not be whole.
  public init(_ alpha: Tensor, _ beta: Tensor, totalCount: Tensor) {
    (self.alpha, self.beta, self.totalCount) = (alpha, beta, totalCount)
    batchShape = Distributions.batchShape(
      of: "BetaNegativeBinomial",
      ["alpha": alpha.shape, "beta": beta.shape, "totalCount": totalCount.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("alpha", alpha, .positive), .init("beta", beta, .positive),
      .init("totalCount", totalCount, .positive),
    ]
  }
  public var support: Support { .nonNegativeInteger }

  /// Samples the log odds of a probability, and then the trials; the probability itself is often too close to 1.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (chanceKey, trialKey) = key.split()
    let both = stack([alpha.broadcast(to: batchShape), beta.broadcast(to: batchShape)], along: -1)
    let logs = chanceKey.logGamma(shape + both.shape, alpha: both)
    let logits = logs[.ellipsis, 0] - logs[.ellipsis, 1]
    return NegativeBinomial(totalCount: totalCount, logits: logits).sample([], key: trialKey)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      logBetaBinomial(successes: x, failures: totalCount, alpha, beta) - log1p(x / totalCount)
    }
  }

  /// The mean; infinite for `beta` up to 1.
  public var mean: Tensor {
    let exists = beta .> 1
    let mean = totalCount * alpha / (select(exists, beta, 2) - 1)
    return select(exists, mean, Tensor(.infinity))
  }

  /// The variance; infinite for `beta` up to 2.
  public var variance: Tensor {
    let exists = beta .> 2
    let safe = select(exists, beta, 3)
    let ofOne = alpha / (safe - 1)
    let excess = (totalCount + safe - 1) / (safe - 2)
    let variance = totalCount * ofOne * (1 + ofOne) * excess
    return select(exists, variance, Tensor(.infinity))
  }
}
