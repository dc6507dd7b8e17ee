import Autodiff
import PPL

/// A proportion: `alpha - 1` successes and `beta - 1` failures, seen before.
///
///     p(x) = x^(alpha - 1) (1 - x)^(beta - 1) Γ(alpha + beta) / (Γ(alpha) Γ(beta)),    0 ≤ x ≤ 1
///
/// - Shape: batch is `alpha` and `beta` broadcast together; event `[]`.
public struct Beta: CumulativeDistribution, Moments, HasEntropy {
  /// The exponents of `x` and `1 - x`, each plus one.
  public let alpha, beta: Tensor
  public let batchShape: [Int]

  /// One law for each element of `alpha` and `beta`, whose shapes must broadcast.
  public init(_ alpha: Tensor, _ beta: Tensor) {
    (self.alpha, self.beta) = (alpha, beta)
    batchShape = Distributions.batchShape(
      of: "Beta", ["alpha": alpha.shape, "beta": beta.shape])
  }

  public var parameters: [Parameter] {
    [.init("alpha", alpha, .positive), .init("beta", beta, .positive)]
  }
  public var support: Support { .unitInterval }

  /// The share of one gamma draw in the sum of two, by their logarithms: the draws themselves may
  /// both be too small for a `Double`.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let both = stack([alpha.broadcast(to: batchShape), beta.broadcast(to: batchShape)], along: -1)
    let logs = key.logGamma(shape + both.shape, alpha: both)
    let share = sigmoid(logs[.ellipsis, 0] - logs[.ellipsis, 1])
    // A share that rounds to 0 or 1 keeps inside, where the density is finite.
    return minimum(maximum(share, Tensor(.leastNormalMagnitude)), Tensor(1.0.nextDown))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= 0) .& (x .<= 1), x, safe: 0.5) { x in
      timesLog(alpha - 1, x) + timesLog(beta - 1, 1 - x) - logNormalizer
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    regularizedBeta(alpha, beta, minimum(maximum(x, 0), 1))
  }
  public func icdf(_ p: Tensor) -> Tensor { regularizedBetaInverse(alpha, beta, p) }

  public var mean: Tensor { alpha / (alpha + beta) }
  public var variance: Tensor {
    let total = alpha + beta
    return (alpha / total) * (beta / total) / (total + 1)
  }
  public var entropy: Tensor {
    let total = alpha + beta
    let below = (alpha - 1) * digamma(alpha) + (beta - 1) * digamma(beta)
    return logNormalizer - below + (total - 2) * digamma(total)
  }

  private var logNormalizer: Tensor { logBeta(alpha, beta) }
}
