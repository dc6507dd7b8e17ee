import Autodiff
import PPL
import Preconditions

/// The Dirichlet-multinomial distribution: counts of `n` trials by category if the probabilities have a Dirichlet
/// distribution.
///
///     P(x) = n B(α₀, n) / ∏ₖ xₖ B(αₖ, xₖ),    Σ xₖ = n,    α = concentration,    α₀ = Σ αₖ
///
/// where categories without a trial count as a factor of one.
///
/// - Shape: `concentration` is `[..., K]`; the batch is the axes before `K` and `totalCount` broadcast
///   together; event `[K]`.
/// - Reference: Mosimann (1962), *On the compound multinomial distribution, the multivariate
///   β-distribution, and correlations among proportions*.
public struct DirichletMultinomial: HasMoments {
  /// The concentration of the Dirichlet distribution of the probabilities, batch + `[K]`, and the number of
  /// trials, batch shape.
  public let concentration, totalCount: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each vector of `concentration` and element of `totalCount`, whose batches
  /// must broadcast.
  ///
  /// - Parameters:
  ///   - concentration: The parameters of the Dirichlet distribution, `[..., K]`, positive.
  ///   - totalCount: The number of trials, whole.
  /// - Precondition: There is at least one category.
  public init(_ concentration: Tensor, totalCount: Tensor = 1) {
    let hasCategories = holds(
      concentration.shape.last ?? 0 > 0,
      """
      DirichletMultinomial: concentration needs an axis of categories, but has shape \
      \(concentration.shape).
      """)
    self.concentration = hasCategories ? concentration : .ones([1])
    self.totalCount = totalCount
    batchShape = Distributions.batchShape(
      of: "DirichletMultinomial",
      [
        "concentration": Array(concentration.shape.dropLast()), "totalCount": totalCount.shape,
      ])
  }

  public var parameters: [Parameter] {
    [
      .init("concentration", concentration, .independent(.positive, 1)),
      .init("totalCount", totalCount, .nonNegativeInteger),
    ]
  }
  public var support: Support { .multinomial(totalCount) }
  public var eventShape: [Int] { [concentration.shape[concentration.rank - 1]] }

  /// Samples probabilities, and then the trials.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (chanceKey, trialKey) = key.split()
    let target = shape + batchShape
    let logs = chanceKey.logGamma(target + eventShape, alpha: concentration)
    let weights = exp(logs - logs.logSumExp(along: [-1], keepingDimensions: true))
    return trialKey.multinomial(target, trials: totalCount, weights: weights)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    countsOnSupport(support, x) { x in
      logPolya(x, concentration, counts: trials, weights: total)
    }
  }

  public var mean: Tensor { trials * shares }
  public var variance: Tensor {
    let excess = (trials + total) / (1 + total)
    return trials * shares * (othersTotal(concentration) / total) * excess
  }

  private var total: Tensor { concentration.sum(along: [-1], keepingDimensions: true) }
  private var shares: Tensor { concentration / total }
  private var trials: Tensor { totalCount.expandingDimension(at: totalCount.rank) }
}
