import Autodiff
import PPL
import Preconditions

/// All probability on one value: a quantity that is known, or a point estimate of it.
///
///     log p(x) = logDensity where x = value, else -infinity
///
/// - Shape: the last `eventRank` dimensions of `value` are the event, those before it the batch.
/// - Units: those of `value`.
public struct Delta: Moments, HasEntropy {
  /// The only value, batch + event; and the logarithm of its weight, batch.
  public let value, logDensity: Tensor
  /// How many of the last axes of `value` are one event.
  public let eventRank: Int

  /// - Precondition: `eventRank` is at most the rank of `value`.
  public init(_ value: Tensor, logDensity: Tensor = 0, eventRank: Int = 0) {
    let fits = holds(
      (0...value.rank).contains(eventRank),
      "Delta: eventRank is \(eventRank), but value has rank \(value.rank).")
    (self.value, self.logDensity, self.eventRank) = (value, logDensity, fits ? eventRank : 0)
  }

  public var parameters: [Parameter] {
    [
      .init("value", value, .independent(.real, eventRank)),
      .init("logDensity", logDensity, .real),
    ]
  }
  public var support: Support { .independent(.real, eventRank) }
  public var batchShape: [Int] { Array(value.shape.dropLast(eventRank)) }
  public var eventShape: [Int] { Array(value.shape.suffix(eventRank)) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    value.broadcast(to: shape + value.shape)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let perScalar = select(x .== value, 0, Tensor(-.infinity))
    return perScalar.sum(along: eventAxes) + logDensity
  }

  public var mean: Tensor { value }
  public var variance: Tensor { .zeros(value.shape) }
  public var entropy: Tensor { -logDensity.broadcast(to: batchShape) }

  private var eventAxes: [Int] { (0..<eventRank).map { -1 - $0 } }
}
