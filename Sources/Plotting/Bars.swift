import Preconditions

/// A bar chart of counts, in panels side by side, such as rank histograms, in which each rank should be equally
/// frequent.
public struct Bars: Figure, Equatable {
  /// The title above all panels.
  public let title: String
  /// The axes of every panel.
  public let xAxis, yAxis: Axis
  /// The panels, from left to right.
  public let panels: [Panel]

  /// The panel of one histogram.
  public struct Panel: Sendable, Equatable {
    /// The title above the panel.
    public let title: String
    /// The heights of the bars 0, 1, 2, ...
    public let heights: [Double]
    /// A reference height, drawn as a line; nil for none.
    public let expected: Double?

    /// A panel with bars of these heights.
    public init(title: String = "", heights: [Double], expected: Double? = nil) {
      (self.title, self.heights, self.expected) = (title, heights, expected)
    }

    /// A histogram of these counts, with their mean as the reference height.
    public init(title: String = "", counts: [Int]) {
      let mean = Double(counts.reduce(0, +)) / Double(max(counts.count, 1))
      self.init(title: title, heights: counts.map(Double.init), expected: mean)
    }
  }

  /// A bar chart of these panels.
  ///
  /// - Throws: `PlottingError` if there is no panel or a panel without bars, or if a number is not finite; it names
  ///   panel and bar.
  /// - Precondition: The axes are linear.
  public init(title: String = "", xAxis: Axis, yAxis: Axis, panels: [Panel]) throws(PlottingError) {
    require(
      xAxis.scale == .linear && yAxis.scale == .linear,
      "Bars: a bar has no length on a logarithmic axis.")
    guard !panels.isEmpty else { throw .tooFew(what: "panels", given: 0, needed: 1) }
    for panel in panels {
      guard !panel.heights.isEmpty else {
        throw .tooFew(what: "bars of panel \"\(panel.title)\"", given: 0, needed: 1)
      }
      try PlottingError.check(panel.heights, "panel \"\(panel.title)\"")
      try PlottingError.check(
        panel.expected.map { [$0] } ?? [], "expected height of panel \"\(panel.title)\"")
    }
    try xAxis.checkTicks()
    try yAxis.checkTicks()
    (self.title, self.xAxis, self.yAxis, self.panels) = (title, xAxis, yAxis, panels)
  }

  public var script: String {
    var script = Script(width: panels.count == 1 ? 640 : 420 * panels.count, height: 400)
    script.add("set multiplot layout 1,\(panels.count)\(Script.title(title))", "unset key")
    script.add("set style fill solid 0.8 noborder", "set boxwidth 0.9")
    let heights = panels.flatMap { $0.heights + ($0.expected.map { [$0] } ?? []) }
    let (lowest, highest) = (min(0, heights.min() ?? 0), max(0, heights.max() ?? 0))
    for (p, panel) in panels.enumerated() {
      let bars = panel.heights.enumerated().map { [Double($0.offset), $0.element] }
      script.add(data: "data\(p)", rows: bars)
      script.add("set title \(Script.quoted(panel.title))")
      script.add(
        ticked(bars.count).commands("x", over: [-0.5, Double(bars.count) - 0.5], margin: 0.02))
      script.add(yAxis.commands("y", over: [lowest, highest * 1.05], margin: 0))
      let expected = panel.expected.map { ", \($0) with lines lc rgb '\(Palette.color(1))' lw 2" }
      script.add("plot $data\(p) with boxes lc rgb '\(Palette.color(0))'\(expected ?? "")")
    }
    script.add("unset multiplot")
    return script.text
  }

  /// The horizontal axis with ticks at whole numbers, unless it has ticks.
  private func ticked(_ count: Int) -> Axis {
    guard xAxis.ticks.isEmpty else { return xAxis }
    var axis = xAxis
    axis.ticks = stride(from: 0, to: count, by: max(1, (count + 9) / 10)).map(Double.init)
    return axis
  }
}
