import Foundation
import Preconditions
import Runs
import Tables

/// Annual maxima at `S` stations over `T` years, with the covariate of each year.
///
///     let data = try StationMaxima(folder: URL(filePath: "spain"))
///     data.record.summary.forEach { print($0) }
///
/// A data folder holds three tables:
///
/// - `stations.csv`: `station`, `lon`, `lat` (degrees east and north) and, if known, `elevation_m`
///   (metres) and `name`;
/// - `gmst.csv`: `year` and the anomaly of global mean surface temperature, degrees Celsius;
/// - `maxima.csv`: long (`station`, `year`, `tmax`, perhaps `complete`), or wide with a row for each
///   year or for each station.
///
/// A year is used if any station has a maximum in it and its covariate is known; a station is used if
/// it has a maximum in any used year. Everything else is listed in `record`.
public struct StationMaxima: Sendable, Equatable {
  /// A place where maxima were measured.
  public struct Station: Sendable, Equatable {
    /// The identifier, a text: "0076" is not "76".
    public var id: String

    /// The longitude in degrees east, -180 to 180.
    public var longitude: Double

    /// The latitude in degrees north, -90 to 90.
    public var latitude: Double

    /// The elevation in metres above sea level; nil if unknown.
    public var elevation: Double?
    /// The name of the place; nil if unknown.
    public var name: String?
    /// The numbers of further columns of `stations.csv`, by the name of the column; those without a number are absent.
    public var columns: [String: Double] = [:]

    /// A station at a place: degrees east and north, metres above sea level.
    public init(
      id: String, longitude: Double, latitude: Double, elevation: Double? = nil,
      name: String? = nil
    ) {
      (self.id, self.longitude, self.latitude) = (id, longitude, latitude)
      (self.elevation, self.name) = (elevation, name)
    }
  }

  /// The stations in file order, `[S]`.
  public var stations: [Station]

  /// The years in ascending order, `[T]`.
  public var years: [Int]

  /// The GMST anomaly of each year in degrees Celsius, not centred, `[T]`.
  public var covariate: [Double]

  /// Further columns of `gmst.csv` with a number in each of the years, by name, `[T]` each.
  public var yearColumns: [String: [Double]] = [:]

  /// The covariates of time in the years of `gmst.csv` that have no maximum in use, by year and name; for predictions.
  public var otherYears: [Int: [String: Double]] = [:]

  /// The maxima, row-major `[S, T]`, in the units of the file; nil where missing.
  public var maxima: [Double?]

  /// The unit of the maxima, for reports; nil where the data do not state it.
  public var unit: String?

  /// Whether the maxima were converted to `unit`, from the one that a flag or the data state.
  var isConverted = false

  /// Whether the places are on a plane: `longitude` and `latitude` are then easting and northing in km.
  public var isProjected = false

  /// The names of the two columns of places in tables: `lon` and `lat`, or `x_km` and `y_km` on a plane.
  public var placeColumns: [String] { axes.columns }

  /// The values of each station-year beyond its maximum; nil where only maxima were read.
  public var blocks: BlockValues?

  /// The record of used, missing and dropped data.
  public var record: DataRecord

  /// Reads `stations.csv`, `gmst.csv` and `maxima.csv` in a folder.
  ///
  /// Implausible data are not an error here: `record.findings` lists them, and
  /// `DataRecord.requireSound` throws for them.
  ///
  /// - Throws: When a file is missing or invalid, or when fewer stations or years are left than
  ///   `options.requirements` demands.
  public init(folder: URL, options: ReadingOptions = .init()) throws(DataError) {
    try Self.checkFolder(folder)
    if let blocks = options.requirements.blocks {
      try self.init(folder: folder, blocks: blocks, options: options)
      return
    }
    try self.init(
      stations: folder.appending(path: "stations.csv"),
      gmst: options.requirements.readsCovariates(in: folder)
        ? folder.appending(path: "gmst.csv") : nil,
      maxima: folder.appending(path: "maxima.csv"), options: options)
  }

