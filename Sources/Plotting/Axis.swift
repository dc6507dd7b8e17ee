import Foundation

/// One axis of a figure: its label, scale and ticks.
public struct Axis: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The label: the quantity along the axis, with its unit.
  public var label: String
  /// Whether the scale is logarithmic.
  public var isLogarithmic: Bool
  /// The positions of the ticks, in the units of the axis; those chosen by gnuplot if empty.
  public var ticks: [Double]
  /// A number that the axis must include, such as the 0 of an error, in the units of the axis.
  public var including: Double?

  /// An axis with this label; the rest follows from the data unless it is given.
  public init(
    _ label: String, isLogarithmic: Bool = false, ticks: [Double] = [], including: Double? = nil
  ) {
    (self.label, self.isLogarithmic) = (label, isLogarithmic)
    (self.ticks, self.including) = (ticks, including)
  }

  /// A linear axis with this label.
  public init(stringLiteral value: String) { self.init(value) }

  /// Throws an error for numbers that the axis cannot show.
  func check(
    _ numbers: [Double], _ what: String
  ) throws(PlottingError) {
    try PlottingError.check(numbers, what)
    if isLogarithmic, let bad = numbers.firstIndex(where: { $0 <= 0 }) {
      throw .notPositive(what: what, index: [bad], value: numbers[bad])
    }
  }

  /// Throws an error for ticks that the axis cannot show.
  func checkTicks() throws(PlottingError) {
    try check(ticks, "ticks of axis \"\(label)\"")
    try check(including.map { [$0] } ?? [], "the number that axis \"\(label)\" includes")
  }

  /// The gnuplot commands for an axis over numbers of this range.
  ///
  /// - Parameters:
  ///   - name: The name of the axis, `x` or `y`.
  ///   - margin: The fraction of its length that is left free at each end.
  func commands(_ name: String, over numbers: [Double], margin: Double) -> [String] {
    let (low, high) = range(of: numbers + (including.map { [$0] } ?? []), margin: margin)
    let places = ticks.map { "\($0.label) \($0)" }.joined(separator: ", ")
    return [
      "set \(name)label \(Script.quoted(label))\(name == "x" ? " offset 0,0.5" : "")",
      isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)",
      ticks.isEmpty ? "set \(name)tics autofreq" : "set \(name)tics (\(places))",
      "set \(name)range [\(low):\(high)]",
    ]
  }

  private func range(of numbers: [Double], margin: Double) -> (low: Double, high: Double) {
    let scaled = isLogarithmic ? numbers.map { log($0) } : numbers
    guard let low = scaled.min(), let high = scaled.max() else { return (0, 1) }
    let width = high > low ? margin * (high - low) : max(abs(low) / 10, 0.5)
    return isLogarithmic
      ? (exp(low - width), exp(high + width))
      : (low - width, high + width)
  }
}

extension Double {
  /// The text of a tick, without decimals for a whole number.
  fileprivate var label: String {
    Script.quoted(self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)")
  }
}
