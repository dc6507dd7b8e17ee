import Autodiff
import PPL

/// The multinomial distribution: counts of `n` independent trials by category.
///
///     P(x) = n! ∏ₖ pₖ^xₖ / xₖ!,    Σ xₖ = n = totalCount
///
/// - Shape: the probabilities are `[..., K]`; the batch is the axes before `K` and `totalCount` broadcast
///   together; event `[K]`.
/// - Reference: draws of more than a thousand trials by Davis (1993), *The computer generation of
///   multinomial random variates*.
public struct Multinomial: HasMoments {
  /// The number of trials; batch shape.
  public let totalCount: Tensor
  private let chances: CategoryProbabilities
  public let batchShape: [Int]

  /// A batch with one distribution for each vector of `probabilities` and element of `totalCount`, whose batches
  /// must broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - probabilities: The probability of each category, `[..., K]`; non-negative, of sum 1.
  /// - Precondition: There is at least one category.
  public init(totalCount: Tensor = 1, probabilities: Tensor) {
    self.init(totalCount, .probabilities(probabilities))
  }

  /// A batch with one distribution for each vector of `logits` and element of `totalCount`, whose batches must
  /// broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - logits: The logarithms of the probabilities up to a constant, `[..., K]`.
  /// - Precondition: There is at least one category.
  public init(totalCount: Tensor = 1, logits: Tensor) {
    self.init(totalCount, .logits(logits))
  }

  private init(_ totalCount: Tensor, _ chances: CategoryProbabilities) {
    self.totalCount = totalCount
    self.chances = chances.checked(for: "Multinomial")
    batchShape = Distributions.batchShape(
      of: "Multinomial",
      ["totalCount": totalCount.shape, chances.parameter.name: chances.batchShape])
  }

  /// The probability of each category along the last axis, with sum 1; batch + `[K]`.
  public var probabilities: Tensor { chances.probabilities }
  /// The logarithms of the probabilities; batch + `[K]`.
  public var logits: Tensor { chances.logProbabilities }

  public var parameters: [Parameter] {
    [.init("totalCount", totalCount, .nonNegativeInteger), chances.parameter]
  }
  public var support: Support { .multinomial(totalCount) }
  public var eventShape: [Int] { [chances.count] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let weights = probabilities.broadcast(to: batchShape + eventShape)
    return key.multinomial(shape + batchShape, trials: totalCount, weights: weights)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    countsOnSupport(support, x) { x in
      let rest = logFactorialRemainder(totalCount) - logFactorialRemainder(x).sum(along: [-1])
      return rest - chances.distance(of: x, counts: totalCount)
    }
  }

  public var mean: Tensor { trials * probabilities }
  public var variance: Tensor { trials * probabilities * chances.complements }

  private var trials: Tensor { totalCount.expandingDimension(at: totalCount.rank) }
}

/// A log density of vectors of counts on its support, and -infinity with gradient zero elsewhere.
func countsOnSupport(_ support: Support, _ x: Tensor, _ formula: (Tensor) -> Tensor) -> Tensor {
  let inside = support.contains(x)
  let counts = select(inside.expandingDimension(at: inside.rank), x, 0)
  return select(inside, formula(counts), Tensor(-.infinity))
}
