import Autodiff
import PPL

/// The uniform distribution between two bounds.
///
///     p(x) = 1 / (high - low),    low ≤ x ≤ high
///
/// - Shape: batch is `low` and `high` broadcast together; event `[]`.
/// - Units: `low` and `high` share the units of `x`.
public struct Uniform: HasQuantiles, HasMoments, HasEntropy {
  /// The ends of the support, in the units of `x`; batch shape each.
  public let low, high: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `low` and `high`, whose shapes must broadcast.
  public init(_ low: Tensor, _ high: Tensor) {
    (self.low, self.high) = (low, high)
    batchShape = Distributions.batchShape(of: "Uniform", ["low": low.shape, "high": high.shape])
  }

  public var parameters: [Parameter] {
    [.init("low", low, .real), .init("high", high, .greaterThan(low))]
  }
  public var support: Support { .interval(low, high) }
  private var width: Tensor { high - low }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.uniform(shape + batchShape)
    return maximum(low, u * width + low)  // rounding must not leave the interval
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let inside = (x .>= low) .& (x .<= high)
    return select(inside, -log(width), Tensor(-.infinity))
  }

  public func cdf(_ x: Tensor) -> Tensor { minimum(maximum((x - low) / width, 0), 1) }
  public func icdf(_ p: Tensor) -> Tensor { onProbability(p) { low + $0 * width } }
  public func logCDF(_ x: Tensor) -> Tensor {
    Distributions.logProbability(cdf(x), rest: survival(x))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onNearerTail(logProbability, own: { icdf(exp($0)) }, other: { high - $0 * width })
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    Distributions.logProbability(survival(x), rest: cdf(x))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onNearerTail(logProbability, own: { high - exp($0) * width }, other: icdf(_:))
  }
  /// The probability of exceeding `x`.
  private func survival(_ x: Tensor) -> Tensor { minimum(maximum((high - x) / width, 0), 1) }

  public var mean: Tensor { low + 0.5 * width }
  public var variance: Tensor { square(width) / 12 }
  public var entropy: Tensor { log(width) }
}
