import Autodiff
import RealModule

/// The categorical sampler: the place of a uniform number among cumulative sums of weights.
///
/// The weights are non-negative and need not sum to one. Uniform numbers are used as in NumPyro, so that one key
/// gives its digits.
///
/// - Complexity: O(*K*) once for each row of *K* weights, then O(log *K*) for each draw.
struct CategoricalSampler {
  /// The cumulative sums without the last, over the total.
  private let bounds: [Double]
  /// Whether the weights have a positive, finite sum.
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

  /// The category of `u`: the number of bounds below it.
  func category(_ u: Double) -> Int {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < u { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
