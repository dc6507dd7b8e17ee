import Autodiff
import PPL

// Functions that the two mixtures share: weighted sums over a last axis of components.

/// The log density `log(Σ wₖ exp(termsₖ) / Σ wₖ)` over the last axis; -infinity with gradient zero where every
/// term that counts is.
///
/// Weights that are given as probabilities are used as such: a weight of 0 has a slope too, which its logarithm
/// would hide.
func logMixture(_ weights: CategoryProbabilities, _ terms: Tensor) -> Tensor {
  switch weights {
  case .logits:
    let joint = weights.logProbabilities + terms
    let isNone = joint.max(along: [-1]) .== Tensor(-.infinity)
    let safe = select(isNone.expandingDimension(at: isNone.rank), 0, joint)
    return select(isNone, Tensor(-.infinity), safe.logSumExp(along: [-1]))
  case .probabilities(let p):
    let isPossible = p .> 0
    let possible = select(isPossible, terms, Tensor(-.infinity))
    let largest = stopGradient(possible.max(along: [-1], keepingDimensions: true))
    let isNone = largest .== Tensor(-.infinity)
    let shift = select(isFinite(largest), largest, 0)
    // A component without weight may exceed all others beyond the range of numbers.
    let limit = select(isPossible, Tensor(.infinity), 700)
    let densities = exp(minimum(select(isNone, 0, terms - shift), limit))
    let total = (p * densities).sum(along: [-1], keepingDimensions: true)
    let logWhole = log(p.sum(along: [-1], keepingDimensions: true))
    let value = log(select(isNone, 1, total)) + shift - logWhole
    return select(isNone, Tensor(-.infinity), value).sum(along: [-1])
  }
}

extension Categorical {
  /// The probabilities of the categories, with an axis of extent 1 for each dimension of an event.
  func shares(eventRank: Int) -> Tensor {
    let p = probabilities
    let shares = p / p.sum(along: [-1], keepingDimensions: true)
    return shares.reshaped(to: shares.shape + Array(repeating: 1, count: eventRank))
  }

  /// The draw of one random category from those of all.
  ///
  /// - Parameter candidates: A draw of each component; `shape + [K] + event`.
  /// - Returns: The draws taken; `shape + event`.
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
  /// - Parameter means: The means of the components, `[..., K] + event`.
  func mixed(_ means: Tensor, eventRank: Int) -> Tensor {
    (shares(eventRank: eventRank) * means).sum(along: [-1 - eventRank])
  }

  /// The variance of a mixture: that within its components plus that between their means.
  func mixedVariance(_ variances: Tensor, means: Tensor, eventRank: Int) -> Tensor {
    let center = mixed(means, eventRank: eventRank)
    let between = means - center.expandingDimension(at: center.rank - eventRank)
    return mixed(variances + square(between), eventRank: eventRank)
  }
}
