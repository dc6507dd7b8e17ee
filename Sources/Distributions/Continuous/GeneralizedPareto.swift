import Autodiff
import PPL

/// The generalized Pareto distribution of exceedances over a high threshold.
///
///     1 - F(x) = (1 + shape z)^(-1/shape),    z = (x - location) / scale ≥ 0
///
/// A positive shape has a heavy tail, a negative shape an upper end `location - scale / shape`, and shape 0 is the
/// exponential distribution. All three are one smooth function here, as in `GEV`: with the reduced variate
/// `s = log(1 + shape z) / shape`, which is `z` at shape 0,
///
///     log p = -log(scale) - (1 + shape) s,    log(1 - F) = -s
///
/// The upper end depends on the parameters. Beyond it the log density is -infinity and its gradient is exactly
/// zero. Therefore `support` is all numbers from the threshold on, and `upperEnd` has the end.
///
///     let peaks = GeneralizedPareto(threshold, scale, shape)
///     peaks.returnLevel(period: 100, exceedances: 2.5)  // passed once in 100 years of 2.5 peaks each
///
/// - Shape: batch is `location`, `scale` and `shape` broadcast together; event `[]`.
/// - Units: `location` (the threshold) and `scale` share the units of `x`; `shape` has none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, eq. (4.2);
///   Pickands (1975), *Statistical inference using extreme order statistics*.
public struct GeneralizedPareto: HasQuantiles, HasMoments, HasEntropy {
  /// Threshold and scale in the units of `x`; `shape` is ξ, positive for a heavy tail; batch shape each.
  public let location, scale, shape: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location`, `scale` and `shape`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, _ shape: Tensor) {
    (self.location, self.scale, self.shape) = (location, scale, shape)
    batchShape = Distributions.batchShape(
      of: "GeneralizedPareto",
      ["location": location.shape, "scale": scale.shape, "shape": shape.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("shape", shape, .real),
    ]
  }
  public var support: Support { .greaterThanEqual(location) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    quantile(reduced: key.exponential(shape + batchShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let (s, inside) = reducedVariate(x)
    return select(inside, -log(scale) - (1 + shape) * s, Tensor(-.infinity))
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let (s, inside) = reducedVariate(x)
    return keepingNaN(of: x, select(inside, -expm1(-s), x .> location))
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: { location + scale * $0 }, upper: upperQuantile) {
      quantile(reduced: -log1p(-$0))
    }
  }

  /// The quantile whose upper tail has the probability `t`, near 0: a power for a negative shape, infinite for others.
  private func upperQuantile(_ t: Tensor) -> Tensor {
    let isBounded = shape .< 0
    let xi = select(isBounded, shape, -1)
    let bounded = location + scale * (pow(select(isBounded, t, 1), -xi) - 1) / xi
    let slope = scale * (1 + select(isBounded, 0, shape))
    let other = location - slope * log(select(isBounded, 1, t))
    return select(isBounded, bounded, other)
  }
  public func logCDF(_ x: Tensor) -> Tensor {
    let (s, inside) = reducedVariate(x)
    let isInner = inside .& (x .> location)
    let distance = select(isInner, x - location, scale)
    let curving = log(log1pRatio(select(isInner, shape * distance / scale, 0)))
    let logHazard = log(distance) - log(scale) + curving
    let inner = Distributions.logCDF(hazard: select(isInner, s, 1), logHazard: logHazard)
    let outside = select(x .> location, 0, Tensor(-.infinity))
    return keepingNaN(of: x, select(isInner, inner, outside))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in location }, upper: upperQuantile) {
      let h = logHazard(logCDF: $0)
      return location + exp(h + log(scale)) * expm1Ratio(shape * exp(h))
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (s, inside) = reducedVariate(x)
    return keepingNaN(of: x, select(inside, -s, select(x .> location, Tensor(-.infinity), 0)))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { farQuantile(log: $0) }, upper: { location + scale * $0 }
    ) { quantile(reduced: -$0) }
  }

  /// The end for a negative shape; for others what grows with the log probability above it, and faster for a positive shape.
  private func farQuantile(log l: Tensor) -> Tensor {
    let isBounded = shape .< 0
    let (l, xi) = (select(isBounded, -1, l), select(isBounded, 0, shape))
    let growing = square(select(shape .> 0, l, 0)) * xi
    return select(isBounded, upperEnd, location + scale * (growing - (1 + xi) * l))
  }

  /// The level that is exceeded once in `period` years on average.
  ///
  ///     Q(1 - 1 / (period exceedances))
  ///
  /// - Parameters:
  ///   - period: The return period in years, or the unit of time of `exceedances`.
  ///   - exceedances: The mean number of exceedances of the threshold a year.
  /// - Precondition: Both are positive and their product, the peaks in a period, is at least 1, where they are not
  ///   being recorded.
  /// - Reference: Coles (2001), eq. (4.13).
  public func returnLevel(period: Tensor, exceedances: Tensor) -> Tensor {
    let peaks = period * exceedances
    expect(period, named: "period", in: .positive, by: "returnLevel")
    expect(exceedances, named: "exceedances", in: .positive, by: "returnLevel")
    expect(peaks, named: "period * exceedances", in: .greaterThanEqual(1), by: "returnLevel")
    return quantile(reduced: log(peaks))
  }

  /// The distribution of exceedances over a higher threshold: the same family with the same shape.
  ///
  /// - Parameter threshold: The higher threshold, at or above `location` and below the upper end.
  /// - Reference: Coles (2001), §4.3.4.
  public func exceeding(_ threshold: Tensor) -> GeneralizedPareto {
    GeneralizedPareto(threshold, scale + shape * (threshold - location), shape)
  }

  /// The upper end of the support; infinite for shapes from 0 on; batch shape.
  public var upperEnd: Tensor {
    let end = location - scale / select(shape .< 0, shape, -1)
    return select(shape .< 0, end, Tensor(.infinity))
  }

  /// The mean; infinite for shapes from 1 on.
  public var mean: Tensor {
    let exists = shape .< 1
    let xi = select(exists, shape, 0)
    return select(exists, location + scale / (1 - xi), Tensor(.infinity))
  }

  /// The variance; infinite for shapes from 1/2 on.
  public var variance: Tensor {
    let exists = shape .< 0.5
    let xi = select(exists, shape, 0)
    let finite = square(scale / (1 - xi)) / (1 - 2 * xi)
    return select(exists, finite, Tensor(.infinity)).broadcast(to: batchShape)
  }

  public var entropy: Tensor { (log(scale) + shape + 1).broadcast(to: batchShape) }

  /// The reduced variate `s` and whether `x` is inside the support; outside, `s` is the constant 0.
  private func reducedVariate(_ x: Tensor) -> (s: Tensor, inside: Tensor) {
    let z = (x - location) / scale
    let inside = (z .>= 0) .& isFinite(z) .& (shape * z .> -1)
    let safeZ = select(inside, z, 0)
    return (safeZ * log1pRatio(shape * safeZ), inside)
  }

  private func quantile(reduced s: Tensor) -> Tensor {
    location + scale * s * expm1Ratio(shape * s)
  }
}
