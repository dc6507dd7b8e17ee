import Tables

/// The elements of a public data set of daily values: the unit of each, and the number that is stored for one unit.
struct DailyElements: Sendable {
  /// The data set, as errors name it.
  let source: String
  private let groups: [(names: [String], storedPerUnit: Double, unit: String)]

  /// The elements of ECA&D (KNMI, *ECA&D: format of the daily data files*, the header of each file).
  static let eca = DailyElements(
    source: "ECA&D",
    groups: [
      (["TX", "TN", "TG", "DTR"], 10, "°C"), (["RR"], 10, "mm"), (["PP"], 10, "hPa"),
      (["FG", "FX"], 10, "m/s"), (["SS"], 10, "h"), (["SD"], 1, "cm"), (["HU"], 1, "%"),
      (["CC"], 1, "oktas"), (["QQ"], 1, "W/m2"),
    ])

  /// The elements of GHCN-Daily (NOAA/NCEI, *README file for daily Global Historical Climatology Network*, section III).
  static let ghcnDaily = DailyElements(
    source: "GHCN-Daily",
    groups: [
      (["TMAX", "TMIN", "TAVG", "TOBS"], 10, "°C"), (["PRCP", "EVAP"], 10, "mm"),
      (["SNOW", "SNWD"], 1, "mm"),
      (["AWND", "WSF1", "WSF2", "WSF5", "WSFG", "WSFI", "WSFM"], 10, "m/s"),
    ])

  /// The number that is stored for one unit of an element, and the unit.
  ///
  /// - Throws: `DataError` for an element whose unit is not known here.
  func scale(
    of element: String, file: String, line: Int? = nil
  ) throws(DataError) -> (storedPerUnit: Double, unit: String) {
    if let group = groups.first(where: { $0.names.contains(element.uppercased()) }) {
      return (group.storedPerUnit, group.unit)
    }
    throw DataError(
      file: file, line: line,
      found: "the unit of element \(element) of \(source) is not known to the program",
      remedy:
        "choose one of \(groups.flatMap(\.names).joined(separator: ", ")), or give the values "
        + "in their unit as a table with columns station, date and value")
  }
}

extension DailyRecords {
  /// Notes the element that a file has, and its unit.
  ///
  /// - Throws: `DataError` where files before have another one.
  mutating func begin(
    element: String, unit: String, file: String, line: Int? = nil
  ) throws(DataError) {
    guard column.isEmpty || column == element else {
      throw DataError(
        file: file, line: line,
        found: "the element is \(element), but that of other files \(column)",
        remedy: "give files of one element")
    }
    (column, self.unit) = (element, unit)
  }
}
