import Autodiff
import PPL

/// The categorical distribution of one of K categories, numbered from 0.
///
///     P(x) = pₓ,    x = 0, …, K - 1
///
/// - Shape: the parameter is `[..., K]`; the batch is the axes before `K`; event `[]`.
public struct Categorical: HasEntropy {
  let chances: CategoryProbabilities

  /// A batch with one distribution for each vector along the last axis of `probabilities`.
  ///
  /// - Parameter probabilities: The probability of each category, `[..., K]`; non-negative, of sum 1.
  /// - Precondition: There is at least one category.
  public init(probabilities: Tensor) {
    chances = CategoryProbabilities.probabilities(probabilities).checked(for: "Categorical")
  }

  /// A batch with one distribution for each vector along the last axis of `logits`.
  ///
  /// - Parameter logits: The logarithms of the probabilities up to a constant, `[..., K]`.
  /// - Precondition: There is at least one category.
  public init(logits: Tensor) {
    chances = CategoryProbabilities.logits(logits).checked(for: "Categorical")
  }

  /// The probability of each category along the last axis, with sum 1; batch + `[K]`.
  public var probabilities: Tensor { chances.probabilities }
  /// The logarithms of the probabilities; batch + `[K]`.
  public var logits: Tensor { chances.logProbabilities }
  /// The number of categories K.
  public var categoryCount: Int { chances.count }

  public var parameters: [Parameter] { [chances.parameter] }
  public var support: Support { .integerInterval(0, Tensor(Double(categoryCount - 1))) }
  public var batchShape: [Int] { chances.batchShape }

  /// Samples by cumulative sums of probabilities, or as the largest of the logits with Gumbel noise.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    switch chances {
    case .probabilities(let p): return key.categorical(shape + batchShape, weights: p)
    case .logits(let l):
      let scores = l + key.gumbel(shape + l.shape)
      let isBest = scores .== scores.max(along: [-1], keepingDimensions: true)
      return select(isBest, .arange(categoryCount), Tensor(.infinity)).min(along: [-1])
    }
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { entry($0, of: logits) }
  }

  public var entropy: Tensor { chances.entropy }
}
