import Foundation
import Tables

/// The readers of GHCN-Daily (Menne et al. 2012): fixed-width station files `.dly`, lists of days by station or year, and the
/// inventory `ghcnd-stations.txt`.
///
/// Values are stored in the parts of a unit that `DailyElements.ghcnDaily` has; one with a quality flag is left out.
///
/// - Reference: NOAA/NCEI, *README file for daily Global Historical Climatology Network*, sections III and IV.
enum GHCNDaily {
  /// Whether the second of the flags between commas, that of quality, is set.
  static func isRejected(attributes: String) -> Bool {
    let flags = attributes.split(separator: ",", omittingEmptySubsequences: false)
    return flags.count > 1 && !flags[1].allSatisfy(\.isWhitespace)
  }

  /// The element that is read: that of `--value-column`, or the only one of the file.
  static func element(
    _ name: String?, among found: Set<String>, file: String
  ) throws(DataError) -> String {
    let names = found.sorted().joined(separator: ", ")
    if let name {
      if found.contains(name.uppercased()) { return name.uppercased() }
      throw DataError(
        flag: "--value-column \"\(name)\"", file: file, found: "there is no such element",
        remedy: "choose one of \(names)")
    }
    if found.count == 1, let only = found.first { return only }
    throw DataError(
      file: file,
      found: found.isEmpty ? "there is no element" : "the file has the elements \(names)",
      remedy: found.isEmpty ? "check the file" : "choose one with --value-column, as in TMAX")
  }

  // MARK: Fixed width

  /// Adds the values of an element in a file `.dly`: the station in columns 1 to 11, year, month, element, and 31 times a value
  /// of five characters with three flags.
  static func read(
    dly text: TextFile, element name: String?, into records: inout DailyRecords
  ) throws(DataError) {
    let lines = text.lines.enumerated().filter { !$0.element.allSatisfy(\.isWhitespace) }
    var elements: Set<String> = []
    for (index, line) in lines {
      guard line.utf8.count >= 29, line.allSatisfy(\.isASCII) else {
        throw text.error(
          index + 1, "the line has \(line.utf8.count) characters",
          "a line of a .dly file has 269, with a station of 11 and values of 5 characters")
      }
      elements.insert(line.part(17, 4))
    }
    let element = try element(name, among: elements, file: text.file)
    let (storedPerUnit, unit) = try DailyElements.ghcnDaily.scale(of: element, file: text.file)
    try records.begin(element: element, unit: unit, file: text.file)
    for (index, line) in lines where line.part(17, 4) == element {
      let station = line.part(0, 11)
      guard let year = Int(line.part(11, 4)), let month = Int(line.part(15, 2)),
        (1...12).contains(month), calendarYears.contains(year)
      else {
        throw text.error(
          index + 1, "\"\(line.part(11, 6))\" is not a year and a month",
          "columns 12 to 17 of a .dly file are these")
      }
      let place = records.place(of: station)
      for day in 1...31 {
        let start = 21 + 8 * (day - 1)
        guard start + 5 <= line.utf8.count else { break }
        let cell = line.part(start, 5)
        guard let number = Int(cell) else {
          throw text.error(
            index + 1, "\"\(cell)\" is not a whole number", "each value has five characters")
        }
        if number == -9999 { continue }
        guard day <= records.calendar.days(inMonth: month, of: year) else {
          throw text.error(
            index + 1, "there is a value on day \(day) of month \(month)",
            "values of days that do not exist are -9999")
        }
        if !line.part(start + 6, 1).isEmpty {
          records.series[place].rejected += 1
        } else {
          records.series[place].append(
            day: records.calendar.number(year, month, day), Double(number) / storedPerUnit,
            line: index + 1)
        }
      }
    }
  }

  // MARK: A line for each day

  /// Adds the values of an element in a list of station, date (19850731), element, value and the flags of measurement,
  /// quality and source, with or without a header.
  static func read(
    list text: TextFile, element name: String?, into records: inout DailyRecords
  ) throws(DataError) {
    let rows = text.lines.enumerated().map { ($0.offset + 1, $0.element.cells.map(\.unquoted)) }
      .filter { $0.1.count >= 4 && $0.1[1].first?.isNumber == true }
    let elements = Set(rows.map { $0.1[2] })
    let element = try element(name, among: elements, file: text.file)
    let (storedPerUnit, unit) = try DailyElements.ghcnDaily.scale(of: element, file: text.file)
    try records.begin(element: element, unit: unit, file: text.file)
    for (line, cells) in rows where cells[2] == element {
      guard let day = CalendarDay(anyOf: cells[1]) else {
        throw text.error(line, "\"\(cells[1])\" is not a date", "write dates as 19850731")
      }
      guard let number = Double(cells[3]), number.isFinite else {
        throw text.error(line, "\"\(cells[3])\" is not a number", "values are whole numbers")
      }
      if number == -9999 { continue }
      let place = records.place(of: cells[0])
      if cells.count > 5, !cells[5].isEmpty {
        records.series[place].rejected += 1
      } else {
        records.series[place].append(
          day: day.number, number / storedPerUnit, line: line)
      }
    }
  }

  // MARK: The inventory

  /// The table of stations of `ghcnd-stations.txt`, of those that are named.
  static func stations(_ text: TextFile, _ wanted: Set<String>) throws(DataError) -> CSVTable {
    var (rows, lines): ([[String]], [Int]) = ([], [])
    for (index, line) in text.lines.enumerated() where wanted.contains(line.part(0, 11)) {
      let elevation = line.part(31, 6)
      rows.append([
        line.part(0, 11), line.part(21, 9), line.part(12, 8),
        elevation.hasPrefix("-999") ? "" : elevation, line.part(41, 30),
      ])
      lines.append(index + 1)
    }
    return CSVTable(
      header: ["station", "lon", "lat", "elevation_m", "name"], rows: rows, lines: lines,
      file: text.file)
  }
}

extension Substring {
  /// The characters from a place on, counted in bytes, without the blanks around them.
  fileprivate func part(_ start: Int, _ count: Int) -> String {
    Substring(utf8.dropFirst(start).prefix(count)).stripped
  }
}

extension String {
  /// The text without quotation marks around it.
  var unquoted: String {
    count > 1 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
  }
}
