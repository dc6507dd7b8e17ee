import Autodiff
import PPL

/// The beta distribution on [0, 1].
///
/// As a prior of a probability it counts `alpha - 1` successes and `beta - 1` failures.
///
///     p(x) = x^(alpha - 1) (1 - x)^(beta - 1) Γ(alpha + beta) / (Γ(alpha) Γ(beta)),    0 ≤ x ≤ 1
///
/// - Shape: batch is `alpha` and `beta` broadcast together; event `[]`.
public struct Beta: HasQuantiles, HasMoments, HasEntropy {
  /// The exponents of `x` and `1 - x`, each plus one; positive, batch shape each.
  public let alpha, beta: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `alpha` and `beta`, whose shapes must broadcast.
  public init(_ alpha: Tensor, _ beta: Tensor) {
    (self.alpha, self.beta) = (alpha, beta)
    batchShape = Distributions.batchShape(
      of: "Beta", ["alpha": alpha.shape, "beta": beta.shape])
  }

  public var parameters: [Parameter] {
    [.init("alpha", alpha, .positive), .init("beta", beta, .positive)]
  }
  public var support: Support { .unitInterval }

  /// Samples as the share of one gamma draw in the sum of two, computed from their logarithms: the draws
  /// themselves may both be too small for a `Double`.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let both = stack([alpha.broadcast(to: batchShape), beta.broadcast(to: batchShape)], along: -1)
    let logs = key.logGamma(shape + both.shape, alpha: both)
    let share = sigmoid(logs[.ellipsis, 0] - logs[.ellipsis, 1])
    // A share that would round to 0 or 1 is kept inside, where the density is finite.
    return minimum(maximum(share, Tensor(.leastNormalMagnitude)), Tensor(1.0.nextDown))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= 0) .& (x .<= 1), x, safe: 0.5) { x in
      let isEnd = (x .== 0) .| (x .== 1)
      let atEnd = timesLog(alpha - 1, x) + timesLog(beta - 1, 1 - x) - logBeta(alpha, beta)
      let inner = select(isEnd, 0.5, x)
      let power = logBetaPower(alpha, beta, inner, 1 - inner)
      return select(isEnd, atEnd, power - log(inner) - log1p(-inner))
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    regularizedBeta(alpha, beta, minimum(maximum(x, 0), 1))
  }
  public func icdf(_ p: Tensor) -> Tensor { regularizedBetaInverse(alpha, beta, p) }
  public func logCDF(_ x: Tensor) -> Tensor {
    atEnds(x, below: Tensor(-.infinity), above: 0) {
      logRegularizedBeta(alpha, beta, logit: $0)
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    atEnds(x, below: 0, above: Tensor(-.infinity)) {
      logRegularizedBeta(beta, alpha, logit: -$0)
    }
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    sigmoid(regularizedBetaInverseLogit(alpha, beta, log: logProbability))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    sigmoid(-regularizedBetaInverseLogit(beta, alpha, log: logProbability))
  }

  /// Applies a function of the log odds of x inside the unit interval and gives constants outside.
  private func atEnds(
    _ x: Tensor, below: Tensor, above: Tensor, _ inner: (Tensor) -> Tensor
  ) -> Tensor {
    let isOutside = (x .<= 0) .| (x .>= 1)
    let inside = select(isOutside, 0.5, x)
    let value = inner(log(inside) - log1p(-inside))
    return select(isOutside, select(x .<= 0, below, above), value)
  }

  public var mean: Tensor { alpha / (alpha + beta) }
  public var variance: Tensor {
    let total = alpha + beta
    return (alpha / total) * (beta / total) / (total + 1)
  }
  public var entropy: Tensor {
    let tangents = logGammaTangent(alpha) + logGammaTangent(beta) - logGammaTangent(alpha + beta)
    return tangents - digammaDifference(alpha, beta) - digammaDifference(beta, alpha)
  }
}
