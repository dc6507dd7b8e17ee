import Foundation
import NetCDF
import Preconditions
import Runs
import Tables

/// The reader of records of stations in NetCDF files of the CF conventions: `station x time` (`timeSeries`), or small grids, of
/// which each cell is a station.
struct NetCDFStations {
  /// The stations as a table.
  let stations: CSVTable
  /// The values as maxima of years; the stations for daily values.
  let maxima: CSVTable
  /// The daily values; nil for maxima of years.
  let daily: DailyRecords?
  /// The name of the variable and its unit.
  let column: String
  let unit: String?
  /// The last method over time in `cell_methods`, as "maximum"; nil where the file states none.
  let cellMethod: String?

  /// The largest number of cells of a grid, of which each becomes a station.
  static let mostCells = 2500

  /// Reads the stations, and the values of one variable.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The variable; the only one over stations and time if nil.
  ///   - filter: The places that are kept, for a part of a large grid.
  /// - Throws: `DataError` for a file without such records, and for one that cannot be read.
  init(
    path: String, variable name: String?, filter: StationFilter
  ) throws(DataError) {
    let file: NetCDFFile
    do { file = try NetCDFFile(reading: path) } catch { throw DataError(error) }
    let axes = try NetCDFAxes(file)
    let (calendar, days) = try axes.days()
    try Self.checkTimes(days, file)
    let variable = try Self.variable(name, axes)
    (column, unit) = (variable.name, variable.units.map(ValueUnit.symbol))
    cellMethod = variable.attributes.text("cell_methods").flatMap { text in
      text.matches(of: /time\s*:\s*(\w+)/).last.map { $0.1.lowercased() }
    }
    let layout = try Layout(variable, axes)
    let ids = try Self.identifiers(axes, layout)
    let cells = layout.places.indices.filter { index in
      let place = layout.places[index]
      return place.x.isFinite && place.y.isFinite
        && (layout.isGrid
          ? filter.contains(
            id: ids[index], place.x, place.y, isProjected: axes.isProjected) : true)
    }
    guard !layout.isGrid || cells.count <= Self.mostCells else {
      throw file.error(
        variable.name, "it is a grid of \(cells.count) cells",
        "choose at most \(Self.mostCells) with --within W,S,E,N")
    }
    let elevations = try axes.elevation.flatMap { $0.shape == layout.placeShape ? $0 : nil }
      .map { variable throws(DataError) in
        try file.values(variable).map(PlaceUnits.metres(variable, in: file))
      }
    let names = try Self.names(file, layout)
    let east = axes.isProjected ? ["easting_km", "northing_km"] : ["lon", "lat"]
    stations = CSVTable(
      header: ["station"] + east + ["elevation_m", "name"],
      rows: cells.map { cell in
        let elevation = elevations?[cell]
        return [
          ids[cell], "\(layout.places[cell].x)", "\(layout.places[cell].y)",
          elevation.flatMap { $0.isFinite ? "\($0)" : nil } ?? "", names?[cell] ?? "",
        ]
      }, lines: cells.map { _ in 0 }, file: path)
    let values = try file.values(variable)
    try Self.checkPlacesAndTimes(of: values, ids, days, layout, axes)
    var records = DailyRecords(file: path, calendar: calendar, column: column, unit: unit)
    for cell in cells {
      var one = DailyRecords.Series(station: ids[cell])
      for (time, day) in days.enumerated() {
        let value = values[layout.index(of: cell, at: time)]
        if let day, value.isFinite { one.append(day: day, value) }
      }
      records.series.append(one)
    }
    let isDaily = try Self.step(days, variable, file) == .days
    daily = isDaily ? records : nil
    maxima = isDaily ? stations : records.byYear()
  }

  /// The variable with the values: that of the flag, or the only one over places and time.
  private static func variable(
    _ name: String?, _ axes: NetCDFAxes
  ) throws(DataError) -> NetCDFVariable {
    let file = axes.file
    let others = [axes.time.name, axes.x.name, axes.y.name, axes.time.attributes.text("bounds")]
    let candidates = file.variables.filter { variable in
      variable.storage.isNumeric && variable.dimensions.contains(axes.time.dimensions[0])
        && !others.contains(variable.name) && Layout.isOverPlaces(variable, axes)
    }
    let names = candidates.map(\.name).joined(separator: ", ")
    if let name {
      if let found = candidates.first(where: { $0.name == name }) { return found }
      throw DataError(
        flag: "--value-column \"\(name)\"", file: file.path,
        found: "there is no such variable over places and time",
        remedy: candidates.isEmpty ? "give another file" : "choose one of \(names)")
    }
    guard let only = candidates.first else {
      throw file.refusal("no variable is over places and time")
    }
    guard candidates.count == 1 else {
      throw DataError(
        file: file.path, found: "the variables \(names) are over places and time",
        remedy: "choose one with --value-column, as in \(only.name)")
    }
    return only
  }

  /// The identifiers of the stations: a variable with `cf_role`, or one of a known name; else their numbers, or the place of a cell.
  private static func identifiers(
    _ axes: NetCDFAxes, _ layout: Layout
  ) throws(DataError) -> [String] {
    if layout.isGrid {
      return layout.places.map { String(format: "%.8g %.8g", $0.x, $0.y) }
    }
    let file = axes.file
    let found =
      file.variables.first { $0.attributes.text("cf_role") == "timeseries_id" }
      ?? file.variables.first { ["station_id", "station", "id"].contains($0.name.lowercased()) }
    if let found {
      let texts: [String]
      if found.storage.isNumeric {
        texts = try file.values(found).map { $0 == $0.rounded() ? "\(Int(clamping: $0))" : "\($0)" }
      } else {
        do { texts = try file.texts(found.name) } catch { throw DataError(error) }
      }
      if texts.count == layout.places.count { return texts }
    }
    return layout.places.indices.map { "\($0 + 1)" }
  }

