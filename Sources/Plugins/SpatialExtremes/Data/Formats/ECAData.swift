import Foundation
import Tables

/// The readers of ECA&D (Klein Tank et al. 2002): daily files such as `TX_STAID000123.txt`, and `stations.txt`.
///
/// Values are stored in the parts of a unit that `DailyElements.eca` has; those of a quality code other than 0 are left out.
///
/// - Reference: KNMI, *ECA&D: format of the daily data files*, the header of each file.
enum ECAData {
  /// Adds the values of a daily file, whose table begins after a line `STAID, SOUID, DATE, TX, Q_TX`, or one without `STAID`.
  static func read(
    _ text: TextFile, into records: inout DailyRecords
  ) throws(DataError) {
    guard let start = text.lines.firstIndex(where: { isHeader($0) }) else {
      throw text.error(nil, "there is no line \"STAID, SOUID, DATE, …\"", "give a file of ECA&D")
    }
    let header = text.lines[start].cells.map { $0.uppercased() }
    guard let date = header.firstIndex(of: "DATE"), header.count >= date + 3,
      let quality = header.firstIndex(of: "Q_\(header[date + 1])")
    else {
      throw text.error(
        start + 1, "the columns are \(header.joined(separator: ", "))",
        "they should be STAID, SOUID, DATE, the element and its quality, as in Q_TX")
    }
    let element = header[date + 1]
    let (storedPerUnit, unit) = try DailyElements.eca.scale(
      of: element, file: text.file, line: start + 1)
    try records.begin(element: element, unit: unit, file: text.file, line: start + 1)
    let named = URL(filePath: text.file).lastPathComponent.firstMatch(of: /(?:STAID|SOUID)0*(\d+)/)
    for (index, line) in text.lines.enumerated().dropFirst(start + 1) {
      let cells = line.cells
      if cells == [""] { continue }
      guard cells.count == header.count, let day = CalendarDay(anyOf: cells[date]),
        let number = Int(cells[date + 1]), let code = Int(cells[quality])
      else {
        throw text.error(
          index + 1,
          "the line \"\(line.prefix(60))\" is not a date with a value and a quality code",
          "it should have \(header.joined(separator: ", "))")
      }
      let column = header.firstIndex(of: "STAID").map { cells[$0] }
      let place = records.place(of: column ?? named.map { String($0.1) } ?? "")
      if code == 9 || number == -9999 { continue }
      if code != 0 {
        records.series[place].rejected += 1
      } else {
        records.series[place].append(
          day: day.number, Double(number) / storedPerUnit, line: index + 1)
      }
    }
  }

  static func isHeader(_ line: Substring) -> Bool {
    let cells = line.cells
    return cells.contains("DATE") && (cells.contains("STAID") || cells.contains("SOUID"))
  }

  static func isHeaderOfStations(_ line: Substring) -> Bool {
    let cells = line.cells
    return cells.contains("STAID") && cells.contains("STANAME")
  }

  /// The table of stations of `stations.txt`: latitude and longitude as `+56:52:00`, the height in m.
  static func stations(_ text: TextFile) throws(DataError) -> CSVTable {
    guard let start = text.lines.firstIndex(where: { isHeaderOfStations($0) }) else {
      throw text.error(nil, "there is no line \"STAID, STANAME, …\"", "give stations.txt of ECA&D")
    }
    let header = text.lines[start].cells
    let places = ["STAID", "LON", "LAT", "HGHT", "STANAME"].map { header.firstIndex(of: $0) }
    guard let id = places[0], let lon = places[1], let lat = places[2], let name = places[4] else {
      throw text.error(
        start + 1, "the columns are \(header.joined(separator: ", "))",
        "they should be STAID, STANAME, CN, LAT, LON, HGHT")
    }
    var (rows, lines): ([[String]], [Int]) = ([], [])
    for (index, line) in text.lines.enumerated().dropFirst(start + 1) {
      let cells = line.cells
      if cells == [""] { continue }
      guard cells.count == header.count, let x = degrees(cells[lon]), let y = degrees(cells[lat])
      else {
        throw text.error(
          index + 1, "the line \"\(line.prefix(60))\" is not a station with its place",
          "latitude and longitude are degrees:minutes:seconds")
      }
      let height = places[3].map { cells[$0] }.flatMap { $0 == "-9999" ? nil : $0 } ?? ""
      rows.append([cells[id], "\(x)", "\(y)", height, cells[name]])
      lines.append(index + 1)
    }
    return CSVTable(
      header: ["station", "lon", "lat", "elevation_m", "name"], rows: rows, lines: lines,
      file: text.file)
  }

  /// The degrees of a text such as `-003:40:41`; nil for another.
  static func degrees(_ text: String) -> Double? {
    let parts = text.split(separator: ":").map { Double($0) }
    guard parts.count == 3, let d = parts[0], let m = parts[1], let s = parts[2],
      (0..<60).contains(m), (0..<60).contains(s)
    else { return nil }
    let size = abs(d) + m / 60 + s / 3600
    return text.hasPrefix("-") ? -size : size
  }
}
