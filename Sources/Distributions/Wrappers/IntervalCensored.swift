import Autodiff
import PPL
import Preconditions

/// An interval-censored distribution: each value is known only to lie in an interval, or exactly where its ends
/// are equal.
///
///     log p(l, u) = log(F(u) - F(l))    in between
///                   log F(u)            left-censored, or l = -infinity
///                   log(1 - F(l))       right-censored, or u = infinity
///                   log(1 - F(u) + F(l))    both: known to lie outside
///                   log p_base(l)       where l = u
///
///     let cost = IntervalCensored(LogNormal(location, scale))
///     p.sample("cost", cost, observed: brackets)  // [N, 2]
///
/// Draws are those of `base`, known exactly: both ends are the same.
///
/// - Shape: batch is that of `base` and the flags broadcast together; event `[2]`, the lower and upper end.
/// - Reference: Klein and Moeschberger (2003), *Survival Analysis*, §3.5; R's `Surv(type = "interval2")`.
public struct IntervalCensored<Base: HasQuantiles>: Distribution {
  /// The distribution of the uncensored value.
  public let base: Base
  /// Flags (1) of the values whose lower end, and of those whose upper end, does not count; both broadcast with
  /// the batch.
  public let leftCensored, rightCensored: Tensor
  public let batchShape: [Int]

  /// An interval-censored distribution. A value lies below or above an end where one flag is 1, and between its
  /// ends where both are 0.
  public init(_ base: Base, leftCensored: Tensor = 0, rightCensored: Tensor = 0) {
    self.base = base
    (self.leftCensored, self.rightCensored) = (leftCensored, rightCensored)
    batchShape = Distributions.batchShape(
      of: "IntervalCensored",
      [
        "base": base.batchShape, "leftCensored": leftCensored.shape,
        "rightCensored": rightCensored.shape,
      ])
  }

  public var name: String { "IntervalCensored" + base.name }
  public var parameters: [Parameter] {
    base.parameters + [
      .init("leftCensored", leftCensored, .boolean),
      .init("rightCensored", rightCensored, .boolean),
    ]
  }
  public var support: Support { Support(IntervalEnds()) }
  public var eventShape: [Int] { [2] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let x = base.expanded(to: batchShape).sample(shape, key: key)
    return stack([x, x], along: -1)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let (lower, upper) = (x[.ellipsis, 0], x[.ellipsis, 1])
    let isOutside = leftCensored .& rightCensored
    let isLeft = (leftCensored .| (lower .== Tensor(-.infinity))) .& not(isOutside)
    let isRight = (rightCensored .| (upper .== Tensor(.infinity))) .& not(isOutside)
    let isExact = (lower .== upper) .& not(isLeft .| isRight .| isOutside)
    let isInterval = not(isLeft .| isRight .| isExact)

    // An end that does not count may have any value, and an empty interval has no log probability.
    let place = base.support.feasible([])
    let usedLower = select(isLeft, place, lower)
    let usedUpper = select(isRight, place, upper)
    let from = select(isInterval, usedLower, Tensor(0.0) * place + base.icdf(0.25))
    let to = select(isInterval, usedUpper, base.icdf(0.75))
    let inside = base.logMass(from: from, to: to)
    let outside = logSum(base.logCDF(from), base.logSurvival(to))
    let between = select(isOutside, outside, inside)

    let exact = base.logProb(usedLower)
    let oneSided = select(isLeft, base.logCDF(usedUpper), base.logSurvival(usedLower))
    let known = select(isExact, exact, select(isInterval, between, oneSided))
    // Two open ends carry no information.
    return select(isLeft .& isRight, 0, known)
  }
}

/// The constraint on pairs of ends: lower and upper, in order.
private struct IntervalEnds: Constraint {
  var name: String { "a lower and an upper end, in order" }
  var eventRank: Int { 1 }
  func contains(_ x: Tensor) -> Tensor { x[.ellipsis, 0] .<= x[.ellipsis, 1] }
  var bijection: any Transform {
    requirementFailed("IntervalCensored: intervals are observed, not inferred")
  }
  func feasible(_ shape: [Int]) -> Tensor { .zeros(shape) }
}
