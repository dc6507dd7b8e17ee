import NetCDF
import Tables

/// The units of places in NetCDF files, by their spellings: degrees, or lengths.
enum PlaceUnits {
  private static let metres: Set = ["m", "metre", "metres", "meter", "meters"]
  private static let kilometres: Set = [
    "km", "kilometre", "kilometres", "kilometer", "kilometers",
  ]
  private static let feet: Set = ["ft", "foot", "feet"]

  /// The spellings of degrees in a direction, as in "degrees_east".
  static func degrees(_ direction: String) -> Set<String> {
    let initial = direction.prefix(1).uppercased()
    return Set(
      ["degrees_", "degree_", "degrees", "degree"].flatMap { [$0 + direction, $0 + initial] })
  }

  /// Refuses a longitude or latitude that is not in degrees; one without a unit is.
  ///
  /// - Throws: `DataError`, which names the variable.
  static func requireDegrees(
    _ variable: NetCDFVariable, _ direction: String, in file: NetCDFFile
  ) throws(DataError) {
    guard let unit = variable.units else { return }
    let known = degrees(direction).union(["degrees", "degree", "deg", "°"])
    guard known.contains(unit) else {
      throw file.error(
        variable.name, "the unit is \"\(unit)\", not degrees",
        "convert it to degrees, with the unit \"degrees_\(direction)\"")
    }
  }

  /// The conversion of a length to km, from metres where no unit is stated.
  ///
  /// - Throws: `DataError` for another unit than m, km and ft.
  static func kilometres(
    _ variable: NetCDFVariable, in file: NetCDFFile
  ) throws(DataError) -> (Double) -> Double {
    let metres = try metres(variable, in: file)
    return Self.kilometres.contains(variable.units ?? "") ? { $0 } : { metres($0) / 1000 }
  }

  /// The conversion of a length to metres, which it is in where no unit is stated.
  ///
  /// - Throws: `DataError` for another unit than m, km and ft.
  static func metres(
    _ variable: NetCDFVariable, in file: NetCDFFile
  ) throws(DataError) -> (Double) -> Double {
    guard let unit = variable.units, !metres.contains(unit) else { return { $0 } }
    if kilometres.contains(unit) { return { $0 * 1000 } }
    if feet.contains(unit) { return { $0 * 0.3048 } }
    throw file.error(
      variable.name, "the unit of lengths is \"\(unit)\"", "convert it to m, km or ft")
  }
}
