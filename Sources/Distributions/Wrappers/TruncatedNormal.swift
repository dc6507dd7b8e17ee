import Autodiff
import PPL

/// A normal law cut off below, above or on both sides.
///
///     TruncatedNormal(0, 1, low: -1, high: 2)
public typealias TruncatedNormal = Truncated<Normal>

/// A Cauchy law cut off below, above or on both sides.
public typealias TruncatedCauchy = Truncated<Cauchy>

extension Truncated where Base == Normal {
  /// One law for each element of `mean`, `deviation`, `low` and `high`, whose shapes must broadcast.
  public init(_ mean: Tensor, _ deviation: Tensor, low: Tensor? = nil, high: Tensor? = nil) {
    self.init(Normal(mean, deviation), low: low, high: high)
  }
}

extension Truncated where Base == Cauchy {
  /// One law for each element of `location`, `scale`, `low` and `high`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, low: Tensor? = nil, high: Tensor? = nil) {
    self.init(Cauchy(location, scale), low: low, high: high)
  }
}

extension Truncated: Moments where Base == Normal {
  /// `mean + deviation² (p(low) - p(high))`.
  public var mean: Tensor {
    let shift = square(base.deviation) * (density(low) - density(high))
    return (base.mean + shift).broadcast(to: batchShape)
  }

  /// It loses digits like the fourth power of how many deviations away the normal is cut.
  ///
  ///     deviation² (1 + (low - mean) p(low) - (high - mean) p(high) - deviation² (p(low) - p(high))²)
  public var variance: Tensor {
    let (atLow, atHigh) = (density(low), density(high))
    let fromLow = low.map { ($0 - base.mean) * atLow } ?? 0
    let fromHigh = high.map { ($0 - base.mean) * atHigh } ?? 0
    let shrinkage = square(base.deviation * (atLow - atHigh))
    let variance = square(base.deviation) * (1 + fromLow - fromHigh - shrinkage)
    return variance.broadcast(to: batchShape)
  }

  /// The density at an end, 0 where there is none.
  private func density(_ end: Tensor?) -> Tensor {
    end.map { exp(base.logProb($0) - logMass) } ?? 0
  }
}
