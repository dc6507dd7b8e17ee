import Autodiff
import PPL

// The probability of an interval, for truncated and censored distributions.

/// The log probabilities of the tails beyond both ends of an interval, on one side; the interval has their difference.
struct TailsOfInterval {
  let larger, smaller: Tensor

  /// The logarithm of the smaller one over the larger.
  var change: Tensor { minimum(smaller - larger, 0) }
  /// The relative rounding error of either tail: some units in the last place, since tails are functions of functions.
  private var rounding: Tensor { 64 * Tensor(Double.ulpOfOne) * (1 - larger) }
  /// An indicator, 1 where the difference loses about four digits or more.
  var isNarrow: Tensor { change .> maximum(-1e-4 * (1 - larger), -0.05) }
  /// An indicator, 1 where the difference agrees with a log mass up to rounding.
  func agree(with logMass: Tensor) -> Tensor {
    abs(exp(logMass - larger) + expm1(change)) .<= rounding
  }
}

extension HasQuantiles {
  /// Whether the upper tail at `low` is the smaller one.
  func isUpper(_ low: Tensor) -> Tensor { cdf(low) .> 0.5 }

  /// The log probability `log(F(high) - F(low))` of an interval, to full relative accuracy however far out or narrow it is.
  ///
  /// An interval across a corner or jump of the density that is not its `corner` has about half of the digits.
  func logMass(from low: Tensor, to high: Tensor) -> Tensor {
    guard let corner else { return logSmoothMass(from: low, to: high) }
    let middle = minimum(maximum(corner, low), high)
    return logSum(
      logSmoothMass(from: low, to: middle), logSmoothMass(from: middle, to: high))
  }

  /// The log probability from the tail in which the difference loses no digits, or from the density at three
  /// Gauss–Legendre nodes where the interval is so narrow that every difference loses some and agrees with this rule up to
  /// rounding.
  ///
  /// The rule is for log densities that change by less than 0.05, of which at most a thousandth is curvature: its relative
  /// error there is below 1e-11.
  private func logSmoothMass(from low: Tensor, to high: Tensor) -> Tensor {
    let isUpper = isUpper(low)
    let tails = TailsOfInterval(
      larger: select(isUpper, logSurvival(low), logCDF(high)),
      smaller: select(isUpper, logSurvival(high), logCDF(low)))
    let rule = narrowInterval(
      from: low, to: high, tails, share: legendreNode, weight: 5.0 / 18, curvature: 1e-3)
    // No mass where the tails are the same, whatever the density.
    let isNothing = (tails.smaller .>= tails.larger) .| (high .<= low)
    let change = select(rule.isUsed .| isNothing, -1, tails.change)
    let difference = tails.larger + logOneMinusExp(change)
    return select(
      rule.isUsed, rule.logMass, select(isNothing, Tensor(-.infinity), difference))
  }

  /// The quantile in an interval so narrow that the log density is linear, and whether it is linear to a billionth.
  ///
  /// It is a fraction of the width from the nearer end, so that it has the accuracy of the width and not only
  /// that of a probability.
  ///
  /// - Parameters:
  ///   - logP: The log probability below the quantile, relative to the interval.
  ///   - logQ: The log probability above it.
  ///   - low: The lower end.
  ///   - high: The upper end.
  ///   - tails: The tails of the distribution at both ends.
  func narrowQuantile(
    _ logP: Tensor, _ logQ: Tensor, from low: Tensor, to high: Tensor, _ tails: TailsOfInterval
  ) -> (quantile: Tensor, isUsed: Tensor) {
    let line = narrowInterval(
      from: low, to: high, tails, share: 0, weight: 1.0 / 6, curvature: 1e-9)
    let isLower = logP .< logQ
    let p = exp(select(isLower, logP, logQ))
    let slope = line.after - line.before
    let s = select(isLower, slope, -slope)
    // log(1 + p (exp(s) - 1)) / s
    let share = line.width * p * expm1Ratio(s) * log1pRatio(p * expm1(s))
    let isUsed = line.isUsed .& (tails.change .> -1e-4)
    return (select(isLower, low + share, high - share), isUsed)
  }

  /// A narrow interval by its density in the middle and at two places at the same distance from either end.
  ///
  /// - Parameters:
  ///   - low: The lower end.
  ///   - high: The upper end.
  ///   - tails: The tails of the distribution at both ends.
  ///   - share: The distance of each of the two places from its end, as a share of the width.
  ///   - weight: The weight of either place in the rule for the mass.
  ///   - curvature: The largest departure of the log density from a straight line.
  private func narrowInterval(
    from low: Tensor, to high: Tensor, _ tails: TailsOfInterval, share: Tensor, weight: Tensor,
    curvature: Tensor
  ) -> NarrowInterval {
    // Elsewhere an empty interval in the support, where the density has a slope.
    let isNarrow = tails.isNarrow .& (high .> low)
    let start = select(isNarrow, low, support.feasible([]))
    let width = select(isNarrow, high - low, 0)
    let middle = logProb(start + 0.5 * width)
    let before = logProb(start + width * share) - middle
    let after = logProb(start + width * (1 - share)) - middle
    let isSmooth = (abs(after - before) .< 0.05) .& (abs(before + after) .< curvature)
    let (b, a) = (select(isSmooth, before, 0), select(isSmooth, after, 0))
    let shape = log1p((expm1(b) + expm1(a)) * weight)
    let logMass = log(select(isNarrow, width, 1)) + middle + shape
    return NarrowInterval(
      width: width, before: b, after: a, logMass: logMass,
      isUsed: isNarrow .& isSmooth .& tails.agree(with: logMass))
  }
}

/// The width of an interval, the log density at two places in it less that in the middle, the log mass from all three, and
/// an indicator, 1 where these are valid for the interval.
private struct NarrowInterval {
  let width, before, after, logMass, isUsed: Tensor
}

/// The first of the three nodes in [0, 1], `(1 - √(3/5)) / 2`; its weight is 5/18.
private let legendreNode: Tensor = 0.1127016653792583
