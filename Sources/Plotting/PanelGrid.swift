/// A figure of panels of several kinds in a grid, such as maps beside time series.
///
///     let figure = try PanelGrid(
///       title: "Recovery", panels: [map, errors], columns: 2, width: 11, height: 4)
public struct PanelGrid: Figure, Equatable {
  /// The title above all panels.
  public let title: String
  /// The panels, row by row from the upper left.
  public let panels: [PlotPanel]
  /// The number of panels in a row.
  public let columns: Int
  /// The size of the drawing in inches of 96 pixels.
  public let width, height: Double

  /// A figure of these panels.
  ///
  /// - Parameters:
  ///   - title: The title above all panels.
  ///   - panels: The panels, row by row from the upper left.
  ///   - columns: The number of panels in a row; all if nil.
  ///   - width: The width in inches.
  ///   - height: The height in inches.
  /// - Throws: `PlottingError` if there is no panel or a panel without layers, a layer without points, a band over x that do
  ///   not rise, or a number that is not finite or has no place on its axis; it names panel, layer and number.
  public init(
    title: String = "", panels: [PlotPanel], columns: Int? = nil, width: Double, height: Double
  ) throws(PlottingError) {
    guard !panels.isEmpty else { throw .tooFew(what: "panels", given: 0, needed: 1) }
    for (what, size) in [("width", width), ("height", height)] where !(size >= 1 && size <= 100) {
      throw .badSize(what: what, inches: size)
    }
    for panel in panels { try panel.check() }
    (self.title, self.panels) = (title, panels)
    self.columns = min(panels.count, max(1, columns ?? panels.count))
    (self.width, self.height) = (width, height)
  }

  public var script: String {
    let size = PixelSize(width: (96 * width).rounded(), height: (96 * height).rounded())
    var script = Script(width: Int(size.width), height: Int(size.height))
    script.add("set multiplot\(Script.title(title))")
    let rows = (panels.count + columns - 1) / columns
    let free = size.height - (title.isEmpty ? 0 : 26)
    let cell = PixelSize(width: size.width / Double(columns), height: free / Double(rows))
    for (index, panel) in panels.enumerated() {
      let (row, column) = (index / columns, index % columns)
      let left = Double(column) * cell.width
      let bottom = free - Double(row + 1) * cell.height
      let place = PixelBox(
        left: left, right: left + cell.width, bottom: bottom, top: bottom + cell.height)
      panel.add(to: &script, index, box: panel.box(in: place), of: size)
    }
    script.add("unset multiplot")
    return script.text
  }
}

extension PlotPanel {
  /// The rectangle of the axes within the place of the panel, with room for texts, ticks and the colour bar.
  fileprivate func box(in place: PixelBox) -> PixelBox {
    var box = PixelBox(
      left: place.left + (yAxis.label.isEmpty ? 62 : 96) + yAxis.widthOfTickLabels,
      right: place.right - (color == nil ? 18 : 102),
      bottom: place.bottom + (xAxis.label.isEmpty ? 42 : 70),
      top: place.top - (title.isEmpty ? 14 : 34))
    guard let aspect else { return box }
    let ends = ends
    func length(_ scale: AxisScale, _ ends: (low: Double, high: Double)) -> Double {
      scale.place(ends.high) - scale.place(ends.low)
    }
    // The height over the width of the axes.
    let shape = aspect * length(yAxis.scale, ends.y) / length(xAxis.scale, ends.x)
    let (width, height) = (box.right - box.left, box.top - box.bottom)
    let fitted = min(width, height / shape)
    let (x, y) = ((width - fitted) / 2, (height - fitted * shape) / 2)
    box = PixelBox(
      left: box.left + x, right: box.right - x, bottom: box.bottom + y, top: box.top - y)
    return box
  }
}
