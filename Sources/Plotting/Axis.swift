import Foundation

/// One axis of a figure: its label, scale and ticks.
public struct Axis: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The label: the quantity along the axis, with its unit.
  public var label: String
  /// The scale of the axis.
  public var scale: AxisScale
  /// The first and the last number of the axis, in its units; nil for those of the data with a margin.
  public var limits: ClosedRange<Double>?
  /// The positions of the ticks, in the units of the axis; those chosen by gnuplot if empty.
  public var ticks: [Double]
  /// The texts of the ticks, as many as there are ticks; the numbers themselves if empty.
  public var tickLabels: [String] = []
  /// A number that the axis must include, such as the 0 of an error, in the units of the axis.
  public var including: Double?

  /// An axis with this label; the rest follows from the data unless it is given.
  public init(
    _ label: String, isLogarithmic: Bool = false, ticks: [Double] = [], including: Double? = nil
  ) {
    self.init(
      label, isLogarithmic ? .logarithmic : .linear, ticks: ticks, including: including)
  }

  /// An axis with this label, scale and range; the rest follows from the data unless it is given.
  ///
  /// - Parameters:
  ///   - label: The quantity along the axis, with its unit.
  ///   - scale: The scale.
  ///   - limits: The first and the last number; nil for those of the data with a margin.
  ///   - ticks: The positions of the ticks; those that suit the scale if empty.
  ///   - tickLabels: The texts of the ticks; their numbers if empty.
  ///   - including: A number that the axis must include.
  public init(
    _ label: String, _ scale: AxisScale, limits: ClosedRange<Double>? = nil,
    ticks: [Double] = [], tickLabels: [String] = [], including: Double? = nil
  ) {
    (self.label, self.scale, self.limits) = (label, scale, limits)
    (self.ticks, self.tickLabels, self.including) = (ticks, tickLabels, including)
  }

  /// Whether the scale is logarithmic.
  public var isLogarithmic: Bool { scale == .logarithmic }

  /// A linear axis with this label.
  public init(stringLiteral value: String) { self.init(value) }

  /// Throws an error for numbers that the axis cannot show.
  func check(
    _ numbers: [Double], _ what: String
  ) throws(PlottingError) {
    try PlottingError.check(numbers, what)
    try scale.check(numbers, what)
  }

  /// Throws an error for ticks and limits that the axis cannot show.
  func checkTicks() throws(PlottingError) {
    if let limits {
      let what = "limits of axis \"\(label)\""
      try check([limits.lowerBound, limits.upperBound], what)
      guard limits.lowerBound < limits.upperBound else {
        throw .emptyLimits(what: what, value: limits.lowerBound)
      }
    }
    guard tickLabels.isEmpty || tickLabels.count == ticks.count else {
      throw .size(
        what: "texts of ticks of axis \"\(label)\"", given: tickLabels.count,
        expected: ticks.count)
    }
    try check(ticks, "ticks of axis \"\(label)\"")
    try check(including.map { [$0] } ?? [], "the number that axis \"\(label)\" includes")
  }

  /// The gnuplot commands for an axis over numbers of this range.
  ///
  /// - Parameters:
  ///   - name: The name of the axis, `x` or `y`.
  ///   - margin: The fraction of its length that is left free at each end.
  func commands(_ name: String, over numbers: [Double], margin: Double) -> [String] {
    let (low, high) = ends(over: numbers, margin: margin)
    let range = low...max(low, high)
    let marks = ticks.isEmpty ? scale.ticks(within: range) : ticks
    let texts =
      !tickLabels.isEmpty
      ? tickLabels.map(Script.quoted)
      : ticks.isEmpty ? marks.map { Script.quoted(String(format: "%g", $0)) } : marks.map(\.label)
    let places = zip(texts, marks).map { "\($0) \(scale.place($1))" }.joined(separator: ", ")
    return [
      "set \(name)label \(Script.quoted(label))\(name == "x" ? " offset 0,0.5" : "")",
      isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)",
      marks.isEmpty ? "set \(name)tics autofreq" : "set \(name)tics (\(places))",
      "set \(name)range [\(scale.place(low)):\(scale.place(high))]",
    ]
  }

  /// The first and the last number of the axis over numbers of this range, in its units.
  func ends(over numbers: [Double], margin: Double) -> (low: Double, high: Double) {
    limits.map { ($0.lowerBound, $0.upperBound) }
      ?? range(of: numbers + (including.map { [$0] } ?? []), margin: margin)
  }

  /// The room that texts of ticks need beyond that of short numbers, in pixels at 7.5 a character.
  var widthOfTickLabels: Double {
    // Those of a symmetric logarithmic axis are large numbers.
    if case .symlog = scale, tickLabels.isEmpty { return 16 }
    return max(0, 7.5 * Double(tickLabels.map(\.count).max() ?? 0) - 30)
  }

  private func range(of numbers: [Double], margin: Double) -> (low: Double, high: Double) {
    // A margin beyond the period 1 has no place.
    guard scale != .returnPeriod else { return (numbers.min() ?? 2, numbers.max() ?? 100) }
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
