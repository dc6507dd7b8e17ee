import Foundation
import NetCDF
import Runs
import Tables

/// The axes of a file of the CF conventions, by `units`, `standard_name` and common names.
struct NetCDFAxes {
  let file: NetCDFFile
  let time: NetCDFVariable
  /// The place variables: degrees east and north, or km on a plane.
  let x, y: NetCDFVariable
  let isProjected: Bool
  let elevation: NetCDFVariable?

  init(_ file: NetCDFFile) throws(DataError) {
    self.file = file
    let numeric = file.variables.filter { $0.storage.isNumeric && !$0.name.contains("/") }
    guard
      let time = numeric.first(where: { $0.shape.count == 1 && $0.isTime })
    else {
      throw file.refusal("there is no axis of time")
    }
    self.time = time
    func place(_ standard: String, _ units: Set<String>, _ names: [String]) -> NetCDFVariable? {
      let candidates = numeric.filter { $0.name != time.name && $0.shape.count <= 2 }
      return candidates.first { $0.attributes.text("standard_name") == standard }
        ?? candidates.first { units.contains($0.units ?? "") }
        ?? candidates.first { names.contains($0.name.lowercased()) }
    }
    if let x = place("longitude", PlaceUnits.degrees("east"), ["lon", "longitude"]),
      let y = place("latitude", PlaceUnits.degrees("north"), ["lat", "latitude"])
    {
      try PlaceUnits.requireDegrees(x, "east", in: file)
      try PlaceUnits.requireDegrees(y, "north", in: file)
      (self.x, self.y, isProjected) = (x, y, false)
    } else if let x = place("projection_x_coordinate", [], ["easting", "x"]),
      let y = place("projection_y_coordinate", [], ["northing", "y"])
    {
      (self.x, self.y, isProjected) = (x, y, true)
    } else {
      throw file.refusal("there are no longitudes and latitudes")
    }
    elevation =
      numeric.first {
        ["surface_altitude", "altitude", "height"].contains($0.attributes.text("standard_name"))
      }
      ?? numeric.first {
        ["alt", "altitude", "elevation", "elevation_m", "height"].contains($0.name.lowercased())
      }
  }

  /// The values of a place variable, km where they are on a plane.
  func places(_ variable: NetCDFVariable) throws(DataError) -> [Double] {
    let values = try file.values(variable)
    guard isProjected else { return values.map { $0 > 180 ? $0 - 360 : $0 } }
    return try values.map(PlaceUnits.kilometres(variable, in: file))
  }

  /// The number of the day of each time, in the calendar of the file; of an interval, the day of its middle.
  func days() throws(DataError) -> (calendar: CFCalendar, days: [Int?]) {
    let name = time.attributes.text("calendar") ?? ""
    guard let calendar = CFCalendar(cf: name) else {
      throw file.error(
        time.name, "the calendar is \"\(name)\"",
        "convert it to standard, proleptic_gregorian, noleap or 360_day")
    }
    guard let units = time.attributes.text("units"), let scale = TimeUnits(units, calendar) else {
      throw file.error(
        time.name, "the unit is \"\(time.attributes.text("units") ?? "")\"",
        "give days, hours, minutes or seconds since a date, as in \"days since 1970-01-01\"")
    }
    var values = try file.values(time)
    if let name = time.attributes.text("bounds"), let bounds = file.variable(name),
      bounds.storage.isNumeric, bounds.shape == [values.count, 2]
    {
      let ends = try file.values(bounds)
      values = values.indices.map { 0.5 * (ends[2 * $0] + ends[2 * $0 + 1]) }
    }
    return (calendar, values.map(scale.day))
  }
}

/// A unit of time since a date, as CF states it.
private struct TimeUnits {
  private let perDay, start: Double

  init?(_ text: String, _ calendar: CFCalendar) {
    guard
      let match = text.firstMatch(
        of: /^\s*(\w+)\s+since\s+(-?\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2}))?/),
      let year = Int(match.2), let month = Int(match.3), let day = Int(match.4),
      (1...12).contains(month), day >= 1, day <= calendar.days(inMonth: month, of: year)
    else { return nil }
    switch match.1.lowercased() {
    case "day", "days", "d": perDay = 1
    case "hour", "hours", "hr", "hrs", "h": perDay = 24
    case "minute", "minutes", "min", "mins": perDay = 1440
    case "second", "seconds", "sec", "secs", "s": perDay = 86_400
    default: return nil
    }
    let hours = Double(match.5.flatMap { Int($0) } ?? 0)
    let minutes = Double(match.6.flatMap { Int($0) } ?? 0)
    start = Double(calendar.number(year, month, day)) + hours / 24 + minutes / 1440
  }

  /// The number of the day of a time; nil for one that is missing or beyond all calendars.
  func day(_ time: Double) -> Int? {
    // Half a second later, since seconds as days are not exact.
    let day = (start + time / perDay + 0.5 / 86_400).rounded(.down)
    return abs(day) < 3_650_000 ? Int(day) : nil
  }
}

extension NetCDFVariable {
  /// Whether the unit is a time since a date.
  fileprivate var isTime: Bool {
    attributes.text("units")?.contains(" since ") == true && attributes.text("bounds") != name
  }
}

extension NetCDFFile {
  /// The numbers of a variable.
  func values(_ variable: NetCDFVariable) throws(DataError) -> [Double] {
    do { return try numbers(variable.name) } catch { throw DataError(error) }
  }

  /// An error at a variable.
  func error(_ variable: String, _ found: String, _ remedy: String) -> DataError {
    DataError(
      file: path, found: "variable \"\(variable)\": \(found)", remedy: remedy)
  }

  /// The error of a file that has no series of stations, with what it has.
  func refusal(_ reason: String) -> DataError {
    let shown = variables.prefix(8).map {
      "\($0.name)(\(zip($0.dimensions, $0.shape).map { "\($0) \($1)" }.joined(separator: ", ")))"
    }
    let more = variables.count > 8 ? " and \(variables.count - 8) more" : ""
    return DataError(
      file: path,
      found: "\(reason), so that these are no records of stations: it has "
        + (shown.isEmpty ? "no variable" : shown.joined(separator: ", ")) + more,
      remedy: "give a file with values over station and time, with longitude and latitude of each "
        + "station and times such as \"days since 1970-01-01\"")
  }
}
