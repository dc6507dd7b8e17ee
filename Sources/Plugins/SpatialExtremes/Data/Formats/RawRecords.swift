import Foundation
import Tables

/// The records of stations in files of any known format: their tables, with daily values made into maxima.
struct RawRecords {
  private(set) var stations: CSVTable
  private(set) var gmst: CSVTable?
  private(set) var maxima: CSVTable
  /// The name of the column of the values, where a reader has chosen it.
  private(set) var valueColumn: String?
  /// The unit that the file states; nil for none.
  private(set) var unit: String?
  /// The last method over time of values of years, as "mean"; nil where the file states none.
  private(set) var cellMethod: String?
  /// The daily values, from which the maxima were made; nil for values of years.
  private(set) var daily: DailyRecords?
  /// The files that were read.
  private(set) var files: [URL]

  /// Reads the records in some files.
  ///
  /// - Throws: `DataError` where the files do not hold stations with their values, or several kinds of them.
  init(_ all: [DataFile], paths: [String], _ options: ReadingOptions) throws(DataError) {
    let place = paths.joined(separator: " ")
    let values = try Self.files(of: all, place)
    files = values.map(\.url)
    switch values[0].kind {
    case .netCDF:
      guard values.count == 1 else { throw Self.several(values, place) }
      let read = try NetCDFStations(
        path: values[0].url.relativePath, variable: options.valueColumn, filter: options.filter)
      (stations, valueColumn, unit, daily) = (read.stations, read.column, read.unit, read.daily)
      if let daily = read.daily {
        maxima = try daily.maxima(options.blockRule)
      } else {
        (maxima, cellMethod) = (read.maxima, read.cellMethod)
      }
    case .years:
      guard values.count == 1 else { throw Self.several(values, place) }
      maxima = try CSVTable(contentsOf: values[0].url)
      let file = try Self.stationFile(all, place)
      stations = try Self.stationTable(file, [])
      files.append(file.url)
    default:
      var records = DailyRecords(
        file: values.count == 1 ? values[0].url.relativePath : place)
      var places: CSVTable?
      let file = all.contains { $0.kind.isOfStations } ? try Self.stationFile(all, place) : nil
      // The names of files without a column of stations are told by the list.
      let known = try file.map { file throws(DataError) in try Self.stationTable(file, []) }
      try DailyReader(options: options, known: known).read(values, into: &records, places: &places)
      if let file {
        stations = try Self.stationTable(file, Set(records.series.map(\.station)))
        files.append(file.url)
      } else if let places {
        stations = places
      } else {
        _ = try Self.stationFile(all, place)
        stations = CSVTable(header: [], rows: [], lines: [], file: place)
      }
      (daily, valueColumn, unit) = (records, records.column, records.unit)
      maxima = try records.maxima(options.blockRule)
    }
    try readGMST(all, options, place)
  }

  /// The files with values, all of one kind.
  private static func files(
    of all: [DataFile], _ place: String
  ) throws(DataError) -> [DataFile] {
    let candidates = all.filter { $0.kind == .years || $0.kind.isOfDays || $0.kind == .netCDF }
    guard let first = candidates.first else {
      let names = all.map { $0.url.lastPathComponent }.prefix(8).joined(separator: ", ")
      throw DataError(
        file: place,
        found: names.isEmpty
          ? "there is no file" : "no file has values of years or days at stations (\(names))",
        remedy: "give a table with station, year and value, daily values, or a NetCDF file")
    }
    if candidates.contains(where: { $0.kind != first.kind }) { throw several(candidates, place) }
    return candidates
  }

  private static func several(_ files: [DataFile], _ place: String) -> DataError {
    let names = files.map { $0.url.lastPathComponent }
    let shown = names.prefix(6).joined(separator: ", ")
    return DataError(
      file: place,
      found: "several files have values: \(shown)"
        + (names.count > 6 ? " and \(names.count - 6) more" : ""),
      remedy: "name one of them with --data, beside its stations and GMST")
  }

  // MARK: Stations

  private static func stationFile(_ all: [DataFile], _ place: String) throws(DataError) -> DataFile
  {
    let found = all.filter { $0.kind.isOfStations }
    guard let file = found.first else {
      throw DataError(
        file: place, found: "there is no table of the stations",
        remedy: "add one to --data, with columns station, lon and lat (or easting_km, northing_km)")
    }
    guard found.count == 1 else {
      let names = found.map { $0.url.lastPathComponent }.joined(separator: " and ")
      throw DataError(
        file: place, found: "\(names) are tables of stations",
        remedy: "name one of them with --data")
    }
    return file
  }

  private static func stationTable(
    _ file: DataFile, _ wanted: Set<String>
  ) throws(DataError) -> CSVTable {
    switch file.kind {
    case .ghcnStations: try GHCNDaily.stations(TextFile(file.url), wanted)
    case .ecaStations: try ECAData.stations(TextFile(file.url))
    default: try CSVTable(contentsOf: file.url)
    }
  }

  // MARK: GMST

  private mutating func readGMST(
    _ all: [DataFile], _ options: ReadingOptions, _ place: String
  ) throws(DataError) {
    let found = all.filter { $0.kind.isOfGMST }
    let required = options.requirements
    guard !required.covariates.isEmpty || !required.columns.isEmpty, let file = found.first else {
      if required.covariates.isEmpty { return }
      throw DataError(
        file: place, found: "there is no table of the global mean surface temperature",
        remedy: "add one to --data, with columns year and gmst, or leave gmst out of the formulas, "
          + "as in --location \"1 + field\"")
    }
    guard found.count == 1 else {
      let names = found.map { $0.url.lastPathComponent }.joined(separator: " and ")
      throw DataError(
        file: place, found: "\(names) are tables of GMST", remedy: "name one of them with --data")
    }
    files.append(file.url)
    gmst =
      file.kind == .gmstPublished
      ? try GMSTFile.read(TextFile(file.url)) : try CSVTable(contentsOf: file.url)
  }
}
