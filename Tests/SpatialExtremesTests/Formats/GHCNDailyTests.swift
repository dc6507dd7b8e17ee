import Foundation
import Testing

@testable import SpatialExtremes

/// Synthetic files in the layouts of GHCN-Daily.
struct GHCNDailyTests {
  /// A line for each month with TMAX of 20 + the month in °C on all days; 15 July is `peak` tenths with flags.
  private static func dly(_ years: ClosedRange<Int>, peak: Int, flags: String) -> String {
    var text = ""
    for year in years {
      for month in 1...12 {
        text += String(format: "SP000003195%04d%02dTMAX", year, month)
        for day in 1...31 {
          let exists = day <= CFCalendar.gregorian.days(inMonth: month, of: year)
          let isPeak = (month, day) == (7, 15)
          let value = !exists ? -9999 : isPeak ? peak : 200 + 10 * month
          text += String(format: "%5d", value) + (isPeak ? flags : "  S")
        }
        text += "\n"
        text +=
          String(format: "SP000003195%04d%02dPRCP", year, month)
          + String(repeating: "    5  S", count: 28)
          + String(repeating: "-9999   ", count: 3) + "\n"
      }
    }
    return text
  }

  private static let inventory = """
    SP000003195  40.4117   -3.6781  667.0    MADRID - RETIRO                GSN     08222
    SP000008181  41.2928    2.0697 -999.9    BARCELONA/AEROPUERTO                   08181

    """

  private static let tmax = RecordFolder.options { $0.valueColumn = "TMAX" }

  @Test func fixedWidthFilesAreInTenths() throws {
    let data = try RecordFolder.read(
      [
        "SP000003195.dly": Self.dly(2000...2002, peak: 405, flags: "  S"),
        "ghcnd-stations.txt": Self.inventory,
      ], Self.tmax)
    #expect(data.stations.map(\.id) == ["SP000003195"])
    let station = try #require(data.stations.first)
    #expect(station.longitude == -3.6781 && station.latitude == 40.4117)
    #expect(station.elevation == 667 && station.name == "MADRID - RETIRO")
    #expect(data.maxima == [40.5, 40.5, 40.5] && data.unit == "°C")
    #expect(data.record.daily?.values == 366 + 365 + 365)
  }