  private static func names(_ file: NetCDFFile, _ layout: Layout) throws(DataError) -> [String]? {
    guard
      let found = file.variables.first(where: {
        ["station_name", "name"].contains($0.name.lowercased()) && !$0.storage.isNumeric
      })
    else { return nil }
    do {
      let texts = try file.texts(found.name)
      return texts.count == layout.places.count ? texts : nil
    } catch { throw DataError(error) }
  }
}

// MARK: - Steps of time

extension NetCDFStations {
  private enum Step { case days, years }

  private static func checkTimes(
    _ days: [Int?], _ file: NetCDFFile
  ) throws(DataError) {
    let count = days.compactMap(\.self).count
    guard count > 1 else {
      throw file.refusal("the file has \(count == 1 ? "one time" : "no time")")
    }
  }

  /// Refuses values whose place or time is missing: left out, they would vanish without a word.
  ///
  /// - Throws: `DataError`, which names the station or the number of the time.
  private static func checkPlacesAndTimes(
    of values: [Double], _ ids: [String], _ days: [Int?], _ layout: Layout, _ axes: NetCDFAxes
  ) throws(DataError) {
    let times = days.indices
    for (cell, place) in layout.places.enumerated() where !(place.x.isFinite && place.y.isFinite) {
      let count = times.count { values[layout.index(of: cell, at: $0)].isFinite }
      guard count > 0 else { continue }
      throw axes.file.error(
        (place.x.isFinite ? axes.y : axes.x).name,
        "station \"\(ids[cell])\" has no place, but \(counted(count, "value"))",
        "give it a place, or remove the station")
    }
    for time in times where days[time] == nil {
      let count = layout.places.indices.count { values[layout.index(of: $0, at: time)].isFinite }
      guard count > 0 else { continue }
      throw axes.file.error(
        axes.time.name,
        "time \(time + 1) of \(times.count) is missing or in no calendar, but "
          + "\(counted(count, "station")) \(count == 1 ? "has" : "have") a value there",
        "give it a date, or remove its values")
    }
  }

  private static func step(
    _ days: [Int?], _ variable: NetCDFVariable, _ file: NetCDFFile
  ) throws(DataError) -> Step {
    let known = days.compactMap(\.self).sorted()
    let steps = zip(known.dropFirst(), known).map(-).sorted()
    switch steps[steps.count / 2] {
    case 1: return .days
    case 300...: return .years
    case let step:
      throw file.error(
        variable.name,
        step < 1
          ? "there are several times a day" : "most times are \(step) days after the one before",
        "give values of days, or one of each year")
    }
  }
}

extension DailyRecords {
  /// The values as maxima of the years that their days are in.
  fileprivate func byYear() -> CSVTable {
    let rows = series.flatMap { one in
      one.values.map { [one.station, "\(calendar.date($0.day).year)", "\($0.value)"] }
    }
    return CSVTable(
      header: ["station", "year", column], rows: rows, lines: rows.map { _ in 0 }, file: file)
  }
}

// MARK: - Stations or cells

/// The order of the values of a variable over places and time.
private struct Layout {
  let places: [(x: Double, y: Double)]
  let isGrid: Bool
  /// The shape of a variable over the places alone.
  let placeShape: [Int]
  private let placeStrides: [(size: Int, stride: Int)]
  private let timeStride: Int

  init(_ variable: NetCDFVariable, _ axes: NetCDFAxes) throws(DataError) {
    var strides: [String: Int] = [:]
    var stride = 1
    for (name, length) in zip(variable.dimensions, variable.shape).reversed() {
      strides[name] = stride
      stride *= length
    }
    timeStride = strides[axes.time.dimensions[0]] ?? 1
    let (x, y) = (try axes.places(axes.x), try axes.places(axes.y))
    if axes.x.dimensions == axes.y.dimensions {
      isGrid = axes.x.shape.count == 2
      placeShape = axes.x.shape
      places = zip(x, y).map { ($0, $1) }
      placeStrides = zip(axes.x.dimensions, axes.x.shape).map { ($1, strides[$0] ?? 1) }
    } else {
      isGrid = true
      placeShape = [y.count, x.count]
      places = y.flatMap { y in x.map { ($0, y) } }
      placeStrides = [
        (y.count, strides[axes.y.dimensions[0]] ?? 1),
        (x.count, strides[axes.x.dimensions[0]] ?? 1),
      ]
    }
  }

  /// Whether the dimensions of a variable are those of the places, time, and others of length 1.
  static func isOverPlaces(_ variable: NetCDFVariable, _ axes: NetCDFAxes) -> Bool {
    let places = Set(axes.x.dimensions + axes.y.dimensions)
    let rest = zip(variable.dimensions, variable.shape).filter {
      !places.contains($0.0) && $0.0 != axes.time.dimensions[0]
    }
    let separate = axes.x.dimensions == axes.y.dimensions || axes.x.shape.count == 1
    return !places.contains(axes.time.dimensions[0]) && separate
      && places.isSubset(of: variable.dimensions)
      && Set(variable.dimensions).count == variable.dimensions.count
      && rest.allSatisfy { $0.1 == 1 }
  }

  func index(of place: Int, at time: Int) -> Int {
    var (rest, index) = (place, time * timeStride)
    for (size, stride) in placeStrides.reversed() {
      index += rest % size * stride
      rest /= size
    }
    return index
  }
}

extension Int {
  /// The whole number nearest to a `Double`, or the end of the range.
  fileprivate init(clamping x: Double) {
    self = x >= 0x1p62 ? .max : x <= -0x1p62 ? .min : Int(x)
  }
}
