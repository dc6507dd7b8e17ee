import Autodiff
import PPL
import Preconditions

/// The Dirac delta distribution: all probability at one value, which is known or a point estimate.
///
///     log p(x) = logDensity where x = value, else -infinity
///
/// - Shape: the last `eventRank` dimensions of `value` are the event, those before it the batch.
/// - Units: those of `value`.
public struct Delta: HasMoments, HasEntropy {
  /// The only value, batch + event, and the log density there, batch shape.
  public let value, logDensity: Tensor
  /// The number of trailing axes of `value` that are one event.
  public let eventRank: Int

  /// A batch of point masses at `value`.
  ///
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
