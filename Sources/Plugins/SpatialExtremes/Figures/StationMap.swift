import Foundation
import PPL
import Plotting

/// Maps of values at stations and between them, in one projection, box and base map, or on a plane.
struct StationMap: Sendable {
  /// The places of the stations: longitudes, continuous beyond 180, and latitudes in degrees, or eastings and northings in km.
  let x, y: [Double]
  let base: BaseMap
  /// The grid of surfaces; nil where there is none.
  let grid: Grid?

  /// The centres of the cells of a surface, on land where land is known.
  struct Grid: Sendable {
    let x, y: [Double]
    /// The column and row of each cell.
    let cells: [(column: Int, row: Int)]

    /// The places of the cells, `[P, 2]`.
    var coordinates: Tensor { Tensor(rows: cells.map { [x[$0.column], y[$0.row]] }) }

    /// The values of the cells as rows, NaN elsewhere.
    func rows(_ values: [Double]) -> [[Double]] {
      var rows = Array(repeating: Array(repeating: Double.nan, count: x.count), count: y.count)
      for (cell, value) in zip(cells, values) { rows[cell.row][cell.column] = value }
      return rows
    }
  }

  /// The number of cells along the longer side of a surface.
  private static let cellsAlongSide = 64.0

  /// The maps of stations.
  ///
  /// - Parameters:
  ///   - coordinates: The longitude and latitude of the stations, degrees, or easting and northing, km, `[S, 2]`.
  ///   - isPlane: Whether the coordinates are on a plane.
  ///   - file: A GeoJSON file of coastlines or land; that of the system if nil.
  ///   - hasGrid: Whether surfaces are drawn.
  init(_ coordinates: Tensor, isPlane: Bool = false, file: String?, hasGrid: Bool) throws {
    let (east, north) = (coordinates[.all, .at(0)].scalars, coordinates[.all, .at(1)].scalars)
    (self.x, self.y) = (east, north)
    let box =
      isPlane
      ? MapBox(eastings: east, northings: north) : MapBox(longitudes: east, latitudes: north)
    base = try BaseMap(box, file: file)
    guard hasGrid else {
      grid = nil
      return
    }
    let spacing = Self.spacing(box)
    func centres(_ low: Double, _ high: Double) -> [Double] {
      // Cells at the edges reach beyond the box, which cuts them off.
      let first = (low / spacing).rounded(.down)
      return (0...max(1, Int((high / spacing).rounded(.up) - first))).map {
        (first + Double($0)) * spacing
      }
    }
    let (x, y) = (centres(box.west, box.east), centres(box.south, box.north))
    let land = base.land
    let cells = y.indices.flatMap { row in x.indices.map { (column: $0, row: row) } }.filter {
      land?.containsUnwrapped(x[$0.column], y[$0.row]) ?? true
    }
    grid = cells.isEmpty ? nil : Grid(x: x, y: y, cells: cells)
  }

  /// The side of the cells: a round number that needs at most 64 of them along the longer side of a box.
  private static func spacing(_ box: MapBox) -> Double {
    guard box.isPlane else {
      return [0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5].first {
        $0 * cellsAlongSide >= box.extent
      } ?? 10
    }
    let least = box.extent / cellsAlongSide
    let power = pow(10, log10(least).rounded(.down))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least } ?? 10 * power
  }

  /// A map of values.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - values: The value of each station; nil for a map without stations.
  ///   - surface: The value of each cell of the grid; nil for none.
  ///   - color: The colour scale.
  func panel(
    _ title: String, _ values: [Double]?, surface: [Double]? = nil, _ color: ColorScale
  ) -> PlotPanel {
    let box = base.box
    var layers = base.areas.filter { !$0.rings.isEmpty }.map {
      PlotLayer.polygons($0.rings, color: $0.isLand ? "#fdf9ec" : "#e8f3fa")
    }
    if let grid, let surface {
      layers.append(.cells(x: grid.x, y: grid.y, values: grid.rows(surface)))
    }
    if !base.borders.isEmpty {
      layers.append(.polylines(base.borders, color: "#555555", width: 0.6, dash: .dotted))
    }
    if !base.coastline.isEmpty {
      layers.append(.polylines(base.coastline, color: "#333333", width: 0.6))
    }
    if let values {
      layers.append(
        .coloredPoints(
          x: x, y: y, values: values, size: values.count > 150 ? 4 : 7))
    }
    if box.isPlane {
      return PlotPanel(
        title: title, xAxis: Axis("easting, km", .linear, limits: box.west...box.east),
        yAxis: Axis("northing, km", .linear, limits: box.south...box.north), layers: layers,
        color: color, aspect: 1)
    }
    let middle = (box.south + box.north) / 2
    return PlotPanel(
      title: title, xAxis: Self.axis(box.west, box.east, ("W", "E"), circle: true),
      yAxis: Self.axis(box.south, box.north, ("S", "N"), circle: false), layers: layers,
      color: color, aspect: 1 / max(cos(middle * .pi / 180), 0.2), background: "#e8f3fa")
  }

  /// An axis of degrees with ticks such as 10°W.
  private static func axis(
    _ low: Double, _ high: Double, _ letters: (String, String), circle: Bool
  ) -> Axis {
    let step =
      [0.25, 0.5, 1, 2, 5, 10, 15, 30, 45, 60].first { (high - low) / $0 <= 6 } ?? 90
    let ticks = stride(from: (low / step).rounded(.up) * step, through: high, by: step).map { $0 }
    let texts = ticks.map { tick -> String in
      let degrees = circle ? tick.remainder(dividingBy: 360) : tick
      let number = shortNumber((abs(degrees) * 100).rounded() / 100)
      return degrees == 0 || abs(degrees) == 180
        ? "\(number)°" : "\(number)°\(degrees < 0 ? letters.0 : letters.1)"
    }
    return Axis("", .linear, limits: low...high, ticks: ticks, tickLabels: texts)
  }
}
