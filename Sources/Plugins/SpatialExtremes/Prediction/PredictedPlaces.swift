import Foundation
import PPL
import Plugins
import Preconditions
import Tables

/// The places of a prediction: some stations of the data, or points of a table or of a grid.
struct PredictedPlaces: Sendable {
  /// The places with their names and coordinates, degrees or km.
  let stations: [StationMaxima.Station]
  /// The places as the model takes them, without a key.
  let places: Places
  /// The indices of the stations among those of the data; nil for other places.
  let indices: [Int]?
  /// The two coordinates of the places.
  let axes: PlaceAxes
  /// The distance between places of a grid, degrees or km; nil for other places.
  private(set) var spacing: Double?

  var names: [String] { stations.map(\.id) }
  var count: Int { stations.count }

  /// The places of the flags.
  ///
  /// - Parameters:
  ///   - options: The flags.
  ///   - data: The data of the fit.
  ///   - columns: The covariates of place that the model uses.
  /// - Throws: `PredictionError` for a station that is not there, an empty grid, or a covariate without a number; `DataError`
  ///   for a file that cannot be read.
  init(_ options: ExtremesPrediction, _ data: StationMaxima, columns: Set<String>) throws {
    if let path = options.points {
      let list = try StationList(CSVTable(contentsOf: URL(filePath: path)))
      guard list.isProjected == data.isProjected else {
        throw PredictionError(
          "--points \(path): the places of the fit are \(data.placeColumns.joined(separator: " and ")); give columns of these names."
        )
      }
      try self.init(
        list.stations, "--points \(path)", "fill the column of this name", options, data, columns)
    } else if let spacing = options.grid {
      guard data.axes.spacings.contains(spacing) else {
        throw PredictionError("--grid is \(spacing), but must be \(data.axes.allowedSpacings).")
      }
      let mask = try options.mask.map { try LandMask(contentsOf: $0) }
      if data.isProjected, options.mask != nil {
        throw PredictionError(
          "--mask: its polygons are in degrees, but the places of the fit on a plane, in km; leave it out."
        )
      }
      let grid =
        data.isProjected
        ? Self.planeGrid(spacing, over: data.stations) : Self.grid(spacing, over: data.stations)
      let cells = grid.filter {
        mask?.contains(longitude: $0.longitude, latitude: $0.latitude) ?? true
      }
      guard !cells.isEmpty else {
        throw PredictionError(
          "--grid \(spacing): no place of the grid is inside the polygons of --mask; give a finer grid or other polygons."
        )
      }
      try self.init(
        cells, "--grid \(spacing)", "give --points with a column of this name", options, data,
        columns)
      self.spacing = spacing
    } else {
      try self.init(ofStations: options.station, data)
    }
  }

  private init(ofStations ids: [String], _ data: StationMaxima) throws {
    var indices = Array(data.stations.indices)
    if !ids.isEmpty {
      let known = data.stations.map(\.id)
      indices = try ids.flatMap { $0.split(separator: ",").map(String.init) }.map { id in
        guard let index = known.firstIndex(of: id) else {
          let meant = closestName(to: id, among: known).map { "did you mean \"\($0)\"? " } ?? ""
          throw PredictionError(
            "--station \(id): the fit has no such station; \(meant)it has \(counted(known.count, "station"))"
              + (known.count > 8 ? "." : ": \(known.joined(separator: ", "))."))
        }
        return index
      }
      if let twice = indices.first(where: { index in indices.count { $0 == index } > 1 }) {
        throw PredictionError(
          "--station \(known[twice]) is given twice, which joint probabilities would count twice; leave one out."
        )
      }
    }
    (stations, places, self.indices) = (indices.map { data.stations[$0] }, .stations, indices)
    axes = data.axes
  }

  private init(
    _ found: [StationMaxima.Station], _ flag: String, _ remedy: String,
    _ options: ExtremesPrediction, _ data: StationMaxima, _ columns: Set<String>
  ) throws {
    var found = found
    if let path = options.elevation {
      let table = try ElevationTable(contentsOf: path)
      for index in found.indices where found[index].elevation == nil {
        found[index].elevation = try table.elevation(
          longitude: found[index].longitude, latitude: found[index].latitude)
      }
    }
    var values: [String: Tensor] = [:]
    for name in columns.sorted() where name != "lon" && name != "lat" {
      let isElevation = name == "elevation" || name == "elevation_m"
      values[name] = Tensor(
        try found.map { place in
          guard let value = place.columns[name] ?? (isElevation ? place.elevation : nil) else {
            throw PredictionError(
              "\(flag): place \"\(place.id)\" has no number of \"\(name)\", which the model uses; "
                + "\(remedy)\(isElevation ? ", or give --elevation with a table" : "").")
          }
          return value
        })
    }
    // On the same side of the date line as the stations.
    let longitudes = continuousLongitudes(data.stations.map(\.longitude))
    let middle = longitudes.reduce(0, +) / Double(longitudes.count)
    let rows = found.map { place in
      data.isProjected
        ? [place.longitude, place.latitude]
        : [middle + (place.longitude - middle).remainder(dividingBy: 360), place.latitude]
    }
    (stations, indices, axes) = (found, nil, data.axes)
    places = Places(Tensor(rows: rows), columns: values)
  }

  /// The multiples of a spacing in km in the box of stations on a plane, widened by one of them.
  static func planeGrid(
    _ spacing: Double, over stations: [StationMaxima.Station]
  ) -> [StationMaxima.Station] {
    func numbers(_ values: [Double]) -> [Double] {
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      let (first, last) = ((low / spacing).rounded(.down), (high / spacing).rounded(.up))
      return (Int(first)...Int(last)).map { spacing * Double($0) }
    }
    let x = numbers(stations.map(\.longitude))
    return numbers(stations.map(\.latitude)).flatMap { y in
      x.map { x in
        StationMaxima.Station(id: String(format: "%.8g %.8g", x, y), longitude: x, latitude: y)
      }
    }
  }

  /// The multiples of a spacing in the box of the stations, widened by half a degree, from the south-west.
  static func grid(
    _ spacing: Double, over stations: [StationMaxima.Station]
  ) -> [StationMaxima.Station] {
    func numbers(_ values: [Double], within limit: Double) -> [Double] {
      let (low, high) = ((values.min() ?? 0) - 0.5, (values.max() ?? 0) + 0.5)
      // A millionth of a step, so that an end that is a multiple is not lost to rounding.
      let (first, last) = (
        (max(low, -limit) / spacing - 1e-6).rounded(.up),
        (min(high, limit) / spacing + 1e-6).rounded(.down)
      )
      return first > last ? [] : (Int(first)...Int(last)).map { spacing * Double($0) }
    }
    let longitudes = numbers(
      continuousLongitudes(stations.map(\.longitude)), within: .infinity)
    return numbers(stations.map(\.latitude), within: 90).flatMap { latitude in
      longitudes.map { longitude in
        let (x, y) = (longitude.remainder(dividingBy: 360), latitude)
        return StationMaxima.Station(
          id: String(format: "%.8g %.8g", x, y), longitude: x, latitude: y)
      }
    }
  }
}