  private static func checkFolder(_ folder: URL) throws(DataError) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
    if exists && isFolder.boolValue { return }
    throw DataError(
      file: folder.relativePath, found: exists ? "this is not a folder" : "there is no such folder",
      remedy: "name the folder that holds stations.csv, gmst.csv and maxima.csv")
  }

  /// Reads three files with any paths; without `gmst` for a model without covariates of time.
  ///
  /// - Throws: As `init(folder:options:)`.
  public init(
    stations: URL, gmst: URL?, maxima: URL, options: ReadingOptions = .init()
  ) throws(DataError) {
    let gmstTable: CSVTable?
    if let gmst { gmstTable = try CSVTable(contentsOf: gmst) } else { gmstTable = nil }
    try self.init(
      stations: CSVTable(contentsOf: stations), gmst: gmstTable,
      maxima: CSVTable(contentsOf: maxima), options: options)
    for url in [stations, gmst, maxima].compactMap(\.self) {
      record.sources.append(.init(name: url.lastPathComponent, sha256: try sha256(of: url)))
    }
  }

  /// Reads three tables in memory; without `gmst` for a model without covariates of time.
  ///
  /// - Throws: As `init(folder:options:)`.
  public init(
    stations: CSVTable, gmst: CSVTable?, maxima: CSVTable, options: ReadingOptions = .init()
  ) throws(DataError) {
    let list = try StationList(stations)
    var known: Covariate?
    if let gmst { known = try Covariate(chosenBy: options, from: gmst) }
    try options.requireRead(by: maxima)
    let table = try MaximaTable(maxima, stations: list, options: options)
    let covariate = known ?? Covariate(constantIn: table.entries.map(\.year))
    let selection = try MaximaSelection(
      checking: table, stations: list, gmst: gmst, covariate: covariate, options: options)
    try options.filter.requireKnown(in: list)
    self.init(selection)
    // `summer_max_tmax_f.csv` has a column for each station.
    let name = URL(filePath: maxima.file).deletingPathExtension().lastPathComponent
    unit = options.fileUnit ?? ValueUnit.suffix(of: table.valueColumn ?? name)
    isProjected = list.isProjected
    if let gmst {
      yearColumns = try gmst.numbers(in: years)
      otherYears = try gmst.numbers(outside: Set(years), covariate)
    }
    try requireColumns(options.requirements.columns, stations, gmst)
    let data = CheckedData(selection, tables: [stations, gmst, maxima].compactMap(\.self))
    var requirements = options.requirements
    requirements.unit = requirements.unit(of: self)
    record.findings =
      DataCheck.findings(data, requirements)
      + DataCheck.contradictedUnit(data, stated: requirements.statedUnit, inFile: unit)
      + DataCheck.otherMethod(data, stated: options.cellMethod, minima: options.minima)
  }

  /// Data that are not from files, such as simulated ones.
  ///
  /// - Precondition: `covariate` has the count of `years`, `maxima` that of stations times years,
  ///   and all values are finite.
  public init(
    stations: [Station], years: [Int], covariate: [Double], maxima: [Double?]
  ) {
    require(
      covariate.count == years.count, "StationMaxima: \(covariate.count) covariate values")
    require(
      maxima.count == stations.count * years.count,
      "StationMaxima: \(maxima.count) maxima for \(stations.count) stations, \(years.count) years")
    require(
      (covariate + maxima.compactMap(\.self)).allSatisfy(\.isFinite),
      "StationMaxima: a covariate or a maximum is not finite")
    (self.stations, self.years) = (stations, years)
    (self.covariate, self.maxima) = (covariate, maxima)
    let used = maxima.count { $0 != nil }
    record = DataRecord(
      used: used, missing: maxima.count - used, dropped: [], covariateColumn: "gmst", sources: [])
  }

  private init(_ selection: MaximaSelection) {
    let (rows, years) = (selection.usedStations, selection.usedYears)
    let row = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
    let column = Dictionary(uniqueKeysWithValues: zip(years, years.indices))
    var maxima = [Double?](repeating: nil, count: rows.count * years.count)
    for entry in selection.used {
      if let i = row[entry.station], let j = column[entry.year] {
        maxima[i * years.count + j] = entry.value
      }
    }
    self.stations = rows.map { selection.stations.stations[$0] }
    self.years = years
    self.covariate = years.compactMap { selection.covariate.values[$0] }
    self.maxima = maxima
    record = DataRecord(
      used: selection.used.count, missing: maxima.count - selection.used.count,
      dropped: selection.dropped, covariateColumn: selection.covariate.column,
      valueColumn: selection.table.valueColumn, sources: [])
  }
}
