import Preconditions

/// A line plot of curves with bands, in panels side by side.
///
///     let rmse = LinePlot.Series("EnKF", x: sizes, y: scores, low: fifth, high: ninetyFifth)
///     let figure = try LinePlot(
///       panels: [.init(xAxis: Axis("members", isLogarithmic: true), yAxis: "score", series: [rmse])])
///
/// The colours are those of Okabe and Ito (2008), which the colour-blind can distinguish; marks differ too.
public struct LinePlot: Figure, Equatable {
  /// The title above all panels.
  public let title: String
  /// The panels, from left to right.
  public let panels: [Panel]

  /// The panel of curves over the same axes.
  public struct Panel: Sendable, Equatable {
    /// The title above the panel.
    public let title: String
    /// The horizontal axis.
    public let xAxis: Axis
    /// The vertical axis.
    public let yAxis: Axis
    /// The curves, the later ones above the earlier.
    public let series: [Series]

    /// A panel with these curves.
    public init(title: String = "", xAxis: Axis, yAxis: Axis, series: [Series]) {
      (self.title, self.xAxis, self.yAxis, self.series) = (title, xAxis, yAxis, series)
    }
  }

  /// A curve of a line plot.
  public struct Series: Sendable, Equatable {
    /// The style of a curve.
    public enum Style: Sendable, Equatable {
      /// A line without marks.
      case line
      /// A line with a mark at each point.
      case lineAndPoints
      /// Marks without a line.
      case points
    }

    /// The name in the legend; empty for none.
    public let name: String
    /// The coordinates of the points, as many x as y, in the units of the axes.
    public let x, y: [Double]
    /// The ends of a band around the curve at the same x; empty if there is none.
    public let low, high: [Double]
    /// The style of the curve.
    public let style: Style
    /// The place of its colour and mark in the palette, from 0; that of the curve in its panel if nil.
    public let place: Int?

    /// A curve through these points, with a band where both of its ends are given.
    ///
    /// - Precondition: The place is not negative.
    public init(
      _ name: String, x: [Double], y: [Double], low: [Double] = [], high: [Double] = [],
      style: Style = .lineAndPoints, place: Int? = nil
    ) {
      require(
        place ?? 0 >= 0, "LinePlot.Series \"\(name)\": the place in the palette is \(place ?? 0).")
      (self.name, self.x, self.y) = (name, x, y)
      (self.low, self.high, self.style) = (low, high, style)
      self.place = place
    }

    fileprivate var hasBand: Bool { !low.isEmpty || !high.isEmpty }
    fileprivate func rows(_ x: AxisScale, _ y: AxisScale) -> [[Double]] {
      self.x.indices.map { k in
        [x.place(self.x[k])] + ([self.y[k]] + (hasBand ? [low[k], high[k]] : [])).map(y.place)
      }
    }
  }

  /// A line plot of these panels.
  ///
  /// - Throws: `PlottingError` if a panel has no curve or a curve no point, if sizes differ, if the x of a band do not rise,
  ///   or if a number is not finite, or has no place on its axis; it names curve and number.
  public init(title: String = "", panels: [Panel]) throws(PlottingError) {
    guard !panels.isEmpty else { throw .tooFew(what: "panels", given: 0, needed: 1) }
    for panel in panels { try panel.check() }
    (self.title, self.panels) = (title, panels)
  }

  public var script: String {
    var script = Script(width: panels.count == 1 ? 720 : 560 * panels.count, height: 480)
    script.add("set multiplot layout 1,\(panels.count)\(Script.title(title))")
    // Every panel has the same number of lines below it, for ticks, label and legend.
    script.add(
      "set key bottom center outside horizontal maxcols \(keyColumns)",
      "set bmargin \(5 + keyRows)")
    script.add("set grid lc rgb '#dddddd'", "set style fill solid 0.18 noborder")
    for (p, panel) in panels.enumerated() {
      for (s, series) in panel.series.enumerated() {
        script.add(data: Self.block(p, s), rows: series.rows(panel.xAxis.scale, panel.yAxis.scale))
      }
      script.add("set title \(Script.quoted(panel.title))")
      let (x, y) = (panel.series.flatMap(\.x), panel.series.flatMap { $0.y + $0.low + $0.high })
      script.add(panel.xAxis.commands("x", over: x, margin: 0.02))
      script.add(panel.yAxis.commands("y", over: y, margin: 0.05))
      script.add("plot " + panel.curves(in: p).joined(separator: ", "))
    }
    script.add("unset multiplot")
    return script.text
  }

  /// The number of names that fit side by side below a panel, at 8 pixels a character of the longest one and 60
  /// for its line.
  private var keyColumns: Int {
    let longest = panels.flatMap { $0.series.map(\.name.count) }.max() ?? 0
    return min(3, max(1, 460 / (8 * longest + 60)))
  }

  private var keyRows: Int {
    let most = panels.map { $0.series.count { !$0.name.isEmpty } }.max() ?? 0
    return (most + keyColumns - 1) / keyColumns
  }

  fileprivate static func block(_ panel: Int, _ series: Int) -> String { "data\(panel)_\(series)" }
}

extension LinePlot.Panel {
  fileprivate func check() throws(PlottingError) {
    guard !series.isEmpty else {
      throw .tooFew(what: "curves of panel \"\(title)\"", given: 0, needed: 1)
    }
    try xAxis.checkTicks()
    try yAxis.checkTicks()
    for series in series { try series.check(xAxis, yAxis) }
  }

  /// The commands of the curves of a panel, bands first, so that no band hides a curve.
  fileprivate func curves(in panel: Int) -> [String] {
    let bands = series.enumerated().filter(\.element.hasBand).map { s, _ in
      "$\(LinePlot.block(panel, s)) using 1:3:4 with filledcurves lc rgb '\(Palette.color(series[s].place ?? s))' notitle"
    }
    let lines = series.enumerated().map { s, series in
      "$\(LinePlot.block(panel, s)) using 1:2 \(series.style.command(curve: series.place ?? s)) "
        + "lc rgb '\(Palette.color(series.place ?? s))' "
        + (series.name.isEmpty ? "notitle" : "title \(Script.quoted(series.name))")
    }
    return bands + lines
  }
}

extension LinePlot.Series {
  fileprivate func check(_ xAxis: Axis, _ yAxis: Axis) throws(PlottingError) {
    let what = "series \"\(name)\""
    guard !x.isEmpty else { throw .tooFew(what: "points of \(what)", given: 0, needed: 1) }
    for (part, numbers) in [("y", y)] + (hasBand ? [("low", low), ("high", high)] : []) {
      guard numbers.count == x.count else {
        throw .size(what: "\(what): \(part)", given: numbers.count, expected: x.count)
      }
    }
    try xAxis.check(x, "\(what): x")
    for (part, numbers) in [("y", y), ("low", low), ("high", high)] {
      try yAxis.check(numbers, "\(what): \(part)")
    }
    if hasBand { try PlottingError.checkBand(x, low: low, high: high, what) }
  }
}

extension LinePlot.Series.Style {
  fileprivate func command(curve: Int) -> String {
    let (line, mark) = ("lw 2 dt \(Palette.dash(curve))", "pt \(Palette.mark(curve)) ps 0.7")
    return switch self {
    case .line: "with lines \(line)"
    case .lineAndPoints: "with linespoints \(line) \(mark)"
    case .points: "with points \(mark)"
    }
  }
}
