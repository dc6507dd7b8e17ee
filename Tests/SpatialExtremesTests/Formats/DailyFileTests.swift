import Foundation
import Tables
import Testing

@testable import SpatialExtremes

/// Daily values in files of ppl's own layout: a file for each station, or a column of stations.
struct DailyFileTests {
  /// 30.5 on 15 July, 20.25 on 10 January, else the day of the month.
  private static func table(_ years: ClosedRange<Int>, station: String? = nil) -> String {
    let days = RecordFolder.days(years) { year, month, day in
      (month, day) == (7, 15) ? "\(year - 1950).5" : (month, day) == (1, 10) ? "40.25" : "\(day)"
    }
    let header = station == nil ? "date,tmax_c\n" : "station,date,tmax_c\n"
    return header
      + days.map { (station.map { $0 + "," } ?? "") + "\($0.date),\($0.value)\n" }.joined()
  }

  @Test func aFileForEachStationIsNamedByIt() throws {
    let data = try RecordFolder.read([
      "stations.csv": RecordFolder.stations, "A1.csv": Self.table(1999...2001),
      "B2_beta.csv": Self.table(2000...2002),
    ])
    #expect(data.stations.map(\.id) == ["A1", "B2"] && data.years == [1999, 2000, 2001, 2002])
    #expect(data.maxima == [49.5, 50.5, 51.5, nil, nil, 50.5, 51.5, 52.5])
    #expect(data.unit == "°C" && data.record.valueColumn == "tmax_c")
    #expect(data.record.daily?.values == 1096 + 1096)
    #expect(data.record.sources.map(\.name) == ["A1.csv", "B2_beta.csv", "stations.csv"])
  }

  @Test func oneLongFileHasAColumnOfStations() throws {
    let rows =
      Self.table(2000...2001, station: "B2")
      + Self.table(2000...2001, station: "A1").split(separator: "\n").dropFirst().joined(
        separator: "\n")
    let data = try RecordFolder.read(["stations.csv": RecordFolder.stations, "all.csv": rows])
    #expect(data.stations.map(\.id) == ["A1", "B2"] && data.maxima == [50.5, 51.5, 50.5, 51.5])
  }

  /// Winter has the year of its January; the first lacks its December, and is left out.
  @Test(arguments: [
    ("DJF", [2000, 2001], [40.25, 40.25]), ("JJA", [1999, 2000, 2001], [49.5, 50.5, 51.5]),
    ("hydrological-year", [2000, 2001], [50.5, 51.5]),
    ("7", [1999, 2000, 2001], [49.5, 50.5, 51.5]),
    ("2-6", [1999, 2000, 2001], [31, 31, 31]),
  ])
  func blocksAreSeasons(name: String, years: [Int], values: [Double]) throws {
    let options = RecordFolder.options { $0.block = Block(argument: name) }
    let data = try RecordFolder.read(
      ["stations.csv": RecordFolder.stations, "A1.csv": Self.table(1999...2001)], options)
    #expect(data.years == years && data.maxima == values)
  }

  @Test func minimaAreTheSmallestValues() throws {
    let options = RecordFolder.options { $0.minima = true }
    let data = try RecordFolder.read(
      ["stations.csv": RecordFolder.stations, "A1.csv": Self.table(1999...2001)], options)
    #expect(data.maxima == [1, 1, 1])
  }

  /// 36 of 365 days missing leave 90.1 %, 37 leave 89.9 %.
  @Test(arguments: [(36, 3), (37, 2)])
  func blocksBelowTheCoverageAreLeftOutAndCounted(missing: Int, used: Int) throws {
    var lines = Self.table(1999...2001).split(separator: "\n")
    for index in 1...missing { lines[index] = lines[index].prefix(11) + "" }
    let data = try RecordFolder.read([
      "stations.csv": RecordFolder.stations, "A1.csv": lines.joined(separator: "\n") + "\n",
    ])
    #expect(data.record.used == used)
    #expect(data.record.dropped.count { $0.reason == .incomplete } == 3 - used)
    let generous = RecordFolder.options { $0.coverage = 0.5 }
    let all = try RecordFolder.read(
      ["stations.csv": RecordFolder.stations, "A1.csv": lines.joined(separator: "\n") + "\n"],
      generous)
    #expect(all.record.used == 3)
  }

  @Test func whereNoBlockHasEnoughDaysTheFlagsAreTheRemedy() throws {
    let july = Self.table(1999...2001).split(separator: "\n").filter {
      $0.hasPrefix("date") || $0.contains("-07-")
    }.joined(separator: "\n")
    #expect(
      try RecordFolder.message([
        "stations.csv": RecordFolder.stations, "A1.csv": july + "\n",
      ])
        == "A1.csv: no block year has values on 0.9 of its days; choose a lower --coverage, or "
        + "another --block.")
  }

  @Test func datesMayBeCompactOrInThreeColumns() throws {
    let compact = Self.table(2000...2001).replacing(/(\d{4})-(\d\d)-(\d\d)/) {
      "\($0.1)\($0.2)\($0.3)"
    }
    let columns =
      "year,month,day,tmax_c\n"
      + Self.table(2000...2001).split(separator: "\n").dropFirst().map {
        $0.replacing("-", with: ",") + "\n"
      }.joined()
    for text in [compact, columns] {
      let data = try RecordFolder.read(["stations.csv": RecordFolder.stations, "A1.csv": text])
      #expect(data.maxima == [50.5, 51.5])
    }
  }

  @Test(arguments: [
    ("2000-13-01,5", "\"2000-13-01\" is not a date; write dates as 1985-07-31."),
    ("2000-01-05,warm", "\"warm\" is not a number"),
    ("2001-01-01,5", "station \"A1\" has 2001-1-1 twice; keep one of the two."),
  ])
  func errorsNameTheLine(row: String, message: String) throws {
    let text = Self.table(2000...2001) + row + "\n"
    let found = try RecordFolder.message(["stations.csv": RecordFolder.stations, "A1.csv": text])
    #expect(found.hasPrefix("A1.csv, line 733") && found.contains(message))
  }

  @Test func whatIsMissingIsSaid() throws {
    let daily = ["A1.csv": Self.table(2000...2001)]
    #expect(
      try RecordFolder.message(daily)
        == "FOLDER: there is no table of the stations; add one to --data, with columns station, "
        + "lon and lat (or easting_km, northing_km).")
    #expect(
      try RecordFolder.message(["stations.csv": RecordFolder.stations, "C3.csv": daily["A1.csv"]!])
        .contains("station \"C3\" is not in stations.csv"))
    let two = "date,tmax_c,tmin_c\n2000-01-01,5,1\n"
    #expect(
      try RecordFolder.message(["stations.csv": RecordFolder.stations, "A1.csv": two]).contains(
        "the column with the values cannot be told among \"tmax_c\", \"tmin_c\"; "
          + "choose it with --value-column, as in tmax_c."))
    let years = [
      "stations.csv": RecordFolder.stations, "peaks.csv": "station,year,tmax\nA1,2000,5\n",
    ]
    #expect(
      try RecordFolder.message(years, RecordFolder.options { $0.block = .months(6, 8) }).contains(
        "--block 6-8: peaks.csv: these are values of years, not of days"))
    #expect(
      try RecordFolder.message(years.merging(daily) { $1 }).contains("several files have values"))
    let options = RecordFolder.options { $0.requirements.covariates = [.gmst] }
    #expect(
      try RecordFolder.message(years, options).contains(
        "there is no table of the global mean surface temperature; add one to --data"))
  }
}
