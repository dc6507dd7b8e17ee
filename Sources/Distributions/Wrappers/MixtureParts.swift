import Autodiff
import PPL

// What the two mixtures share: a last axis of components, summed away by weight.

/// `log(Σ exp(terms))` over the last axis; -infinity with gradient zero where every term is.
func logMixture(_ terms: Tensor) -> Tensor {
  let isNone = terms.max(along: [-1]) .== Tensor(-.infinity)
  let safe = select(isNone.expandingDimension(at: isNone.rank), 0, terms)
  return select(isNone, Tensor(-.infinity), safe.logSumExp(along: [-1]))
}

extension Categorical {
  /// The shares of the categories, with an axis of extent 1 for each dimension of an event.
  func shares(eventRank: Int) -> Tensor {
    let shares = exp(chances.logShares)
    return shares.reshaped(to: shares.shape + Array(repeating: 1, count: eventRank))
  }

  /// The entry of one drawn category.
  ///
  /// - Parameter candidates: A draw of each component; `shape + [K] + event`.
  /// - Returns: One of them each; `shape + event`.
  func pick(from candidates: Tensor, shape: [Int], key: RandomKey) -> Tensor {
    let eventRank = candidates.rank - shape.count - 1
    let ones = Array(repeating: 1, count: eventRank)
    let choice = expanded(to: shape).sample([], key: key)
    let categories = Tensor.arange(categoryCount).reshaped(to: [categoryCount] + ones)
    let isChosen = choice.reshaped(to: shape + [1] + ones) .== categories
    return select(isChosen, candidates, 0).sum(along: [-1 - eventRank])
  }

  /// The mean of a mixture, given those of its components: `Σ wₖ mₖ`.
  ///
  /// - Parameter means: `[..., K] + event`.
  func mixed(_ means: Tensor, eventRank: Int) -> Tensor {
    (shares(eventRank: eventRank) * means).sum(along: [-1 - eventRank])
  }

  /// The variance of a mixture: that within its components and that between their means.
  func mixedVariance(_ variances: Tensor, means: Tensor, eventRank: Int) -> Tensor {
    let center = mixed(means, eventRank: eventRank)
    let between = means - center.expandingDimension(at: center.rank - eventRank)
    return mixed(variances + square(between), eventRank: eventRank)
  }
}
