import Tables

/// The covariate of each year, from `gmst.csv`.
struct Covariate {
  /// The column of the covariate.
  let column: String

  /// Whether that column was used because it is the only one apart from the year.
  let isGuessed: Bool

  let file: String

  /// The GMST anomaly in degrees Celsius by year, without years with an empty cell.
  private(set) var values: [Int: Double] = [:]

  /// The line of each year.
  private(set) var lines: [Int: Int] = [:]

  /// Reads the covariate of each year from a table.
  ///
  /// - Throws: When the column is ambiguous, a year is not an integer or occurs twice, or no year has a value.
  init(_ table: CSVTable, options: ReadingOptions) throws(DataError) {
    let year = try table.requireColumn("year")
    let column = try Self.column(of: table, beside: year, options: options)
    (file, self.column) = (table.file, column.name)
    isGuessed =
      options.covariateColumn == nil
      && table.column(anyOf: ReadingOptions.defaultCovariateColumns) == nil
    for row in table.rows {
      let key = try table.year(row, year)
      if let earlier = lines.updateValue(table.line(ofRow: row), forKey: key) {
        throw table.error(
          row, year, found: "year \(key) is on line \(earlier) already",
          remedy: "give every year one line")
      }
      values[key] = try table.optionalDouble(row, column)
    }
    if options.smoothing > 1 { values = Self.runningMean(values, options.smoothing) }
    if values.isEmpty {
      throw DataError(
        file: table.file, column: column.name, found: "no year has a value",
        remedy: "fill the column"
          // The flag is mentioned only if another column was available.
          + (options.covariateColumn == nil ? ", or choose another with --gmst-column" : ""))
    }
  }

  /// The centred running mean over a number of years; at the ends and beside gaps over the years that there are.
  static func runningMean(_ values: [Int: Double], _ count: Int) -> [Int: Double] {
    Dictionary(
      uniqueKeysWithValues: values.keys.map { year in
        let window = (year - count / 2...year + count / 2).compactMap { values[$0] }
        return (year, window.reduce(0, +) / Double(window.count))
      })
  }

  /// A covariate of 0 in each of some years, for a model that has none.
  init(constantIn years: [Int]) {
    (column, isGuessed, file) = (Covariates.gmst, false, "gmst.csv")
    for year in years { values[year] = 0 }
  }

  private static func column(
    of table: CSVTable, beside year: CSVTable.Column, options: ReadingOptions
  ) throws(DataError) -> CSVTable.Column {
    let others = table.header.filter { $0 != year }
    if let name = options.covariateColumn, !others.isEmpty {
      if let column = table.column(name) { return column }
      let names = others.map { "\"\($0.name)\"" }.joined(separator: ", ")
      let meant = closestName(to: name, among: others.map(\.name))
      throw DataError(
        flag: options.columnFlag, file: table.file, found: "there is no such column",
        remedy: (meant.map { "did you mean \"\($0)\"? There are " } ?? "choose one of ") + names)
    }
    if let known = table.column(anyOf: ReadingOptions.defaultCovariateColumns) { return known }
    if others.count == 1 { return others[0] }
    throw table.error(
      found: others.isEmpty
        ? "there is no column beside \"\(year.name)\""
        : "the column with the GMST anomaly cannot be told among "
          + others.map { "\"\($0.name)\"" }.joined(separator: ", "),
      remedy: others.isEmpty
        ? "add one called \"gmst\"" : "call it \"gmst\", or choose it with --gmst-column")
  }
}
