import Foundation
import Tables

/// The reader of daily tables: a file for each station, or one with a column of stations.
///
/// Dates are a column `date` (1985-07-31 or 19850731, perhaps with a time behind) or columns `year`, `month`, `day`. Without a
/// column of stations, the station is the identifier that the name of the file begins with.
struct DailyTable {
  private let table: CSVTable
  private let date: [CSVTable.Column]
  private let station: CSVTable.Column?

  static let stationNames = ["station", "station_id", "id"]
  private static let dateNames = ["date", "time", "day", "datetime"]

  init(_ table: CSVTable) throws(DataError) {
    self.table = table
    station = table.column(anyOf: Self.stationNames)
    let parts = ["year", "month", "day"].compactMap { table.column($0) }
    if parts.count == 3 {
      date = parts
    } else if let column = table.column(anyOf: Self.dateNames) {
      date = [column]
    } else {
      throw table.error(
        found: "there is no column of dates", remedy: "call it \"date\", with dates as 1985-07-31")
    }
  }

  /// The column of the values: that of the flag, a known one, or the only one with numbers.
  func valueColumn(_ name: String?) throws(DataError) -> CSVTable.Column {
    if let name { return try table.valueColumn(name) }
    let taken = date + [station].compactMap(\.self)
    let others = table.header.filter { !taken.contains($0) }
    // With one candidate, a cell that is not a number is an error at that cell.
    if others.count == 1 { return others[0] }
    if let known = table.column("tmax", "value", "max") { return known }
    let rest = others.filter(isNumeric)
    if rest.count == 1 { return rest[0] }
    let names = rest.map { "\"\($0.name)\"" }.joined(separator: ", ")
    throw table.error(
      found: rest.isEmpty
        ? "there is no column of numbers beside the date"
        : "the column with the values cannot be told among \(names)",
      remedy: rest.isEmpty
        ? "add the values of each day" : "choose it with --value-column, as in \(rest[0].name)")
  }

  /// Whether the first thousand cells of a column are numbers or missing, and one is a number.
  private func isNumeric(_ column: CSVTable.Column) -> Bool {
    let rows = table.rows.prefix(1000).filter { !table.isMissing($0, column) }
    return !rows.isEmpty && rows.allSatisfy { (try? table.double($0, column)) != nil }
  }

  /// Adds the values of a column to records.
  ///
  /// - Parameters:
  ///   - column: The column of the values.
  ///   - records: The records, whose stations continue.
  ///   - id: The station of a table without a column of stations.
  /// - Throws: `DataError` for a date or value that is none.
  func read(
    _ column: CSVTable.Column, into records: inout DailyRecords, station id: String?
  ) throws(DataError) {
    let flags = table.column("\(column.name)_ATTRIBUTES")
    // The daily summaries of GHCN-Daily are stored as the values of its fixed-width files.
    let stored =
      try flags.map { _ throws(DataError) in
        try DailyElements.ghcnDaily.scale(of: column.name, file: table.file)
      }
    let unit = stored?.unit ?? ValueUnit.suffix(of: column.name)
    if !records.series.isEmpty, unit != records.unit {
      throw table.error(
        inHeader: column,
        found: "the unit is \(unit ?? "not stated"), but that of other files "
          + (records.unit ?? "not stated"), remedy: "give files of one unit")
    }
    records.unit = unit
    for row in table.rows {
      guard let name = station.map({ table.text(row, $0) }) ?? id else { continue }
      let place = records.place(of: name)
      let day = try day(row)
      guard let value = try table.optionalDouble(row, column) else { continue }
      if let flags, GHCNDaily.isRejected(attributes: table.text(row, flags)) {
        records.series[place].rejected += 1
      } else {
        records.series[place].append(
          day: day, stored.map { value / $0.storedPerUnit } ?? value, line: table.line(ofRow: row))
      }
    }
  }

  private func day(_ row: Int) throws(DataError) -> Int {
    let text: String
    if date.count == 3 {
      let parts = date.map { table.text(row, $0) }
      func padded(_ part: String) -> String { part.count < 2 ? "0" + part : part }
      text = "\(parts[0])-\(padded(parts[1]))-\(padded(parts[2]))"
    } else {
      text = table.text(row, date[0])
    }
    guard let day = CalendarDay(anyOf: text) else {
      throw table.error(
        row, date[0], found: "\"\(text)\" is not a date", remedy: "write dates as 1985-07-31")
    }
    return day.number
  }
}

extension CalendarDay {
  /// The day of a text such as `1985-07-31`, `19850731` or `1985-07-31T12:00`; nil for one that is no date.
  init?(anyOf text: String) {
    let isCompact = text.utf8.count == 8 && text.utf8.allSatisfy { (48...57).contains($0) }
    if isCompact {
      self.init("\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))")
    } else if text.utf8.count > 10, let mark = text.dropFirst(10).first, "T ".contains(mark) {
      self.init(String(text.prefix(10)))
    } else {
      self.init(text)
    }
  }
}

extension CSVTable {
  /// The column that `--value-column` names.
  func valueColumn(_ name: String) throws(DataError) -> Column {
    if let column = column(name) { return column }
    let meant = closestName(to: name, among: header.map(\.name))
    let names = header.prefix(12).map { "\"\($0.name)\"" }.joined(separator: ", ")
    throw DataError(
      flag: "--value-column \"\(name)\"", file: file, found: "there is no such column",
      remedy: (meant.map { "did you mean \"\($0)\"? There are " } ?? "choose one of ") + names)
  }
}
