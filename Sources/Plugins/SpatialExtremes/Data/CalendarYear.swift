import Tables

/// Years that can be meant: a longer number is a date or a slip, and differences of these cannot overflow.
let calendarYears = -9999...9999

extension CSVTable {
  /// A cell as a year.
  ///
  /// - Throws: When it is missing, no integer, or no year that can be meant.
  func year(_ row: Int, _ column: Column) throws(DataError) -> Int {
    let year = try int(row, column)
    guard calendarYears.contains(year) else {
      throw error(
        row, column, found: "\(year) is not a year", remedy: "give the year alone, as in 1985")
    }
    return year
  }
}
