import Foundation

/// The scale of an axis: the function from numbers to places along it.
public enum AxisScale: Sendable, Equatable {
  /// Equal steps are equally long.
  case linear
  /// Equal ratios are equally long; for positive numbers.
  case logarithmic
  /// Linear up to a threshold in absolute value, and logarithmic beyond it, where a factor of 10 is as long as the threshold.
  case symlog(threshold: Double)
  /// The reduced variate of the Gumbel distribution, `-log(-log(1 - 1/T))`, of a return period T above 1.
  ///
  /// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.1.3.
  case returnPeriod

  /// Whether gnuplot has the scale itself, so that numbers are written as they are.
  var isOfGnuplot: Bool { self == .linear || self == .logarithmic }

  /// The place of a number along the axis, for scales that gnuplot does not have; otherwise the number.
  func place(_ number: Double) -> Double {
    switch self {
    case .linear, .logarithmic: number
    case .symlog(let threshold):
      abs(number) <= threshold
        ? number / threshold
        : (number < 0 ? -1 : 1) * (1 + log10(abs(number) / threshold))
    case .returnPeriod: -log(-log1p(-1 / number))
    }
  }

  /// Throws an error for a number that has no place on the axis.
  func check(_ numbers: [Double], _ what: String) throws(PlottingError) {
    let isOutside: (Double) -> Bool
    switch self {
    case .logarithmic:
      if let bad = numbers.firstIndex(where: { $0 <= 0 }) {
        throw .notPositive(what: what, index: [bad], value: numbers[bad])
      }
      return
    case .returnPeriod: isOutside = { $0 <= 1 }
    case .symlog(let threshold):
      guard threshold > 0, threshold.isFinite else {
        throw .notPositive(what: "the threshold of an axis", index: [], value: threshold)
      }
      return
    case .linear: return
    }
    if let bad = numbers.firstIndex(where: isOutside) {
      throw .noReturnPeriod(what: what, index: bad, value: numbers[bad])
    }
  }

  /// The ticks where none are given, within a range; empty for those of gnuplot.
  func ticks(within range: ClosedRange<Double>) -> [Double] {
    switch self {
    case .linear, .logarithmic: []
    case .returnPeriod:
      [1.1, 1.5, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000, 10_000].filter(range.contains)
    case .symlog(let threshold):
      Self.symlogTicks(threshold, range)
    }
  }

  /// Powers of ten times the threshold; where a range has few of them, 2 and 5 times these, too.
  private static func symlogTicks(
    _ threshold: Double, _ range: ClosedRange<Double>
  ) -> [Double] {
    func ticks(_ factors: [Double]) -> [Double] {
      let positive = (0...12).flatMap { power in
        factors.map { $0 * threshold * pow(10, Double(power)) }
      }
      return (positive.reversed().map { -$0 } + [0] + positive).filter(range.contains)
    }
    let powers = ticks([1])
    return powers.count < 3 ? ticks([1, 2, 5]) : powers
  }
}
