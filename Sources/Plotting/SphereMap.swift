/// A map of fields on the sphere by latitude and longitude, all panels in the same colours or each on a scale of its own.
///
/// The grid has equal steps: rows go from the north pole to the south pole, both included unless `hasPoles` is false, and
/// columns eastward from longitude `west` to one step before it.
public struct SphereMap: Figure, Equatable {
  /// The title above all panels.
  public let title: String
  /// The panels, two in a row.
  public let panels: [Panel]
  /// The colour scale of all panels.
  public let color: ColorScale
  /// Whether each panel has its own numbers along the colour scale, with a colour bar beside it.
  public let hasOwnScales: Bool
  /// The longitude of the first column, degrees.
  public let west: Double
  /// Whether the first and the last row are poles; otherwise they are half a step from them.
  public let hasPoles: Bool
  /// The places that every panel marks, such as those of observations: latitude and longitude, degrees.
  public let marks: [Mark]

  /// A marked place.
  public struct Mark: Sendable, Equatable {
    /// The latitude and the longitude, degrees.
    public let latitude, longitude: Double

    /// A mark at a place.
    public init(latitude: Double, longitude: Double) {
      (self.latitude, self.longitude) = (latitude, longitude)
    }
  }

  /// The panel of one field.
  public struct Panel: Sendable, Equatable {
    /// The title above the map.
    public let title: String
    /// The values of the field: a row for each latitude, with a number for each longitude.
    public let values: [[Double]]

    /// A panel with a map of this field.
    public init(title: String = "", values: [[Double]]) {
      (self.title, self.values) = (title, values)
    }
  }

  /// A figure of these maps.
  ///
  /// - Parameters:
  ///   - title: The title above all panels.
  ///   - panels: The panels, two in a row.
  ///   - color: The colour scale of all panels.
  ///   - hasOwnScales: Whether each panel has its own numbers along the colour scale.
  ///   - west: The longitude of the first column, degrees.
  ///   - hasPoles: Whether the first and the last row are poles, and not half a step from them.
  ///   - marks: The places that every panel marks, degrees.
  /// - Throws: `PlottingError` if there is no panel, if a grid has less than two latitudes or longitudes or rows of
  ///   several lengths, or if a number is not finite; it names panel, latitude and longitude.
  public init(
    title: String = "", panels: [Panel], color: ColorScale, hasOwnScales: Bool = false,
    west: Double = 0, hasPoles: Bool = true,
    marks: [Mark] = []
  ) throws(PlottingError) {
    guard !panels.isEmpty else { throw .tooFew(what: "panels", given: 0, needed: 1) }
    for panel in panels { try panel.check() }
    (self.title, self.panels, self.color) = (title, panels, color)
    (self.hasOwnScales, self.west, self.hasPoles) = (hasOwnScales, west, hasPoles)
    self.marks = marks
  }

  public var script: String {
    let columns = min(2, panels.count)
    let rows = (panels.count + columns - 1) / columns
    let titleHeight = title.isEmpty ? 0 : 30
    let (width, height) = (
      (hasOwnScales ? 660 : 560) * columns + 130, 350 * rows + 20 + titleHeight
    )
    var script = Script(width: width, height: height)
    // The space for ticks, titles and the colour bar, in pixels.
    let (left, right) = (75 / Double(width), 1 - 120 / Double(width))
    let (bottom, top) = (60 / Double(height), 1 - Double(40 + titleHeight) / Double(height))
    let spacing = hasOwnScales ? 190.0 : 70
    script.add(
      "set multiplot layout \(rows),\(columns)\(Script.title(title)) "
        + "margins screen \(left),\(right),\(bottom),\(top) "
        + "spacing screen \(spacing / Double(width)),\(100 / Double(height))",
      "unset key")
    if !hasOwnScales {
      script.add(
        "set colorbox user origin screen \(right + 20 / Double(width)),\(bottom) "
          + "size screen \(18 / Double(width)),\(top - bottom)")
    }
    script.add(
      "set xlabel 'longitude' offset 0,0.5", "set ylabel 'latitude' offset 1,0",
      "set xtics 60 format '%g°'", "set ytics 30 format '%g°'")
    if !hasOwnScales { script.add(color.commands(over: panels.flatMap { $0.values.joined() })) }
    if !marks.isEmpty {
      let left = west - 180 / Double(panels[0].values[0].count)
      script.add(
        data: "marks",
        rows: marks.map { mark in
          let turns = ((mark.longitude - left) / 360).rounded(.down)
          return [mark.longitude - 360 * turns, mark.latitude]
        })
    }
    for (p, panel) in panels.enumerated() {
      script.add(data: "data\(p)", rows: panel.values)
      if hasOwnScales { script.add(color.commands(over: panel.values.joined())) }
      script.add("set title \(Script.quoted(panel.title))")
      script.add(
        panel.commands(
          data: "data\(p)", west: west, hasPoles: hasPoles, isMarked: !marks.isEmpty))
      if !hasOwnScales { script.add("unset colorbox") }
    }
    script.add("unset multiplot")
    return script.text
  }
}

extension SphereMap.Panel {
  fileprivate func check() throws(PlottingError) {
    let columns = values.first?.count ?? 0
    for (what, count) in [("latitudes", values.count), ("longitudes", columns)] where count < 2 {
      throw .tooFew(what: "\(what) of panel \"\(title)\"", given: count, needed: 2)
    }
    try PlottingError.check(
      values, "panel \"\(title)\"", rows: values.count, columns: columns)
  }

  /// The gnuplot commands of a panel. Cells are centred on their points, so that those of the poles extend half
  /// a step beyond.
  fileprivate func commands(data: String, west: Double, hasPoles: Bool, isMarked: Bool)
    -> [String]
  {
    let latitudeStep = 180 / Double(hasPoles ? values.count - 1 : values.count)
    let longitudeStep = 360 / Double(values[0].count)
    let first = hasPoles ? 90 : 90 - latitudeStep / 2
    let (north, left) = (first + latitudeStep / 2, west - longitudeStep / 2)
    let origin = west == 0 ? "" : "\(west)+"
    return [
      "set xrange [\(left):\(left + 360)]", "set yrange [\(-north):\(north)]",
      "plot $\(data) matrix using (\(origin)\(longitudeStep)*$1):"
        + "(\(first == 90 ? "90" : "\(first)")-\(latitudeStep)*$2):3 with image"
        + (isMarked ? ", $marks using 1:2 with points pt 6 ps 0.5 lc rgb 'black'" : ""),
    ]
  }
}
