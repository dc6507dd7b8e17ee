import Foundation
import NetCDF
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// Records of stations in NetCDF files that are written here, daily and yearly, in several calendars and layouts.
struct NetCDFStationsTests {
  /// A file of two stations with daily values: the day of the month, and 40 plus the year on the last day of June.
  private static func daily(
    calendar: String, unit: String = "days since 2000-01-01", timeFirst: Bool = false
  ) throws -> NetCDFContent {
    let cf = try #require(CFCalendar(cf: calendar))
    let start = cf.number(2000, 1, 1)
    let days = Array(0..<(cf.number(2003, 1, 1) - start))
    let values = days.map { day -> Double in
      let date = cf.date(start + day)
      return (date.month, date.day) == (6, 30) ? Double(date.year) - 1960 : Double(date.day)
    }
    var content = NetCDFContent(attributes: ["Conventions": "CF-1.8"])
    content.addDimension("station", 2)
    content.addDimension("time", days.count)
    content.addVariable(
      "station_id", dimensions: ["station"], texts: ["A1", "B2"],
      attributes: ["cf_role": "timeseries_id"])
    content.addVariable(
      "lon", dimensions: ["station"], numbers: [1.5, 356.5], attributes: ["units": "degrees_east"])
    content.addVariable(
      "lat", dimensions: ["station"], numbers: [41, 40.5], attributes: ["units": "degrees_north"])
    let perDay = unit.hasPrefix("hours") ? 24.0 : 1
    content.addVariable(
      "time", dimensions: ["time"], numbers: days.map { Double($0) * perDay + 0.5 },
      attributes: ["units": .text(unit), "calendar": .text(calendar)])
    let both = timeFirst ? values.flatMap { [$0, $0 + 1] } : values + values.map { $0 + 1 }
    content.addVariable(
      "tasmax", dimensions: timeFirst ? ["time", "station"] : ["station", "time"],
      numbers: both, attributes: ["units": "K"])
    return content
  }

  private static func read(
    _ content: NetCDFContent, _ options: ReadingOptions = RecordFolder.options()
  ) throws -> StationMaxima {
    try RecordFolder.with([:]) { folder in
      let path = folder.appending(path: "data.nc").path
      try content.write(to: path)
      return try StationMaxima(paths: [path], options: options)
    }
  }

  private static func message(
    _ content: NetCDFContent, _ options: ReadingOptions = RecordFolder.options()
  ) throws -> String {
    try RecordFolder.with([:]) { folder in
      let path = folder.appending(path: "data.nc").path
      try content.write(to: path)
      do {
        _ = try StationMaxima(paths: [path], options: options)
        return "no error"
      } catch {
        return "\(error)".replacing("\(folder.path)/", with: "")
      }
    }
  }

  @Test(arguments: ["standard", "proleptic_gregorian", "noleap", "360_day", "366_day"])
  func dailyValuesBecomeMaximaInEveryCalendar(calendar: String) throws {
    let data = try Self.read(Self.daily(calendar: calendar))
    #expect(data.stations.map(\.id) == ["A1", "B2"] && data.stations[1].longitude == -3.5)
    #expect(data.years == [2000, 2001, 2002])
    #expect(data.maxima == [40, 41, 42, 41, 42, 43] && data.unit == "K")
  }

  @Test func hoursAndTheOtherOrderOfDimensionsGiveTheSame() throws {
    let hours = try Self.read(
      Self.daily(calendar: "standard", unit: "hours since 2000-1-1 00:00:00", timeFirst: true))
    #expect(hours.maxima == [40, 41, 42, 41, 42, 43])
  }

