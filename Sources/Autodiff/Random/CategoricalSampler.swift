import RealModule

/// Categories drawn by the place of a uniform number among running sums of their weights.
///
/// The weights are non-negative and need not sum to one. Uniform numbers are spent as NumPyro spends
/// them, so that one key gives its digits.
///
/// - Complexity: O(*K*) once a row of *K* weights, then O(log *K*) a draw.
struct CategoricalSampler {
  /// The running sums without the last, over the total.
  private let bounds: [Double]
  /// Whether the weights have a sum that can be shared out.
  let isValid: Bool

  init(weights: UnsafeBufferPointer<Double>) {
    var sum = 0.0
    let sums = weights.map { weight in
      sum += weight
      return sum
    }
    isValid = sum > 0 && sum < .infinity && weights.allSatisfy { $0 >= 0 }
    bounds = sums.dropLast().map { $0 / sum }
  }

  /// How many bounds lie below `u`.
  func category(_ u: Double) -> Int {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < u { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
