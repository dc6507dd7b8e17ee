import Preconditions
import Tables

/// Flags in errors: an error caused by a flag names it with its value, since the file may be correct.
extension ReadingOptions {
  /// The text of the column flag, `--gmst-column "warming"`; nil if it is not given.
  var columnFlag: String? { covariateColumn.map { "--gmst-column \"\($0)\"" } }

  /// Refuses flags of daily values where a table has the maxima of years.
  func requireRead(by maxima: CSVTable) throws(DataError) {
    guard !isOfDays else { return }
    let hasDays = maxima.column("n_days") != nil
    let unread = [
      block.map { "--block \($0)" }, hasDays ? nil : coverage.map { "--coverage \($0)" },
    ]
    guard let flag = unread.compactMap(\.self).first else { return }
    throw DataError(
      flag: flag, file: maxima.file, found: "these are values of years, not of days",
      remedy: "leave the flag out, or give daily values")
  }

  /// Refuses flags that a model of more than the maximum of each year does not read.
  func requireRead(by reading: BlockReading) throws(DataError) {
    let unread = [
      valueColumn.map { "--value-column \"\($0)\"" }, block.map { "--block \($0)" },
      coverage.map { "--coverage \($0)" },
    ]
    guard let flag = unread.compactMap(\.self).first else { return }
    throw DataError(
      flag: flag, file: reading.file,
      found: "models of more than the maximum of each year do not read the flag",
      remedy: "leave it out")
  }

  /// The same options without limits of the years.
  var ofAllYears: Self {
    var options = self
    (options.firstYear, options.lastYear) = (nil, nil)
    return options
  }

  /// The texts of the year flags that leave out any of some years: `["--first-year 2018", "--last-year 2020"]`.
  func yearFlags(leavingOutOf years: [Int]) -> [String] {
    guard let first = years.first, let last = years.last else { return [] }
    return [
      firstYear.flatMap { $0 > first ? "--first-year \($0)" : nil },
      lastYear.flatMap { $0 < last ? "--last-year \($0)" : nil },
    ].compactMap(\.self)
  }
}

extension Covariate {
  /// The chosen covariate.
  ///
  /// - Throws: `DataError`, which names the flag of the column if the table has another valid one.
  init(chosenBy options: ReadingOptions, from table: CSVTable) throws(DataError) {
    do {
      try self.init(table, options: options)
    } catch {
      guard options.columnFlag != nil, (try? Covariate(table, options: ReadingOptions())) != nil
      else { throw error }
      throw error.causedByColumn(options)
    }
  }
}

extension MaximaSelection {
  /// The selection of maxima under the flags.
  ///
  /// - Throws: `DataError` for an error in the maxima of all years; otherwise one that names the flag that leaves too few.
  init(
    checking table: MaximaTable, stations: StationList, gmst: CSVTable?, covariate: Covariate,
    options: ReadingOptions
  ) throws(DataError) {
    func selection(_ options: ReadingOptions, _ covariate: Covariate) -> Self {
      Self(table, stations: stations, covariate: covariate, options: options)
    }
    self = selection(options, covariate)
    guard let problem else { return }
    let whole = selection(options.ofAllYears, covariate)
    if let error = whole.problem?.error {
      // The column may be at fault for all years.
      var usual = options.ofAllYears
      (usual.covariateColumn, usual.smoothing) = (nil, 1)
      guard options.columnFlag != nil, let gmst,
        let other = try? Covariate(gmst, options: usual),
        selection(usual, other).problem == nil
      else { throw error }
      throw error.causedByColumn(options)
    }
    throw problem.caused(byYears: options.yearFlags(leavingOutOf: whole.usedYears), of: whole)
  }
}

extension MaximaSelection.Problem {
  /// The error with the flags that left out years, and the years available without them.
  fileprivate func caused(byYears flags: [String], of whole: MaximaSelection) -> DataError {
    if flags.isEmpty { return error }
    let years = whole.usedYears
    let table = error.file == whole.table.file ? "it" : whole.table.file
    let moreYears =
      "choose years of which at least \(whole.options.requirements.minimumYears) can be used"
    var caused = error
    caused.flag = flags.joined(separator: " and ")
    caused.found +=
      ", though \(table) has \(counted(years.count, "year")) to use (\(yearRanges(years)))"
    caused.remedy =
      "\(choiceOfYears ?? moreYears), or leave out \(flags.count > 1 ? "these flags" : "this flag")"
    return caused
  }
}

extension DataError {
  /// The error with the flag of the covariate column, unless it names a flag already.
  fileprivate func causedByColumn(_ options: ReadingOptions) -> DataError {
    guard flag == nil else { return self }
    var caused = self
    caused.flag = options.columnFlag
    caused.remedy += ", or choose another column"
    return caused
  }
}
