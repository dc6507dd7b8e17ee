import Foundation
import Tables

/// The reader of several files of daily values into one set of records.
struct DailyReader {
  let options: ReadingOptions
  /// The table of the stations; nil where there is none.
  let known: CSVTable?

  /// Reads files of one kind.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - records: The records, which are filled.
  ///   - places: The stations of files that have places in their columns.
  func read(
    _ files: [DataFile], into records: inout DailyRecords, places: inout CSVTable?
  ) throws(DataError) {
    for file in files {
      switch file.kind {
      case .ghcnDaily:
        try GHCNDaily.read(
          dly: TextFile(file.url), element: options.valueColumn, into: &records)
      case .ghcnList:
        try GHCNDaily.read(
          list: TextFile(file.url), element: options.valueColumn, into: &records)
      case .ecaDaily: try ECAData.read(TextFile(file.url), into: &records)
      default: try readTable(file, into: &records, places: &places)
      }
    }
  }

  private func readTable(
    _ file: DataFile, into records: inout DailyRecords, places: inout CSVTable?
  ) throws(DataError) {
    let table = try CSVTable(contentsOf: file.url)
    let daily = try DailyTable(table)
    let column = try daily.valueColumn(options.valueColumn)
    if records.column.isEmpty { records.column = column.name }
    try daily.read(column, into: &records, station: identifier(of: file.url))
    if known == nil { try addPlaces(of: table, to: &places) }
  }

  /// The station of a file without a column of stations: the longest identifier that its name begins with, else its name up to
  /// the first underscore.
  private func identifier(of url: URL) -> String {
    let name = url.deletingPathExtension().lastPathComponent
    guard let known, let column = known.column(anyOf: DailyTable.stationNames) else {
      return String(name.prefix { $0 != "_" })
    }
    let ids = known.rows.map { known.text($0, column) }.filter { id in
      guard !id.isEmpty, name.hasPrefix(id) else { return false }
      return name.dropFirst(id.count).first.map { !$0.isLetter && !$0.isNumber } ?? true
    }
    return ids.max { $0.count < $1.count } ?? String(name.prefix { $0 != "_" })
  }

  /// Adds the stations of a daily table that has their places, as those of NCEI.
  private func addPlaces(of table: CSVTable, to places: inout CSVTable?) throws(DataError) {
    guard let id = table.column(anyOf: DailyTable.stationNames),
      let x = table.column("lon", "lon_deg", "longitude"),
      let y = table.column("lat", "lat_deg", "latitude")
    else { return }
    let others = [table.column("elevation_m", "elevation"), table.column("name")]
    var (rows, lines, seen): ([[String]], [Int], Set<String>) = ([], [], [])
    if let places, let first = places.header.first {
      for row in places.rows {
        rows.append(places.header.map { places.text(row, $0) })
        lines.append(places.line(ofRow: row))
        seen.insert(places.text(row, first))
      }
    }
    for row in table.rows where seen.insert(table.text(row, id)).inserted {
      rows.append(
        [id, x, y].map { table.text(row, $0) }
          + others.map { $0.map { table.text(row, $0) } ?? "" })
      lines.append(table.line(ofRow: row))
    }
    places = CSVTable(
      header: ["station", "lon", "lat", "elevation_m", "name"], rows: rows, lines: lines,
      file: table.file)
  }
}
