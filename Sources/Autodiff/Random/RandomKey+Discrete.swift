import Preconditions

extension RandomKey {
  /// Whole numbers from `low` to `high`, both included.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which the bounds broadcast.
  ///   - low: The least number; both are whole, of at most 2^53 in magnitude.
  ///   - high: The largest number.
  public func integers(_ shape: [Int], from low: Tensor, through high: Tensor) -> Tensor {
    draw(.integer, shape, low.broadcast(to: shape), high.broadcast(to: shape))
  }

  /// Counts of a Poisson law.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `mean` broadcasts.
  ///   - mean: Non-negative; others give `nan`.
  /// - Complexity: O(*mean*) a number below 10, O(1) above.
  /// - Reference: Hörmann (1993), *The transformed rejection method for generating Poisson random
  ///   variables*.
  public func poisson(_ shape: [Int], mean: Tensor) -> Tensor {
    draw(.poisson, shape, mean.broadcast(to: shape))
  }

  /// Numbers of successes in `trials` trials.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `trials` and `probability` broadcast.
  ///   - trials: How many trials each draw has, whole and not negative.
  ///   - probability: The chance of a success, in [0, 1]; others give `nan`.
  /// - Complexity: O(1) a number, whatever the trials.
  /// - Reference: Hörmann (1993), *The generation of binomial random variates*.
  public func binomial(_ shape: [Int], trials: Tensor, probability: Tensor) -> Tensor {
    draw(.binomial, shape, trials.broadcast(to: shape), probability.broadcast(to: shape))
  }

  /// Categories 0 to `K - 1`, with chances in proportion to `weights`.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result; it ends in that of `weights` without its last axis.
  ///   - weights: Non-negative, shape `[..., K]`; a row without a finite positive sum gives `nan`.
  /// - Complexity: O(log *K*) a number, after O(*K*) a row.
  public func categorical(_ shape: [Int], weights: Tensor) -> Tensor {
    guard fits(weights, shape, for: "categorical") else { return .unknown(shape) }
    return draw(.categorical, shape, weights)
  }

  /// How many of `trials` trials fall into each of `K` categories.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result without its last axis; it ends in that of `weights` without
  ///     its last one, and `trials` broadcasts to it.
  ///   - trials: How many trials each draw has, whole and not negative.
  ///   - weights: Non-negative, shape `[..., K]`; a row without a finite positive sum gives `nan`.
  /// - Returns: Counts, shape `shape + [K]`.
  /// - Complexity: O(min(*trials*, 1000) log *K* + *K*) a vector.
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

  private func draw(_ law: DiscreteDraw.Law, _ target: [Int], _ operands: Tensor...) -> Tensor {
    Tensor.apply(DiscreteDraw(law: law, target: target), [words] + operands)
  }
}
