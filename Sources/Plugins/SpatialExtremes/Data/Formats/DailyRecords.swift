import Tables

/// The values of stations by day, as the readers of all formats give them.
struct DailyRecords {
  /// The values of one station.
  struct Series {
    /// The identifier of the station.
    let station: String
    /// The values with the number of their day and their line in the file, 0 for a file without lines.
    private(set) var values: [(day: Int, value: Double, line: Int)] = []
    /// The number of values that were left out for their quality flag.
    var rejected = 0

    /// A series without values.
    init(station: String) { self.station = station }

    mutating func append(day: Int, _ value: Double, line: Int = 0) {
      values.append((day, value, line))
    }
  }

  /// The file, or the folder of several files; errors name it.
  var file: String
  /// The calendar of the numbers of days.
  var calendar: CFCalendar
  /// The name of the column, element or variable of the values.
  var column: String
  /// The unit of the values; nil where the file does not say it.
  var unit: String?
  /// The series, in the order of the file.
  var series: [Series] = []
  private var places: [String: Int] = [:]

  /// Records without series.
  init(
    file: String, calendar: CFCalendar = .gregorian, column: String = "", unit: String? = nil
  ) {
    (self.file, self.calendar, self.column, self.unit) = (file, calendar, column, unit)
  }

  /// The index of the series of a station, which is added where it is new.
  mutating func place(of station: String) -> Int {
    if let known = places[station] { return known }
    places[station] = series.count
    series.append(Series(station: station))
    return series.count - 1
  }

  /// The extreme value of each block with at least one value, as a table in long form.
  ///
  /// Blocks with values on too few of their days are marked by `complete` = 0.
  ///
  /// - Parameter rule: The block, the least coverage, and whether minima are taken.
  /// - Throws: `DataError` for a day that a station has twice.
  func maxima(_ rule: BlockRule) throws(DataError) -> CSVTable {
    struct Found {
      var value: Double
      var line: Int
      var days = 1
    }
    var (rows, lines): ([[String]], [Int]) = ([], [])
    for one in series {
      var seen: Set<Int> = []
      var blocks: [Int: Found] = [:]
      for (day, value, line) in one.values {
        let date = calendar.date(day)
        guard seen.insert(day).inserted else {
          throw DataError(
            file: file, line: line,
            found: "station \"\(one.station)\" has \(date.year)-\(date.month)-\(date.day) twice",
            remedy: "keep one of the two")
        }
        guard let year = rule.block.year(of: (date.year, date.month)) else { continue }
        guard var block = blocks[year] else {
          blocks[year] = Found(value: value, line: line)
          continue
        }
        block.days += 1
        if rule.minima ? value < block.value : value > block.value {
          (block.value, block.line) = (value, line)
        }
        blocks[year] = block
      }
      for (year, block) in blocks.sorted(by: { $0.key < $1.key }) {
        let days = Double(rule.block.days(in: year, calendar))
        // Nine tenths of the days, though 0.9 times them is no exact number.
        let isComplete = Double(block.days) >= rule.coverage * days - 1e-9
        rows.append([one.station, "\(year)", "\(block.value)", isComplete ? "1" : "0"])
        lines.append(block.line)
      }
    }
    return CSVTable(
      header: ["station", "year", column, "complete"], rows: rows, lines: lines, file: file)
  }
}
