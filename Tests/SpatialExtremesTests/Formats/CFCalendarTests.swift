import NetCDF
import Tables
import Testing

@testable import SpatialExtremes

/// Days, blocks and dates of reference in the calendars of the CF conventions.
struct CFCalendarTests {
  /// The share of the days of 2000 or 2001 in a calendar that has a value where the first `missing` have none.
  private static func used(
    _ name: String, _ block: Block, year: Int, missing: Int, coverage: Double
  ) throws -> Bool {
    let calendar = try #require(CFCalendar(cf: name))
    var records = DailyRecords(file: "data.nc", calendar: calendar, column: "t")
    let place = records.place(of: "A1")
    let first = try #require(block.months.first)
    let start = calendar.number(year, first, 1) + missing
    let end = calendar.number(year + 1, 1, 1)
    for day in start..<end { records.series[place].append(day: day, 1) }
    let table = try records.maxima(BlockRule(block: block, coverage: coverage))
    return table.text(0, try table.requireColumn("complete")) == "1"
  }

  /// A tenth of the days of a year: 36 of 360, and of 365 or 366 rounded down.
  @Test(arguments: ["standard", "proleptic_gregorian", "noleap", "all_leap", "360_day"])
  func coverageCountsTheDaysOfTheCalendar(name: String) throws {
    for year in [2000, 2001] {
      #expect(try Self.used(name, .year, year: year, missing: 36, coverage: 0.9))
      #expect(try !Self.used(name, .year, year: year, missing: 37, coverage: 0.9))
    }
  }

  /// February has 29 days, 28 or 30, all of which are needed.
  @Test(arguments: ["standard", "proleptic_gregorian", "noleap", "all_leap", "360_day"])
  func februaryIsThatOfTheCalendar(name: String) throws {
    for year in [2000, 2001] {
      #expect(try Self.used(name, .months(2, 2), year: year, missing: 0, coverage: 1))
      #expect(try !Self.used(name, .months(2, 2), year: year, missing: 1, coverage: 1))
    }
  }

  /// The reanalysis of NCEP has 17067072 hours since 1-1-1 for 1948-01-01, in the calendar `standard`.
  @Test func aDateOfReferenceBeforeTheReformIsJulian() throws {
    let standard = try #require(CFCalendar(cf: "standard"))
    #expect(standard.number(1948, 1, 1) - standard.number(1, 1, 1) == 17_067_072 / 24)
    #expect(standard.number(1582, 10, 15) - standard.number(1582, 10, 4) == 1)
    #expect(standard.number(1500, 3, 1) - standard.number(1500, 2, 28) == 2)
    let extended = try #require(CFCalendar(cf: "proleptic_gregorian"))
    #expect(extended.number(1948, 1, 1) - extended.number(1, 1, 1) == 17_067_072 / 24 - 2)
  }

  /// A year of a calendar has no leap seconds: its days have 86,400 s.
  @Test(arguments: [("standard", 366), ("noleap", 365), ("360_day", 360)])
  func secondsAreThoseOfWholeDays(name: String, days: Int) throws {
    let data = try Self.read("seconds since 2000-01-01", name, [0, 86_400 * Double(days)])
    #expect(data.years == [2000, 2001])
    let last = try Self.read("seconds since 1999-01-01", name, [0, 86_400 * Double(days + 364)])
    #expect(last.years == (name == "360_day" ? [1999, 2001] : [1999, 2000]))
  }

  @Test func aDateOfReferenceThatIsNoDateIsRefused() throws {
    for (name, date) in [
      ("standard", "2001-02-29"), ("noleap", "2000-02-29"), ("360_day", "2000-01-31"),
    ] {
      let error = #expect(throws: DataError.self) {
        try Self.read("days since \(date)", name, [0, 366])
      }
      #expect(error?.found == "variable \"time\": the unit is \"days since \(date)\"")
    }
    #expect(try Self.read("days since 2000-02-30", "360_day", [0, 360]).years == [2000, 2001])
  }

  /// The data of a file of one station with two values.
  private static func read(
    _ unit: String, _ calendar: String, _ times: [Double]
  ) throws -> StationMaxima {
    var content = NetCDFContent()
    content.addDimension("time", times.count)
    content.addVariable(
      "lat", dimensions: [], numbers: [40], attributes: ["units": "degrees_north"])
    content.addVariable("lon", dimensions: [], numbers: [1], attributes: ["units": "degrees_east"])
    content.addVariable(
      "time", dimensions: ["time"], numbers: times,
      attributes: ["units": .text(unit), "calendar": .text(calendar)])
    content.addVariable("t", dimensions: ["time"], numbers: times.indices.map(Double.init))
    return try RecordFolder.with([:]) { folder in
      let path = folder.appending(path: "data.nc").path
      try content.write(to: path)
      return try StationMaxima(paths: [path], options: RecordFolder.options())
    }
  }
}
