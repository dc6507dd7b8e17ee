/// A colour scale, from numbers to colours, with its colour bar.
public struct ColorScale: Sendable, Equatable {
  /// A perceptually uniform colour map, also for the colour-blind.
  public enum Map: Sendable, Equatable {
    /// The sequential map from dark to bright, for amounts: viridis of van der Walt and Smith (2015).
    case sequential
    /// The diverging map from blue through grey to red, for signed numbers: the grey is at 0.
    ///
    /// - Reference: Moreland (2009), *Diverging Color Maps for Scientific Visualization*.
    case diverging
    /// The sequential map from white to dark red, for hot extremes: Reds of ColorBrewer.
    case reds
    /// The sequential map from white over pink to purple, for changes: RdPu of ColorBrewer.
    case pinkPurple

    fileprivate var colors: [String] {
      switch self {
      case .sequential:
        [
          "#440154", "#472c7a", "#3b518b", "#2c718e", "#21908d", "#27ad81", "#5cc863", "#aadc32",
          "#fde725",
        ]
      case .diverging:
        [
          "#3b4cc0", "#4e68d7", "#6282ea", "#779af7", "#8db0fe", "#a3c2fe", "#b8d0f9", "#ccd9ee",
          "#dddddd", "#ecd3c6", "#f5c4ad", "#f7b194", "#f49a7b", "#ec7f63", "#de614c", "#cb3e38",
          "#b40426",
        ]
      case .reds:
        [
          "#fff5f0", "#fee0d2", "#fcbba1", "#fc9272", "#fb6a4a", "#ef3b2c", "#cb181d", "#a50f15",
          "#67000d",
        ]
      case .pinkPurple:
        [
          "#fff7f3", "#fde0dd", "#fcc5c0", "#fa9fb5", "#f768a1", "#dd3497", "#ae017e", "#7a0177",
          "#49006a",
        ]
      }
    }
  }

  /// The label: the quantity that the colours show, with its unit.
  public var label: String
  /// The colour map of the scale.
  public var map: Map
  /// The numbers of the first and last colours; nil for those of the data.
  public var range: ClosedRange<Double>?

  /// A scale with this label; the rest follows from the data unless it is given.
  public init(_ label: String, _ map: Map = .sequential, range: ClosedRange<Double>? = nil) {
    (self.label, self.map, self.range) = (label, map, range)
  }

  /// The gnuplot commands for these numbers.
  func commands(over numbers: some Sequence<Double>) -> [String] {
    let colors = map.colors.enumerated().map { "\($0.offset) '\($0.element)'" }
    let range = range ?? self.range(of: numbers)
    return [
      "set palette defined (\(colors.joined(separator: ", ")))",
      "set cbrange [\(range.lowerBound):\(range.upperBound)]",
      "set cblabel \(Script.quoted(label))",
    ]
  }

  private func range(of numbers: some Sequence<Double>) -> ClosedRange<Double> {
    let (low, high) = numbers.reduce((Double.infinity, -Double.infinity)) {
      (min($0.0, $1), max($0.1, $1))
    }
    let largest = max(abs(low), abs(high))
    switch map {
    case .diverging:
      return largest > 0 ? -largest...largest : -1...1
    case .sequential, .reds, .pinkPurple:
      let width = high > low ? 0 : max(largest / 10, 0.5)
      return (low - width)...(high + width)
    }
  }
}
