import Autodiff
import PPL

/// The Dirichlet distribution on the simplex.
///
///     p(x) = Γ(Σ aᵢ) / ∏ Γ(aᵢ) ∏ xᵢ^(aᵢ - 1),    xᵢ ≥ 0,  Σ xᵢ = 1
///
/// - Shape: `concentration` a is `[..., n]`; the leading dimensions are the batch, the event is `[n]`.
/// - Reference: Kotz, Balakrishnan & Johnson (2000), *Continuous Multivariate Distributions*, chapter 49.
public struct Dirichlet: HasMoments, HasEntropy {
  /// The concentration of each category, positive, batch + `[K]`; the larger their sum, the closer draws are to
  /// the mean.
  public let concentration: Tensor

  /// A batch with one distribution for each vector along the last axis of `concentration`.
  ///
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

  /// Samples as gamma draws over their sum, computed from logarithms: the draws themselves may all be too small
  /// for a `Double`.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let logs = key.logGamma(shape + concentration.shape, alpha: concentration)
    let shares = exp(logs - logs.logSumExp(along: [-1], keepingDimensions: true))
    // As NumPyro does, so that no share reaches a bound.
    let tiny = Tensor(Double.leastNormalMagnitude)
    return minimum(maximum(shares, tiny), Tensor(1 - Double.ulpOfOne))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support, x) { x in
      let (a, whole) = (concentration, total.withEventAxes(1))
      let isZero = x .== 0
      let share = select(isZero, 1, x)
      let inner = deviance(a, whole * share) + log(share)
      // There only the power counts.
      let atZero = a * (log(a) - log(whole) - 1) - timesLog(a - 1, x)
      let each = select(isZero, atZero, inner) + logFactorialRemainder(a) - log(a)
      // The formula is that of the given shares, also where they do not sum to one exactly.
      let excess = total * (x.sum(along: [-1]) - 1)
      return logFactorialRemainder(total) - log(total) + excess - each.sum(along: [-1])
    }
  }

  public var mean: Tensor { concentration / total.withEventAxes(1) }
  public var variance: Tensor {
    let total = total.withEventAxes(1)
    return mean * (othersTotal(concentration) / total) / (total + 1)
  }
  public var entropy: Tensor {
    let a = concentration
    let each = logGammaTangent(a) - digammaDifference(a, total.withEventAxes(1) - a)
    return each.sum(along: [-1]) - logGammaTangent(total)
  }

  private var total: Tensor { concentration.sum(along: [-1]) }
}
