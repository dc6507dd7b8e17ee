import Tables

/// The range of valid years; a number outside is a date or a typing error.
let calendarYears = -9999...9999

extension CSVTable {
  /// A cell as a year.
  ///
  /// - Throws: When it is missing, not an integer, or not a valid year.
  func year(_ row: Int, _ column: Column) throws(DataError) -> Int {
    let year = try int(row, column)
    guard calendarYears.contains(year) else {
      throw error(
        row, column, found: "\(year) is not a year", remedy: "give the year alone, as in 1985")
    }
    return year
  }
}
