import Tables

extension StationMaxima {
  /// The covariates of time: the columns of `gmst.csv`, the one of `--gmst-column` as `gmst`, and the calendar year; `[T]` each.
  var timeColumns: [String: [Double]] {
    yearColumns.merging([Covariates.gmst: covariate, Covariates.year: years.map(Double.init)]) {
      $1
    }
  }

  /// The covariates of time in the year at an index of `years`.
  func climate(_ index: Int) -> Climate { Climate(timeColumns.mapValues { $0[index] }) }

  /// The covariates of place: `lon` and `lat`, `elevation` where it is known at all stations, and the columns of
  /// `stations.csv` with a number for all of them; `[S]` each.
  public var stationColumns: [String: [Double]] {
    var columns = ["lon": stations.map(\.longitude), "lat": stations.map(\.latitude)]
    let elevations = stations.compactMap(\.elevation)
    if elevations.count == stations.count {
      (columns["elevation"], columns["elevation_m"]) = (elevations, elevations)
    }
    for name in Set(stations.flatMap(\.columns.keys)) {
      let values = stations.compactMap { $0.columns[name] }
      if values.count == stations.count { columns[name] = values }
    }
    return columns
  }

  /// Checks that there is a covariate of each name.
  ///
  /// - Throws: `DataError` for a name that no table has, or without a number for each station or year used.
  func requireColumns(
    _ names: Set<String>, _ stationTable: CSVTable, _ gmst: CSVTable?
  ) throws(DataError) {
    for name in names.sorted() where stationColumns[name] == nil && timeColumns[name] == nil {
      if let column = gmst?.column(name), let gmst {
        throw DataError(
          file: gmst.file, column: column.name,
          found: "not each of the \(years.count) years used has a number",
          remedy: "fill the column, or choose years that have one")
      }
      if name.hasPrefix("elevation") || stationTable.column(name) != nil {
        let missing = stations.filter {
          $0.columns[name] == nil && (!name.hasPrefix("elevation") || $0.elevation == nil)
        }
        throw DataError(
          file: stationTable.file, column: name,
          found: "there is no number for station \"\(missing.first?.id ?? "")\"",
          remedy: "fill the column, or leave out the stations without one")
      }
      let known = (Array(stationColumns.keys) + yearColumns.keys).sorted()
      let meant = closestName(to: name, among: known)
      throw DataError(
        file: stationTable.file,
        found:
          "neither this file nor gmst.csv has a column \"\(name)\" of numbers, which a formula names",
        remedy: (meant.map { "did you mean \"\($0)\"? There are " } ?? "choose one of ")
          + known.joined(separator: ", "))
    }
  }
}

extension CSVTable {
  /// The number in a cell; nil where there is none.
  func number(_ row: Int, _ column: Column) -> Double? {
    (try? optionalDouble(row, column)) ?? nil
  }

  /// The numbers of the columns beside `year` in all but some years, with the covariate as `gmst`, by year and name.
  func numbers(
    outside years: Set<Int>, _ covariate: Covariate
  ) throws(DataError) -> [Int: [String: Double]] {
    let year = try requireColumn("year")
    var found: [Int: [String: Double]] = [:]
    for row in rows {
      let key = try self.year(row, year)
      guard !years.contains(key) else { continue }
      var values: [String: Double] = [:]
      for column in header where column != year { values[column.name] = number(row, column) }
      values[Covariates.gmst] = covariate.values[key]
      if !values.isEmpty { found[key] = values }
    }
    return found
  }

  /// The columns beside `year` with a number in each of some years, by name.
  func numbers(in years: [Int]) throws(DataError) -> [String: [Double]] {
    let year = try requireColumn("year")
    var rowOfYear: [Int: Int] = [:]
    for row in rows { rowOfYear[try self.year(row, year)] = row }
    var found: [String: [Double]] = [:]
    for column in header where column != year {
      let values = years.compactMap { rowOfYear[$0].flatMap { number($0, column) } }
      if values.count == years.count { found[column.name] = values }
    }
    return found
  }
}
