import Autodiff
import PPL

/// The discrete uniform distribution of whole numbers between two bounds.
///
///     P(x) = 1 / (high - low + 1),    x = low, …, high
///
/// - Shape: batch is `low` and `high` broadcast together; event `[]`.
public struct DiscreteUniform: HasCDF, HasMoments, HasEntropy {
  /// The smallest and the largest whole number of the support; batch shape each.
  public let low, high: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `low` and `high`, whose shapes must broadcast.
  public init(_ low: Tensor = 0, _ high: Tensor = 1) {
    (self.low, self.high) = (low, high)
    batchShape = Distributions.batchShape(
      of: "DiscreteUniform", ["low": low.shape, "high": high.shape])
  }

  public var parameters: [Parameter] {
    [.init("low", low, .integer), .init("high", high, .integerGreaterThanEqual(low))]
  }
  public var support: Support { .integerInterval(low, high) }
  private var count: Tensor { high - low + 1 }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.integers(shape + batchShape, from: low, through: high)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    select(support.contains(x), -log(count), Tensor(-.infinity))
  }

  public func cdf(_ x: Tensor) -> Tensor {
    minimum(maximum((floor(x) - low + 1) / count, 0), 1)
  }

  public var mean: Tensor { low + 0.5 * (high - low) }
  public var variance: Tensor { (square(count) - 1) / 12 }
  public var entropy: Tensor { log(count) }
}
