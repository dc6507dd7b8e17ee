import Tables

/// The maxima of `maxima.csv` as a list, from any of the three layouts of the file:
///
/// - long: columns `station`, `year`, the value, and perhaps `complete` (1 or 0);
/// - a row for each year: column `year`, and one for each station;
/// - a row for each station: column `station`, and one for each year.
struct MaximaTable {
  /// One cell of the table, empty ones included.
  struct Entry {
    /// The index of the station in the station list.
    var station: Int
    var year: Int
    var value: Double?
    var isComplete = true

    /// The index of the column in the header.
    var column: Int

    /// The line in the file.
    var line: Int
  }

  private struct StationYear: Hashable {
    var station, year: Int
  }

  private(set) var entries: [Entry] = []

  /// The column of a long file that has the maxima; nil for a wide one.
  private(set) var valueColumn: String?

  /// Whether that column has no known name, and was used because it is the only one with numbers.
  private(set) var valueColumnIsGuessed = false

  /// Whether years are complete by their numbers of days rather than by a mark.
  private(set) var completenessIsCounted = false

  let file: String

  private let table: CSVTable
  private let stations: StationList
  private let options: ReadingOptions
  private var lines: [StationYear: Int] = [:]

  /// Reads the maxima from a table in long or wide form.
  ///
  /// - Throws: When a cell is invalid for its column, a station is not in the list, or a station has a year twice.
  init(
    _ table: CSVTable, stations: StationList, options: ReadingOptions = ReadingOptions()
  ) throws(DataError) {
    (self.table, self.options) = (table, options)
    self.stations = stations
    file = table.file
    let station = table.column("station", "station_id", "id")
    let year = table.column("year")
    switch (station, year) {
    case (let station?, let year?): try readLong(station, year)
    case (nil, let year?): try readRowPerYear(year)
    case (let station?, nil): try readRowPerStation(station)
    case (nil, nil):
      throw table.error(
        found: "there is neither a column \"station\" nor a column \"year\"",
        remedy: "give columns station, year, tmax; or a row a year with a column a station; "
          + "or a row a station with a column a year")
    }
  }
}

// MARK: - The three layouts

extension MaximaTable {
  private mutating func readLong(
    _ station: CSVTable.Column, _ year: CSVTable.Column
  ) throws(DataError) {
    let days = table.column("n_days").flatMap { isNumeric($0) ? $0 : nil }
    // Days that are counted and a --coverage replace the mark of the table.
    let complete = days != nil && options.coverage != nil ? nil : table.column("complete")
    completenessIsCounted = complete == nil && days != nil
    let value = try findValueColumn(
      beside: [station, year, table.column("complete"), days])
    valueColumn = value.name
    for row in table.rows {
      let isComplete: Bool
      if let complete {
        isComplete = try flag(row, complete)
      } else if let days {
        isComplete = try hasEnoughDays(row, days)
      } else {
        isComplete = true
      }
      try add(
        row, value, station: stationIndex(row, station), year: table.year(row, year),
        isComplete: isComplete)
    }
  }

  private mutating func readRowPerYear(_ year: CSVTable.Column) throws(DataError) {
    var columns: [(column: CSVTable.Column, station: Int)] = []
    for column in table.header where column != year {
      guard let station = stations.index(of: column.name) else {
        let unknown = stations.unknown(column.name)
        throw table.error(inHeader: column, found: unknown.found, remedy: unknown.remedy)
      }
      columns.append((column, station))
    }
    for row in table.rows {
      let key = try table.year(row, year)
      for (column, station) in columns { try add(row, column, station: station, year: key) }
    }
  }

  private mutating func readRowPerStation(_ station: CSVTable.Column) throws(DataError) {
    var columns: [(column: CSVTable.Column, year: Int)] = []
    for column in table.header where column != station {
      guard let year = Int(column.name), calendarYears.contains(year) else {
        throw table.error(
          inHeader: column, found: "\"\(column.name)\" is not a year",
          remedy: "without a column \"year\", each column beside \"\(station.name)\" is a year")
      }
      columns.append((column, year))
    }
    for row in table.rows {
      let index = try stationIndex(row, station)
      for (column, year) in columns { try add(row, column, station: index, year: year) }
    }
  }
}

// MARK: - Cells

extension MaximaTable {
  /// The name of the column that an entry was read from.
  func columnName(of entry: Entry) -> String { table.header[entry.column].name }

  private mutating func add(
    _ row: Int, _ column: CSVTable.Column, station: Int, year: Int, isComplete: Bool = true
  ) throws(DataError) {
    let line = table.line(ofRow: row)
    let key = StationYear(station: station, year: year)
    if let earlier = lines.updateValue(line, forKey: key) {
      throw table.error(
        row, column,
        found: "station \"\(stations.stations[station].id)\" has year \(year) twice, "
          + (earlier == line ? "both times on this line" : "first on line \(earlier)"),
        remedy: "keep one of the two")
    }
    let value = try table.optionalDouble(row, column)
    entries.append(
      Entry(
        station: station, year: year, value: value, isComplete: isComplete, column: column.index,
        line: line))
  }

  private func stationIndex(_ row: Int, _ column: CSVTable.Column) throws(DataError) -> Int {
    let id = table.text(row, column)
    if let index = stations.index(of: id) { return index }
    let unknown = stations.unknown(id)
    throw table.error(row, column, found: unknown.found, remedy: unknown.remedy)
  }

  /// Whether a cell with the number of days of a year reaches the coverage asked for.
  private func hasEnoughDays(
    _ row: Int, _ column: CSVTable.Column
  ) throws(DataError) -> Bool {
    Double(try table.int(row, column)) >= options.blockRule.coverage * 365
  }

  private func flag(_ row: Int, _ column: CSVTable.Column) throws(DataError) -> Bool {
    switch table.text(row, column) {
    case "1": return true
    case "0": return false
    case let text:
      throw table.error(
        row, column, found: "\"\(text)\" is neither 1 nor 0",
        remedy: "mark a complete year with 1 and an incomplete one with 0")
    }
  }

  /// The column with the maxima: one with a known name, or the only candidate.
  private mutating func findValueColumn(
    beside others: [CSVTable.Column?]
  ) throws(DataError) -> CSVTable.Column {
    if let name = options.valueColumn { return try table.valueColumn(name) }
    if let known = table.column("tmax", "txx_c", "value", "max") { return known }
    valueColumnIsGuessed = true
    let rest = table.header.filter { !others.contains($0) }
    // With one candidate, a cell that is not a number is an error at that cell.
    if rest.count == 1 { return rest[0] }
    let numeric = rest.filter { isNumeric($0) && !$0.name.lowercased().hasPrefix("n_") }
    if numeric.count == 1 { return numeric[0] }
    let names = rest.map { "\"\($0.name)\"" }.joined(separator: ", ")
    throw table.error(
      found: rest.isEmpty
        ? "there is no column with the maxima"
        : "the column with the maxima cannot be told among \(names)",
      remedy: "call it \"tmax\"")
  }

  private func isNumeric(_ column: CSVTable.Column) -> Bool {
    table.rows.allSatisfy { row in
      table.isMissing(row, column) || (try? table.double(row, column)) != nil
    }
  }
}
