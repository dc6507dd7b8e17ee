import Preconditions

/// A heat map of a field over two axes, such as a Hovmöller diagram of time against place, in panels side by side.
public struct HeatMap: Figure, Equatable {
  /// The title above all panels.
  public let title: String
  /// The axes of every panel.
  public let xAxis, yAxis: Axis
  /// The centres of the cells, in equal steps and the units of the axes.
  public let x, y: [Double]
  /// The panels, from left to right.
  public let panels: [Panel]

  /// The panel of one field.
  public struct Panel: Sendable, Equatable {
    /// The title above the panel.
    public let title: String
    /// The values of the field: a row for each y, with a number for each x.
    public let values: [[Double]]
    /// The colour scale of the panel.
    public let color: ColorScale

    /// A panel of a field in these colours.
    public init(title: String = "", values: [[Double]], color: ColorScale) {
      (self.title, self.values, self.color) = (title, values, color)
    }
  }

  /// A heat map of these panels.
  ///
  /// - Throws: `PlottingError` if there is no panel, if an axis has less than two numbers or unequal steps, if sizes
  ///   differ, or if a number is not finite; it names panel, row and column.
  /// - Precondition: The axes are linear.
  public init(
    title: String = "", xAxis: Axis, yAxis: Axis, x: [Double], y: [Double], panels: [Panel]
  ) throws(PlottingError) {
    require(
      xAxis.scale == .linear && yAxis.scale == .linear,
      "HeatMap: equal steps are not equal on a logarithmic axis; give the logarithms.")
    guard !panels.isEmpty else { throw .tooFew(what: "panels", given: 0, needed: 1) }
    try Self.check(x, "x")
    try Self.check(y, "y")
    try xAxis.checkTicks()
    try yAxis.checkTicks()
    for panel in panels {
      try PlottingError.check(
        panel.values, "panel \"\(panel.title)\"", rows: y.count, columns: x.count)
    }
    (self.title, self.panels) = (title, panels)
    (self.xAxis, self.yAxis, self.x, self.y) = (xAxis, yAxis, x, y)
  }

  /// A heat map of one field.
  ///
  /// - Throws: `PlottingError`, as for several panels.
  public init(
    title: String = "", xAxis: Axis, yAxis: Axis, x: [Double], y: [Double], values: [[Double]],
    color: ColorScale
  ) throws(PlottingError) {
    try self.init(
      title: title, xAxis: xAxis, yAxis: yAxis, x: x, y: y,
      panels: [Panel(values: values, color: color)])
  }

  public var script: String {
    var script = Script(width: panels.count == 1 ? 720 : 560 * panels.count, height: 520)
    script.add("set multiplot layout 1,\(panels.count)\(Script.title(title))", "unset key")
    script.add(xAxis.commands("x", over: Self.edges(x), margin: 0))
    script.add(yAxis.commands("y", over: Self.edges(y), margin: 0))
    for (p, panel) in panels.enumerated() {
      script.add(data: "data\(p)", rows: panel.values)
      script.add("set title \(Script.quoted(panel.title))")
      script.add(panel.color.commands(over: panel.values.joined()))
      script.add("plot $data\(p) matrix using \(Self.place(x, 1)):\(Self.place(y, 2)):3 with image")
    }
    script.add("unset multiplot")
    return script.text
  }

  static func check(_ numbers: [Double], _ what: String) throws(PlottingError) {
    guard numbers.count > 1 else {
      throw .tooFew(what: "numbers of \(what)", given: numbers.count, needed: 2)
    }
    try PlottingError.check(numbers, what)
    let step = Self.step(numbers)
    // An error of a thousandth of a cell's width is invisible.
    let uneven = numbers.indices.dropFirst().first {
      !(step > 0 && abs(numbers[$0] - numbers[0] - Double($0) * step) < 1e-3 * step)
    }
    if let uneven { throw .unequalSteps(what: what, index: uneven) }
  }

  private static func step(_ numbers: [Double]) -> Double {
    (numbers[numbers.count - 1] - numbers[0]) / Double(numbers.count - 1)
  }

  /// The gnuplot expression from the index of a cell to its centre.
  static func place(_ numbers: [Double], _ column: Int) -> String {
    "(\(numbers[0])+\(step(numbers))*$\(column))"
  }

  static func edges(_ numbers: [Double]) -> [Double] {
    let half = step(numbers) / 2
    return [numbers[0] - half, numbers[numbers.count - 1] + half]
  }
}
