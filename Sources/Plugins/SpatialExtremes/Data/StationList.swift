import Tables

/// The stations of `stations.csv`, in file order.
struct StationList {
  var stations: [StationMaxima.Station] = []

  /// The line of each station, in the same order.
  var lines: [Int] = []

  let file: String
  /// Whether the places are on a plane, in km, so that `longitude` and `latitude` are easting and northing.
  let isProjected: Bool
  private var indices: [String: Int] = [:]

  /// Reads columns `station`, `lon`, `lat` and, where there are any, `elevation_m` and `name`.
  ///
  /// - Throws: When a station has no identifier, one that occurs twice, or coordinates out of range.
  init(_ table: CSVTable) throws(DataError) {
    file = table.file
    let id = try table.requireColumn("station", "station_id", "id")
    let plane = PlaneColumns(table)
    isProjected = plane != nil
    let (longitude, latitude): (CSVTable.Column, CSVTable.Column)
    if let plane {
      (longitude, latitude) = (plane.x, plane.y)
    } else {
      longitude = try table.requireColumn("lon", "lon_deg", "longitude")
      latitude = try table.requireColumn("lat", "lat_deg", "latitude")
    }
    let elevation = table.column("elevation_m", "elevation")
    let name = table.column("name")
    let others = table.header.filter { ![id, longitude, latitude, elevation, name].contains($0) }
    if table.rows.isEmpty {
      throw table.error(found: "there is no station", remedy: "give every station a line")
    }
    for row in table.rows {
      try checkIdentifier(table, row, id)
      let (x, y): (Double, Double)
      if let plane {
        (x, y) = try (
          plane.kilometres(table, row, longitude), plane.kilometres(table, row, latitude)
        )
      } else {
        x = try table.degrees(row, longitude, within: 180)
        y = try table.degrees(row, latitude, within: 90)
      }
      var station = StationMaxima.Station(id: table.text(row, id), longitude: x, latitude: y)
      if let elevation { station.elevation = try table.optionalDouble(row, elevation) }
      if let name, !table.text(row, name).isEmpty { station.name = table.text(row, name) }
      for column in others { station.columns[column.name] = table.number(row, column) }
      indices[station.id] = stations.count
      stations.append(station)
      lines.append(table.line(ofRow: row))
    }
  }

  private func checkIdentifier(
    _ table: CSVTable, _ row: Int, _ column: CSVTable.Column
  ) throws(DataError) {
    let id = table.text(row, column)
    if id.isEmpty {
      throw table.error(
        row, column, found: "the station has no identifier", remedy: "give every station one")
    }
    if let earlier = indices[id] {
      throw table.error(
        row, column, found: "station \"\(id)\" is on line \(lines[earlier]) already",
        remedy: "give every station one line and an identifier of its own")
    }
  }

  /// The index of a station in the list; nil if it is not there.
  func index(of id: String) -> Int? { indices[id] }

  /// The message for a station that is not in the list, with the most similar one.
  func unknown(_ id: String) -> (found: String, remedy: String) {
    let found = "station \"\(id)\" is not in \(file)"
    if let similar = closestName(to: id, among: stations.map(\.id)) {
      return (found, "did you mean \"\(similar)\"? Else add \"\(id)\" to \(file)")
    }
    return (found, "add it there, or remove its maxima")
  }
}

/// The columns of places on a plane, where a table has them and no degrees.
private struct PlaneColumns {
  let x, y: CSVTable.Column
  private let perKilometre: Double

  /// Columns `easting_km` and `northing_km`, or in metres `easting_m`, `easting` or `x`, and so on.
  init?(_ table: CSVTable) {
    guard table.column("lon", "lon_deg", "longitude", "lat", "lat_deg", "latitude") == nil else {
      return nil
    }
    if let x = table.column("easting_km", "x_km"), let y = table.column("northing_km", "y_km") {
      (self.x, self.y, perKilometre) = (x, y, 1)
    } else if let x = table.column("easting_m", "x_m", "easting", "x"),
      let y = table.column("northing_m", "y_m", "northing", "y")
    {
      (self.x, self.y, perKilometre) = (x, y, 1000)
    } else {
      return nil
    }
  }

  func kilometres(
    _ table: CSVTable, _ row: Int, _ column: CSVTable.Column
  ) throws(DataError) -> Double {
    try table.double(row, column) / perKilometre
  }
}

extension CSVTable {
  fileprivate func degrees(
    _ row: Int, _ column: Column, within limit: Double
  ) throws(DataError) -> Double {
    let value = try double(row, column)
    guard abs(value) > limit else { return value }
    let range = "from -\(Int(limit)) to \(Int(limit))"
    throw error(
      row, column, found: "\(value) is out of range",
      remedy: limit > 90
        ? "give degrees east, \(range); west is negative" : "give degrees north, \(range)")
  }
}
