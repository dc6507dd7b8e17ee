/// A panel of a figure: layers over two axes, with a colour scale where colours show values.
public struct PlotPanel: Sendable, Equatable {
  /// The corner of a legend.
  public enum Legend: String, Sendable {
    /// The upper left corner.
    case topLeft = "top left"
    /// The upper right corner.
    case topRight = "top right"
    /// The lower left corner.
    case bottomLeft = "bottom left"
    /// The lower right corner.
    case bottomRight = "bottom right"
  }

  /// The title above the panel.
  public var title: String
  /// The horizontal and the vertical axis.
  public var xAxis, yAxis: Axis
  /// The layers, the later ones above the earlier.
  public var layers: [PlotLayer]
  /// The colour scale of points and cells; nil without a colour bar.
  public var color: ColorScale?
  /// The length of a unit of y over that of a unit of x; nil for a panel that takes all of its place.
  public var aspect: Double?
  /// The colour behind the layers; nil for white.
  public var background: PlotLayer.Color?
  /// The corner of the legend.
  public var legend: Legend
  /// Whether lines at the ticks cross the panel.
  public var hasGrid: Bool

  /// A panel with these layers.
  ///
  /// - Parameters:
  ///   - title: The title above the panel.
  ///   - xAxis: The horizontal axis.
  ///   - yAxis: The vertical axis.
  ///   - layers: The layers, the later ones above the earlier.
  ///   - color: The colour scale of points and cells.
  ///   - aspect: The length of a unit of y over that of a unit of x.
  ///   - background: The colour behind the layers.
  ///   - legend: The corner of the legend.
  ///   - hasGrid: Whether lines at the ticks cross the panel.
  public init(
    title: String = "", xAxis: Axis, yAxis: Axis, layers: [PlotLayer], color: ColorScale? = nil,
    aspect: Double? = nil, background: PlotLayer.Color? = nil, legend: Legend = .topLeft,
    hasGrid: Bool = true
  ) {
    (self.title, self.xAxis, self.yAxis, self.layers) = (title, xAxis, yAxis, layers)
    (self.color, self.aspect, self.background) = (color, aspect, background)
    (self.legend, self.hasGrid) = (legend, hasGrid)
  }

  func check() throws(PlottingError) {
    guard !layers.isEmpty else {
      throw .tooFew(what: "layers of panel \"\(title)\"", given: 0, needed: 1)
    }
    try xAxis.checkTicks()
    try yAxis.checkTicks()
    for layer in layers { try layer.check(xAxis, yAxis, title) }
  }

  /// The first and the last number of both axes.
  var ends: (x: (low: Double, high: Double), y: (low: Double, high: Double)) {
    let numbers = layers.map(\.numbers)
    // Bars stand on the axis.
    let standsOnAxis = layers.contains { if case .bars = $0.content { true } else { false } }
    var y = yAxis.ends(over: numbers.flatMap(\.y), margin: 0.05)
    if standsOnAxis, yAxis.limits == nil { y.low = max(y.low, 0) }
    return (xAxis.ends(over: numbers.flatMap(\.x), margin: 0.02), y)
  }

  /// The commands that draw the panel in a rectangle of the drawing.
  ///
  /// - Parameters:
  ///   - index: The number of the panel, for the names of its data.
  ///   - box: The rectangle of the axes, in pixels from the lower left corner of the drawing.
  ///   - size: The size of the drawing in pixels.
  func add(to script: inout Script, _ index: Int, box: PixelBox, of size: PixelSize) {
    let ends = ends
    for (l, layer) in layers.enumerated() {
      script.add(
        data: "p\(index)_\(l)", rows: layer.rows(xAxis.scale, yAxis.scale, ends))
    }
    script.add(
      "set title \(Script.quoted(title)) offset 0,-0.4",
      "set lmargin at screen \(box.left / size.width)",
      "set rmargin at screen \(box.right / size.width)",
      "set bmargin at screen \(box.bottom / size.height)",
      "set tmargin at screen \(box.top / size.height)",
      hasGrid ? "set grid lc rgb '#dddddd' lw 0.5" : "unset grid",
      layers.contains { !$0.name.isEmpty }
        ? "set key \(legend.rawValue) samplen 2 width -1 opaque" : "unset key",
      "unset object")
    if let background {
      script.add(
        "set object 1 rectangle from graph 0,0 to graph 1,1 fc rgb '\(background.text)' fs solid noborder behind"
      )
    }
    var (x, y) = (xAxis, yAxis)
    (x.limits, y.limits) = (ends.x.low...ends.x.high, ends.y.low...ends.y.high)
    script.add(x.commands("x", over: [], margin: 0))
    script.add(y.commands("y", over: [], margin: 0))
    if let color {
      script.add(color.commands(over: layers.flatMap(\.coloredValues)))
      let height = 0.75 * (box.top - box.bottom)
      script.add(
        "set colorbox user origin screen \((box.right + 12) / size.width),"
          + "\(((box.top + box.bottom) / 2 - height / 2) / size.height) "
          + "size screen \(14 / size.width),\(height / size.height)")
    } else {
      script.add("unset colorbox")
    }
    script.add(
      "plot "
        + layers.enumerated().flatMap { $1.plots("p\(index)_\($0)") }.joined(separator: ", "))
  }
}

/// The size of a drawing in pixels.
struct PixelSize { let width, height: Double }

/// The rectangle of the axes of a panel, in pixels from the lower left corner.
struct PixelBox { var left, right, bottom, top: Double }
