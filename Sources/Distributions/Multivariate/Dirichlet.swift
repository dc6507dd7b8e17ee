import Autodiff
import PPL

/// Shares of a whole.
///
///     p(x) = Γ(Σ aᵢ) / ∏ Γ(aᵢ) ∏ xᵢ^(aᵢ - 1),    xᵢ ≥ 0,  Σ xᵢ = 1
///
/// - Shape: `concentration` a is `[..., n]`; the leading dimensions are the batch, the event is `[n]`.
/// - Reference: Kotz, Balakrishnan & Johnson (2000), *Continuous Multivariate Distributions*, chapter 49.
public struct Dirichlet: Moments, HasEntropy {
  /// One positive number a category, batch + `[K]`; their sum says how tightly the law holds to its mean.
  public let concentration: Tensor

  /// - Precondition: `concentration` has at least one dimension.
  public init(_ concentration: Tensor) {
    _ = eventShapes(of: "Dirichlet", [("concentration", concentration.shape, "n")])
    self.concentration = concentration
  }

  public var parameters: [Parameter] {
    [.init("concentration", concentration, .independent(.positive, 1))]
  }
  public var support: Support { .simplex }
  public var batchShape: [Int] { Array(concentration.shape.dropLast()) }
  public var eventShape: [Int] { Array(concentration.shape.suffix(1)) }

  /// Gamma draws over their sum, by their logarithms: the draws themselves may all be too small for a `Double`.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let logs = key.logGamma(shape + concentration.shape, alpha: concentration)
    let shares = exp(logs - logs.logSumExp(along: [-1], keepingDimensions: true))
    // As NumPyro does, so that no share reaches a bound.
    let tiny = Tensor(Double.leastNormalMagnitude)
    return minimum(maximum(shares, tiny), Tensor(1 - Double.ulpOfOne))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support, x) { x in
      timesLog(concentration - 1, x).sum(along: [-1]) - logNormalizer
    }
  }

  public var mean: Tensor { concentration / total.withEventAxes(1) }
  public var variance: Tensor {
    let total = total.withEventAxes(1)
    return mean * (othersTotal(concentration) / total) / (total + 1)
  }
  public var entropy: Tensor {
    let a = concentration
    let below = ((a - 1) * digamma(a)).sum(along: [-1])
    return logNormalizer + (total - Tensor(Double(eventShape[0]))) * digamma(total) - below
  }

  private var total: Tensor { concentration.sum(along: [-1]) }
  private var logNormalizer: Tensor { logGamma(concentration).sum(along: [-1]) - logGamma(total) }
}