  @Test func valuesWithAQualityFlagAreLeftOutAndCounted() throws {
    let data = try RecordFolder.read(
      [
        "SP000003195.dly": Self.dly(2000...2002, peak: 905, flags: " XS"),
        "ghcnd-stations.txt": Self.inventory,
      ], Self.tmax)
    #expect(data.maxima == [32, 32, 32] && data.record.daily?.rejected == 3)
    #expect(
      data.record.summary.contains {
        $0.hasPrefix("1093 daily values, 3 left out for their quality flag")
      })
  }

  @Test func theElementIsChosenByName() throws {
    let files = [
      "SP000003195.dly": Self.dly(2000...2002, peak: 405, flags: "  S"),
      "ghcnd-stations.txt": Self.inventory,
    ]
    #expect(
      try RecordFolder.message(files)
        == "SP000003195.dly: the file has the elements PRCP, TMAX; "
        + "choose one with --value-column, as in TMAX.")
    let rain = RecordFolder.options { $0.valueColumn = "prcp" }
    let data = try RecordFolder.read(files, rain)
    #expect(data.maxima == [0.5, 0.5, 0.5] && data.unit == "mm")
  }

  @Test func aDamagedLineIsNamed() throws {
    var text = Self.dly(2000...2002, peak: 405, flags: "  S")
    text.replace("  405", with: "  4x5", maxReplacements: 1)
    let message = try RecordFolder.message(
      ["SP000003195.dly": text, "ghcnd-stations.txt": Self.inventory], Self.tmax)
    #expect(message.hasPrefix("SP000003195.dly, line 13: \"4x5\" is not a whole number"))
  }

  /// `by_station` and `by_year`: without a header, a line for each day and element.
  @Test func listsOfDaysAreRead() throws {
    let days = RecordFolder.days(2000...2001) { _, month, day in "\(200 + month * 10 + day % 2)" }
    let text = days.map {
      "SP000003195,\($0.date.replacing("-", with: "")),TMAX,\($0.value),,,S,\n"
        + "SP000003195,\($0.date.replacing("-", with: "")),PRCP,3,,,S,\n"
    }.joined()
    let data = try RecordFolder.read(
      ["SP000003195.csv": text, "ghcnd-stations.txt": Self.inventory], Self.tmax)
    #expect(data.maxima == [32.1, 32.1])
  }

  /// A list of two years with 123 of an element on all days.
  private static func list(_ element: String) -> String {
    RecordFolder.days(2000...2001) { _, _, _ in "123" }.map {
      "SP000003195,\($0.date.replacing("-", with: "")),\(element),\($0.value),,,S,\n"
    }.joined()
  }

  @Test(arguments: [
    ("TOBS", 12.3, "°C"), ("EVAP", 12.3, "mm"), ("SNOW", 123, "mm"), ("SNWD", 123, "mm"),
    ("AWND", 12.3, "m/s"), ("WSF5", 12.3, "m/s"),
  ])
  func eachElementHasItsUnit(element: String, value: Double, unit: String) throws {
    let data = try RecordFolder.read([
      "SP000003195.csv": Self.list(element), "ghcnd-stations.txt": Self.inventory,
    ])
    #expect(data.maxima == [value, value] && data.unit == unit)
  }

  /// Relative humidity is stored in %, not in tenths.
  @Test func anElementOfUnknownUnitIsRefusedByName() throws {
    let known = "the unit of element RHAV of GHCN-Daily is not known to the program; choose one of"
    let list = try RecordFolder.message([
      "SP000003195.csv": Self.list("RHAV"), "ghcnd-stations.txt": Self.inventory,
    ])
    #expect(list.hasPrefix("SP000003195.csv: \(known) TMAX, TMIN"))
    let summary = try RecordFolder.message(
      [
        "SP000003195.csv": "STATION,DATE,LATITUDE,LONGITUDE,RHAV,RHAV_ATTRIBUTES\n"
          + "SP000003195,2000-01-01,40.4,-3.7,81,\",,S\"\n"
      ], RecordFolder.options { $0.valueColumn = "RHAV" })
    #expect(summary.hasPrefix("SP000003195.csv: \(known) TMAX, TMIN"))
  }

  @Test func filesOfTwoElementsAreNotMixed() throws {
    let message = try RecordFolder.message([
      "a.csv": Self.list("TMAX"), "b.csv": Self.list("PRCP"), "ghcnd-stations.txt": Self.inventory,
    ])
    #expect(
      message
        == "b.csv: the element is PRCP, but that of other files TMAX; give files of one element.")
  }

  /// The daily summaries of NCEI have places in the columns, and quoted cells.
  @Test func dailySummariesHaveTheirPlaces() throws {
    let days = RecordFolder.days(2000...2001) { _, month, _ in "\(200 + month * 10)" }
    let header =
      "\"STATION\",\"DATE\",\"LATITUDE\",\"LONGITUDE\",\"ELEVATION\",\"NAME\",\"TMAX\",\"TMAX_ATTRIBUTES\"\n"
    let text =
      header
      + days.map {
        "\"SP000003195\",\"\($0.date)\",\"40.41\",\"-3.68\",\"667.0\",\"MADRID, SP\",\"\($0.value)\","
          + "\"\($0.date.hasSuffix("12-24") ? ",I,S" : ",,S")\"\n"
      }.joined()
    let data = try RecordFolder.read(["SP000003195.csv": text], Self.tmax)
    #expect(data.maxima == [32, 32] && data.unit == "°C" && data.record.daily?.rejected == 2)
    #expect(data.stations.first?.name == "MADRID, SP" && data.stations.first?.elevation == 667)
  }
}
