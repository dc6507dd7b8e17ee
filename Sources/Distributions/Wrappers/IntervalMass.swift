import Autodiff
import PPL

// The probability of an interval, for truncated and censored distributions.

/// A distribution whose density has a corner, a jump of its slope: no rule for smooth densities may cross it.
protocol HasCorner {
  /// The place of the corner; it broadcasts with the batch.
  var corner: Tensor { get }
}

extension Laplace: HasCorner { var corner: Tensor { location } }
extension AsymmetricLaplace: HasCorner { var corner: Tensor { location } }
extension AsymmetricLaplaceQuantile: HasCorner { var corner: Tensor { location } }

extension HasQuantiles {
  /// Whether the upper tail at `low` is the smaller one.
  func isUpper(_ low: Tensor) -> Tensor { cdf(low) .> 0.5 }

  /// The log probability `log(F(high) - F(low))` of an interval, to full relative accuracy however narrow or far
  /// out it is.
  func logMass(from low: Tensor, to high: Tensor) -> Tensor {
    guard let corner = (self as? any HasCorner)?.corner else {
      return logSmoothMass(from: low, to: high)
    }
    let middle = minimum(maximum(corner, low), high)
    return logSum(
      logSmoothMass(from: low, to: middle), logSmoothMass(from: middle, to: high))
  }

  /// The log probability of an interval without a corner: from the tail in which the difference loses no digits
  /// or, where the interval is so narrow that every difference loses some, from the density by three
  /// Gauss–Legendre nodes.
  ///
  /// The rule is taken where the tail changes by less than 5 % and the log density by less than 0.05, of which at
  /// most a
  /// thousandth is curvature: its relative error there is below 1e-11, as is that of the difference elsewhere.
  private func logSmoothMass(from low: Tensor, to high: Tensor) -> Tensor {
    let isUpper = isUpper(low)
    let larger = select(isUpper, logSurvival(low), logCDF(high))
    let smaller = select(isUpper, logSurvival(high), logCDF(low))
    let change = minimum(smaller - larger, 0)
    let isNarrow = change .> -0.05
    let difference = larger + logOneMinusExp(select(isNarrow, -1, change))

    // Elsewhere the interval is an empty one in the support, where the density has a slope.
    let isEmpty = high .<= low
    let start = select(isNarrow, low, support.feasible([]))
    let width = select(isNarrow .& not(isEmpty), high - low, 0)
    let middle = logProb(start + 0.5 * width)
    let before = logProb(start + width * legendreNode) - middle
    let after = logProb(start + width * (1 - legendreNode)) - middle
    let isSmooth = (abs(after - before) .< 0.05) .& (abs(before + after) .< 1e-3)
    let isUsed = isNarrow .& isSmooth
    let (b, a) = (select(isUsed, before, 0), select(isUsed, after, 0))
    let shape = log1p((expm1(b) + expm1(a)) * (5.0 / 18))
    let rule = log(select(isUsed .& not(isEmpty), width, 1)) + middle + shape
    let mass = select(isUsed, rule, larger + logOneMinusExp(change))
    let narrow = select(isEmpty, Tensor(-.infinity), mass)
    return select(isNarrow, narrow, difference)
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
  ///   - isNarrow: 1 where the interval has a small part of the tail; elsewhere it is left alone.
  func narrowQuantile(
    _ logP: Tensor, _ logQ: Tensor, from low: Tensor, to high: Tensor, where isNarrow: Tensor
  ) -> (quantile: Tensor, isUsed: Tensor) {
    let start = select(isNarrow, low, support.feasible([]))
    let width = select(isNarrow, high - low, 0)
    let middle = logProb(start + 0.5 * width)
    let (before, after) = (logProb(start) - middle, logProb(start + width) - middle)
    let isStraight = abs(before + after) .< 1e-9
    let isUsed = isNarrow .& isStraight .& (abs(after - before) .< 0.05)
    let slope = select(isUsed, after - before, 0)
    let isLower = logP .< logQ
    let p = exp(select(isLower, logP, logQ))
    let s = select(isLower, slope, -slope)
    // log(1 + p (exp(s) - 1)) / s
    let share = width * p * expm1Ratio(s) * log1pRatio(p * expm1(s))
    return (select(isLower, low + share, high - share), isUsed)
  }
}

/// The first of the three nodes in [0, 1], `(1 - √(3/5)) / 2`; its weight is 5/18.
private let legendreNode: Tensor = 0.1127016653792583