  @Test func aCalendarThatIsNotKnownIsNamed() throws {
    var content = NetCDFContent()
    content.addDimension("time", 2)
    content.addVariable(
      "lat", dimensions: [], numbers: [40], attributes: ["units": "degrees_north"])
    content.addVariable("lon", dimensions: [], numbers: [1], attributes: ["units": "degrees_east"])
    content.addVariable(
      "time", dimensions: ["time"], numbers: [1, 366],
      attributes: ["units": "days since 2001-01-01", "calendar": "julian"])
    content.addVariable("t", dimensions: ["time"], numbers: [1, 2])
    #expect(
      try Self.message(content)
        == "data.nc: variable \"time\": the calendar is \"julian\"; "
        + "convert it to standard, proleptic_gregorian, noleap or 360_day.")
  }

  @Test func errorsHaveNoLine() throws {
    var content = NetCDFContent()
    content.addDimension("station", 2)
    content.addDimension("time", 2)
    content.addVariable(
      "lat", dimensions: ["station"], numbers: [40, 40], attributes: ["units": "degrees_north"])
    content.addVariable(
      "lon", dimensions: ["station"], numbers: [1, 1], attributes: ["units": "degrees_east"])
    content.addVariable(
      "time", dimensions: ["time"], numbers: [180, 545],
      attributes: ["units": "days since 2001-01-01"])
    content.addVariable("t", dimensions: ["station", "time"], numbers: [1, 2, 3, 4])
    let options = RecordFolder.options { $0.requirements.placesDiffer = true }
    #expect(
      try Self.message(content, options).hasPrefix(
        "data.nc: stations \"1\" and \"2\" are at one place"))
  }

  /// A grid of 2 x 3 cells with a value of each year: row, column and year as digits.
  private static func grid() -> NetCDFContent {
    var content = NetCDFContent()
    content.addDimension("time", 4)
    content.addDimension("lat", 2)
    content.addDimension("lon", 3)
    content.addVariable(
      "lat", dimensions: ["lat"], numbers: [40, 41], attributes: ["units": "degrees_north"])
    content.addVariable(
      "lon", dimensions: ["lon"], numbers: [0, 1, 2], attributes: ["units": "degrees_east"])
    content.addVariable(
      "time", dimensions: ["time"], numbers: [180, 545, 910, 1275],
      attributes: ["units": "days since 2001-01-01"])
    var values: [Double] = []
    for t in 0..<4 {
      for y in 0..<2 { for x in 0..<3 { values.append(Double(100 * t + 10 * y + x)) } }
    }
    content.addVariable(
      "rx1day", dimensions: ["time", "lat", "lon"], numbers: values, storage: .int16,
      attributes: ["units": "mm", "_FillValue": 12, "scale_factor": 0.5])
    return content
  }

  @Test func cellsOfASmallGridAreStations() throws {
    let data = try Self.read(Self.grid())
    #expect(data.stations.count == 6 && data.years == [2001, 2002, 2003, 2004])
    #expect(data.stations.map(\.id)[4] == "1 41" && data.unit == "mm")
    #expect(Array(data.maxima[16..<20]) == [5.5, 55.5, 105.5, 155.5])
    #expect(data.maxima[20] == nil && data.maxima[21] == 56)
    let boxed = try Self.read(
      Self.grid(), RecordFolder.options { $0.filter.box = PlaceBox(argument: "-1,40.5,1,42") })
    #expect(boxed.stations.map(\.id) == ["0 41", "1 41"])
  }

  @Test func severalVariablesAreToBeChosen() throws {
    var content = Self.grid()
    content.addVariable(
      "tx", dimensions: ["time", "lat", "lon"], numbers: Array(repeating: 1, count: 24))
    #expect(
      try Self.message(content)
        == "data.nc: the variables rx1day, tx are over places and time; "
        + "choose one with --value-column, as in rx1day.")
    let chosen = try Self.read(content, RecordFolder.options { $0.valueColumn = "tx" })
    #expect(chosen.maxima.allSatisfy { $0 == 1 })
  }
}

/// The files beside the package: those of stations are read, others are refused with what they have.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct SharedNetCDFTests {
  private static func path(_ name: String) -> String {
    SharedData.folder.appending(path: "netcdf/\(name)").path
  }

  @Test(arguments: ["classic", "64bit_offset", "cdf5", "netcdf4"])
  func thePanelIsThatOfItsTables(kind: String) throws {
    let gmst = SharedData.folder.appending(path: "gmst/annual_gmst.csv").path
    let data = try StationMaxima(paths: [Self.path("spain_txx_\(kind).nc"), gmst])
    let panel = try SharedData.panel()
    #expect(data.stations.map(\.id) == panel.stations.map(\.id) && data.years == panel.years)
    #expect(data.covariate == panel.covariate && data.unit == "°C")
    #expect(data.stations.map(\.name) == panel.stations.map(\.name))
    // The file has whole tenths, unpacked as 0.1 n + 20.
    for (a, b) in zip(data.maxima, panel.maxima) {
      #expect((a == nil) == (b == nil) && abs((a ?? 0) - (b ?? 0)) < 1e-12)
    }
  }

  @Test(arguments: [
    ("noaa_oisst_19811231.nc", "the file has one time, so that these are no records of stations"),
    ("basin_mask_netcdf4.nc", "there is no axis of time, so that these are no records of stations"),
    ("trmm_3b42_tiny.nc", "so that these are no records of stations: it has"),
  ])
  func whatIsNoRecordOfStationsIsRefused(name: String, reason: String) throws {
    let error = #expect(throws: DataError.self) {
      try StationMaxima(paths: [Self.path(name)], options: RecordFolder.options())
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.remedy.hasPrefix("give a file with values over station and time") == true)
  }

  @Test func theExampleOfCFIsRead() throws {
    let data = try StationMaxima(
      paths: [Self.path("cf_timeseries_example.nc")], options: RecordFolder.options())
    #expect(data.stations.map(\.id) == (1...10).map { "\($0)" } && data.years.count == 20)
    #expect(data.maxima.first == 88 && data.unit == "kg m-2 s-1")
  }
}
