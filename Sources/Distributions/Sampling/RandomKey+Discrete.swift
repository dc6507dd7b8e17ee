import Autodiff
import Preconditions

extension RandomKey {
  /// Draws of whole numbers from `low` to `high`, both included.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which the bounds broadcast.
  ///   - low: The least number; both bounds are whole, of at most 2^53 in magnitude.
  ///   - high: The largest number.
  public func integers(_ shape: [Int], from low: Tensor, through high: Tensor) -> Tensor {
    draw(.integer, shape, low.broadcast(to: shape), high.broadcast(to: shape))
  }

  /// Draws of counts from a Poisson distribution.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `mean` broadcasts.
  ///   - mean: The expected count, non-negative; other values give `nan`.
  /// - Complexity: O(*mean*) for each number below 10, O(1) above.
  /// - Reference: Hörmann (1993), *The transformed rejection method for generating Poisson random
  ///   variables*.
  public func poisson(_ shape: [Int], mean: Tensor) -> Tensor {
    draw(.poisson, shape, mean.broadcast(to: shape))
  }

  /// Draws of the number of successes in `trials` trials, from a binomial distribution.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `trials` and `probability` broadcast.
  ///   - trials: The number of trials of each draw, whole and not negative.
  ///   - probability: The probability of a success, in [0, 1]; other values give `nan`.
  /// - Complexity: O(1) for each number, whatever the trials.
  /// - Reference: Hörmann (1993), *The generation of binomial random variates*.
  public func binomial(_ shape: [Int], trials: Tensor, probability: Tensor) -> Tensor {
    draw(.binomial, shape, trials.broadcast(to: shape), probability.broadcast(to: shape))
  }

  /// Draws of categories 0 to `K - 1`, with probabilities in proportion to `weights`.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result; it ends in that of `weights` without its last axis.
  ///   - weights: The non-negative weights, `[..., K]`; a row without a finite positive sum gives `nan`.
  /// - Complexity: O(log *K*) for each number, after O(*K*) for each row.
  public func categorical(_ shape: [Int], weights: Tensor) -> Tensor {
    guard fits(weights, shape, for: "categorical") else { return .unknown(shape) }
    return draw(.categorical, shape, weights)
  }

  /// Draws of the counts of `trials` trials in each of `K` categories, from a multinomial distribution.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result without its last axis; it ends in that of `weights` without
  ///     its last one, and `trials` broadcasts to it.
  ///   - trials: The number of trials of each draw, whole and not negative.
  ///   - weights: The non-negative weights, `[..., K]`; a row without a finite positive sum gives `nan`.
  /// - Returns: The counts, of shape `shape + [K]`.
  /// - Complexity: O(min(*trials*, 1000) log *K* + *K*) for each vector.
  public func multinomial(_ shape: [Int], trials: Tensor, weights: Tensor) -> Tensor {
    guard fits(weights, shape, for: "multinomial") else {
      return .unknown(shape + [weights.shape.last ?? 1])
    }
    let target = shape + [weights.shape[weights.rank - 1]]
    return draw(.multinomial, target, trials.broadcast(to: shape), weights)
  }

  private func fits(_ weights: Tensor, _ shape: [Int], for name: String) -> Bool {
    holds(weights.rank > 0 && weights.count > 0, "\(name): there are no weights.")
      && holds(
        Array(shape.suffix(weights.rank - 1)) == weights.shape.dropLast(),
        "\(name): weights of shape \(weights.shape) cannot give draws of shape \(shape).")
  }

  private func draw(_ family: DiscreteDraw.Family, _ target: [Int], _ operands: Tensor...) -> Tensor
  {
    Tensor.apply(DiscreteDraw(family: family, target: target), [words] + operands)
  }
}
