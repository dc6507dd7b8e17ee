import Preconditions
import Tables

/// Errors that a flag caused name the flag with its value, since the file may be as it should be.
extension ReadingOptions {
  /// `--gmst-column "warming"`, nil if no column was named.
  var columnFlag: String? { covariateColumn.map { "--gmst-column \"\($0)\"" } }

  /// The same choice without limits of the years.
  var ofAllYears: Self { Self(covariateColumn: covariateColumn, requirements: requirements) }

  /// `["--first-year 2018", "--last-year 2020"]`: the limits that leave out any of some years.
  func yearFlags(leavingOutOf years: [Int]) -> [String] {
    guard let first = years.first, let last = years.last else { return [] }
    return [
      firstYear.flatMap { $0 > first ? "--first-year \($0)" : nil },
      lastYear.flatMap { $0 < last ? "--last-year \($0)" : nil },
    ].compactMap(\.self)
  }
}

extension Covariate {
  /// The covariate that was chosen.
  ///
  /// - Throws: What is wrong with it, by the flag that chose its column if the table has another without fault.
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
  /// What flags leave of the maxima.
  ///
  /// - Throws: What is wrong with the maxima of all years; else the flag that leaves too little of them.
  init(
    checking table: MaximaTable, stations: StationList, gmst: CSVTable, covariate: Covariate,
    options: ReadingOptions
  ) throws(DataError) {
    func selection(_ options: ReadingOptions, _ covariate: Covariate) -> Self {
      Self(table, stations: stations, covariate: covariate, options: options)
    }
    self = selection(options, covariate)
    guard let problem else { return }
    let whole = selection(options.ofAllYears, covariate)
    if let error = whole.problem?.error {
      // Whatever the years, the column may be at fault.
      let usual = ReadingOptions(requirements: options.requirements)
      guard options.columnFlag != nil, let other = try? Covariate(gmst, options: usual),
        selection(usual, other).problem == nil
      else { throw error }
      throw error.causedByColumn(options)
    }
    throw problem.caused(byYears: options.yearFlags(leavingOutOf: whole.usedYears), of: whole)
  }
}

extension MaximaSelection.Problem {
  /// The error by the flags that left out years, with the years that there are without them.
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
  /// The same by the flag that chose the column of the covariate, unless a flag has the fault already.
  fileprivate func causedByColumn(_ options: ReadingOptions) -> DataError {
    guard flag == nil else { return self }
    var caused = self
    caused.flag = options.columnFlag
    caused.remedy += ", or choose another column"
    return caused
  }
}
