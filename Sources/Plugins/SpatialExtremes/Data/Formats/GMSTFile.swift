import Foundation
import Tables

/// The reader of published tables of global mean surface temperature: GISTEMP (`GLB.Ts+dSST.csv`), the summary series of
/// HadCRUT5, and NOAAGlobalTemp.
///
/// The first line of columns may come after titles and comments. Years of a monthly table are the means of their twelve months;
/// a year that is not complete has no value.
enum GMSTFile {
  /// The columns of a line of columns: the time, and the anomaly of the year.
  private struct Columns {
    let time, value: Int

    init?(_ line: Substring) {
      let cells = line.cells.map { $0.unquoted.lowercased() }
      guard cells.count > 1, ["year", "time", "date"].contains(cells[0]) else { return nil }
      let found =
        cells.firstIndex(of: "j-d") ?? cells.firstIndex { $0.hasPrefix("anomaly") }
        ?? (cells.count == 2 ? cells.firstIndex { $0 == "value" } : nil)
      guard let found else { return nil }
      (time, value) = (0, found)
    }
  }

  /// Whether the first lines of a file are those of such a table.
  static func isHeader(_ line: Substring) -> Bool { Columns(line) != nil }

  /// The table with columns `year` and `gmst`.
  static func read(_ text: TextFile) throws(DataError) -> CSVTable {
    guard let start = text.lines.firstIndex(where: { isHeader($0) }),
      let columns = Columns(text.lines[start])
    else {
      throw text.error(
        nil, "there is no line of columns with a year and an anomaly", "give columns year and gmst")
    }
    var months: [Int: [Int: Double]] = [:]
    var (rows, lines): ([[String]], [Int]) = ([], [])
    for (index, line) in text.lines.enumerated().dropFirst(start + 1) {
      let cells = line.cells.map(\.unquoted)
      if cells == [""] || line.hasPrefix("#") { continue }
      guard cells.count > columns.value, let (year, month) = time(cells[columns.time]) else {
        throw text.error(
          index + 1, "the line \"\(line.prefix(60))\" does not begin with a year",
          "give a line for each year or month")
      }
      let cell = cells[columns.value]
      let isMissing = cell.isEmpty || cell.allSatisfy { $0 == "*" } || cell.lowercased() == "nan"
      let number = isMissing ? nil : Double(cell)
      if !isMissing, number?.isFinite != true {
        throw text.error(index + 1, "\"\(cell)\" is not a number", "give the anomaly in °C")
      }
      // Missing values of NOAA are -999, those of others larger numbers of nines.
      let value = number.flatMap { $0 <= -99 ? nil : $0 }
      if let month {
        months[year, default: [:]][month] = value
        if let all = months[year], all.count == 12 {
          rows.append(["\(year)", "\((1...12).reduce(0) { $0 + (all[$1] ?? 0) } / 12)"])
          lines.append(index + 1)
        }
      } else {
        rows.append(["\(year)", value.map { "\($0)" } ?? ""])
        lines.append(index + 1)
      }
    }
    return CSVTable(header: ["year", "gmst"], rows: rows, lines: lines, file: text.file)
  }

  /// The year and perhaps the month of a text: `1985`, `1985-07` or `198507`.
  private static func time(_ text: String) -> (Int, Int?)? {
    let parts = text.split(separator: "-")
    if parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]),
      (1...12).contains(month), calendarYears.contains(year)
    {
      return (year, month)
    }
    guard let number = Int(text), number >= 0 else { return nil }
    if text.count == 6, (1...12).contains(number % 100) { return (number / 100, number % 100) }
    return text.count <= 4 ? (number, nil) : nil
  }
}
