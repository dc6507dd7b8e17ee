import Autodiff
import PPL
import Preconditions

/// A truncated distribution: cut off below, above or on both sides, and rescaled.
///
///     p(x) = p_base(x) / (F(high) - F(low)),    low ≤ x ≤ high
///
///     TruncatedNormal(0, 1, low: 2)
///     Truncated(StudentT(4, 0, 1), low: -1, high: 3)
///
/// An interval above the median of the base is measured in the upper tail, one below in the lower tail, both in
/// logarithms: a distribution with both logarithmic tails may be cut a thousand standard deviations away. An
/// interval so narrow that its mass is a difference of nearly equal tails is measured by its density.
///
/// - Shape: batch is that of `base` and the bounds broadcast together; event `[]`.
/// - Units: the bounds share the units of `x`.
/// - Reference: Robert (1995), *Simulation of truncated normal variables*; draws by inversion, as NumPyro's
///   `TruncatedDistribution`.
public struct Truncated<Base: HasQuantiles>: HasQuantiles {
  /// The distribution before it is truncated.
  public let base: Base
  /// The lower and the upper bound, in the units of `x`; nil where the distribution is not cut. Both broadcast
  /// with the batch.
  public let low, high: Tensor?
  public let batchShape: [Int]

  /// A distribution truncated to the interval from `low` to `high`.
  ///
  /// - Precondition: `base` is a distribution of single numbers, and at least one bound is given.
  public init(_ base: Base, low: Tensor? = nil, high: Tensor? = nil) {
    holds(
      base.eventShape.isEmpty, "Truncated: \(base.name) has events of shape \(base.eventShape).")
    holds(low != nil || high != nil, "Truncated: give low, high or both.")
    (self.base, self.low, self.high) = (base, low, high)
    batchShape = Distributions.batchShape(
      of: "Truncated",
      ["base": base.batchShape, "low": low?.shape ?? [], "high": high?.shape ?? []])
  }

  public var name: String { "Truncated" + base.name }

  public var parameters: [Parameter] {
    let lower = low.map { Parameter("low", $0, .real) }
    let upper = high.map { Parameter("high", $0, low.map(Support.greaterThan) ?? .real) }
    return base.parameters + [lower, upper].compactMap { $0 }
  }

  public var support: Support {
    switch (low, high) {
    case (let low?, let high?): .interval(low, high)
    case (let low?, nil): .greaterThanEqual(low)
    case (nil, let high?): .lessThanEqual(high)
    case (nil, nil): base.support
    }
  }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.innerUniform(shape + batchShape)
    return quantile(log(u), log1p(-u))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: low ?? high ?? 0) { base.logProb($0) - logMass }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let x = within(x)
    guard let low else { return exp(base.logCDF(x) - logMass) }
    let isBelow = x .<= low
    let above = select(isBelow, high ?? low + abs(low) + 1, x)
    let inner = exp(base.logMass(from: low, to: above) - logMass)
    return select(isBelow, 0, minimum(inner, 1))
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let x = within(x)
    guard let low else { return minimum(base.logCDF(x) - logMass, 0) }
    return logShare(from: low, to: x)
  }

  public func logSurvival(_ x: Tensor) -> Tensor {
    let x = within(x)
    guard let high else { return minimum(base.logSurvival(x) - logMass, 0) }
    return logShare(from: x, to: high)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: atLow, upper: atHigh) { quantile(log($0), log1p(-$0)) }
  }

  // At an end, the end of the base where the probability is reached there, and one half elsewhere.
  private func atLow(_ t: Tensor) -> Tensor {
    low.map { $0 + distance(t, at: $0) } ?? base.icdf(select(t .== 0, t, 0.5))
  }
  private func atHigh(_ t: Tensor) -> Tensor {
    high.map { $0 - distance(t, at: $0) } ?? base.icdf(select(t .== 0, 1 - t, 0.5))
  }

  /// The distance of a quantile from the end of the interval beyond which the probability is `t`, near 0.
  private func distance(_ t: Tensor, at end: Tensor) -> Tensor {
    let density = stopGradient(exp(base.logProb(end) - logMass))
    let hasDensity = density .> 0
    return select(hasDensity, t / select(hasDensity, density, 1), steep(select(hasDensity, 1, t)))
  }

  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability,
      lower: { l in low ?? base.icdf(logCDF: select(l .== Tensor(-.infinity), l, -1)) },
      upper: atHigh
    ) { quantile($0, logOneMinusExp($0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability,
      lower: { l in high ?? base.icdf(logSurvival: select(l .== Tensor(-.infinity), l, -1)) },
      upper: atLow
    ) { quantile(logOneMinusExp($0), $0) }
  }
  public var corner: Tensor? { base.corner }

  /// The quantile from the tail of the base in which it keeps its digits, a mixture of the tails beyond the ends.
  ///
  /// - Parameters:
  ///   - logP: The log probability below the quantile.
  ///   - logQ: The log probability above it.
  private func quantile(_ logP: Tensor, _ logQ: Tensor) -> Tensor {
    let (cdfOfLow, survivalOfLow) =
      low.map { (base.logCDF($0), base.logSurvival($0)) }
      ?? (Tensor(-.infinity), Tensor(0))
    let (cdfOfHigh, survivalOfHigh) =
      high.map { (base.logCDF($0), base.logSurvival($0)) }
      ?? (Tensor(0), Tensor(-.infinity))
    let upperTail = logSum(logQ + survivalOfLow, logP + survivalOfHigh)
    let lowerTail = logSum(logQ + cdfOfLow, logP + cdfOfHigh)
    let isUpper = low.map(base.isUpper) ?? 0
    let isFar = isUpper .| (upperTail .< Tensor(-7))  // a probability of 0.001
    let logHalf = Tensor(-Constant.logTwo)
    let upper = base.icdf(logSurvival: select(isFar, upperTail, logHalf))
    let lower = base.icdf(logCDF: select(isFar, logHalf, lowerTail))
    var inside = within(select(isFar, upper, lower))
    if let low, let high {
      let tails = TailsOfInterval(
        larger: select(isUpper, survivalOfLow, cdfOfHigh),
        smaller: select(isUpper, survivalOfHigh, cdfOfLow))
      let (place, isUsed) = base.narrowQuantile(logP, logQ, from: low, to: high, tails)
      inside = select(isUsed, place, inside)
    }
    let fromLow = low.map { select(logP .== Tensor(-.infinity), $0, inside) } ?? inside
    return high.map { select(logQ .== Tensor(-.infinity), $0, fromLow) } ?? fromLow
  }

  /// The log probability of a part of the interval; `-infinity` where it is empty.
  private func logShare(from a: Tensor, to b: Tensor) -> Tensor {
    let isEmpty = b .<= a
    let end = select(isEmpty, abs(a) + a + 1, b)
    return select(isEmpty, Tensor(-.infinity), minimum(base.logMass(from: a, to: end) - logMass, 0))
  }

  /// The log probability of the interval under the base.
  var logMass: Tensor {
    switch (low, high) {
    case (let low?, let high?): base.logMass(from: low, to: high)
    case (let low?, nil): base.logSurvival(low)
    case (nil, let high?): base.logCDF(high)
    case (nil, nil): 0
    }
  }

  /// The nearest value that is not cut off, because rounding of a quantile must not leave the support.
  private func within(_ x: Tensor) -> Tensor {
    let raised = low.map { maximum(x, $0) } ?? x
    return high.map { minimum(raised, $0) } ?? raised
  }
}
