import Foundation
import Testing

@testable import SpatialExtremes

/// Tables of a value for each year, with places, units and filters.
struct YearlyTableTests {
  private static let wide = "year,A1,B2\n2000,30,41\n2001,31,42\n2002,32,\n"

  @Test func aFileNameAndAColumnStateTheUnit() throws {
    let stations = RecordFolder.stations
    let wide = try RecordFolder.read(["s.csv": stations, "summer_max_tmax_f.csv": Self.wide])
    #expect(wide.unit == "°F")
    let long =
      "station,year,rx1day_mm,date,n_days\nA1,2000,30.5,2000-05-01,366\nA1,2001,20,2001-05-01,365\n"
    let rain = try RecordFolder.read(["s.csv": stations, "rain.csv": long])
    #expect(rain.unit == "mm" && rain.record.valueColumn == "rx1day_mm")
    let unknown = try RecordFolder.read(["s.csv": stations, "peaks.csv": Self.wide])
    #expect(unknown.unit == nil)
  }

  /// Without a column `complete`, nine tenths of 365 days make a year complete, or the share of --coverage.
  @Test func daysThatAreCountedDecide() throws {
    let long = "station,year,t_c,n_days\nA1,2000,30,329\nA1,2001,31,328\nA1,2002,32,365\n"
    let files = ["s.csv": RecordFolder.stations, "t.csv": long]
    #expect(try RecordFolder.read(files).years == [2000, 2002])
    let generous = RecordFolder.options { $0.coverage = 0.5 }
    #expect(try RecordFolder.read(files, generous).years == [2000, 2001, 2002])
  }

  @Test func whereNoYearHasEnoughDaysTheFlagIsTheRemedy() throws {
    let long = "station,year,t_c,n_days\nA1,2000,30,32\nA1,2001,31,28\n"
    #expect(
      try RecordFolder.message(["s.csv": RecordFolder.stations, "t.csv": long])
        == "t.csv: no year has values on 0.9 of 365 days (n_days); choose a lower --coverage.")
  }

  /// A folder of the program's own layout, whose maxima are of years.
  @Test func flagsOfDaysAreNotIgnoredInAFolderOfThreeTables() throws {
    let files = ["stations.csv": RecordFolder.stations, "maxima.csv": Self.wide]
    let days = "maxima.csv: these are values of years, not of days"
    #expect(
      try RecordFolder.message(files, RecordFolder.options { $0.block = .months(6, 8) })
        .hasPrefix("--block 6-8: \(days)"))
    #expect(
      try RecordFolder.message(files, RecordFolder.options { $0.coverage = 0.5 })
        .hasPrefix("--coverage 0.5: \(days)"))
    let largest = RecordFolder.options {
      ($0.requirements.blocks, $0.coverage) = (.largest(2), 0.5)
    }
    #expect(
      try RecordFolder.message(files, largest).hasPrefix(
        "--coverage 0.5: maxima.csv: models of more than the maximum of each year do not read"))
  }

  @Test func valuesAreConvertedByAFlagAlone() throws {
    let files = [
      "s.csv": RecordFolder.stations, "t_k.csv": "year,A1,B2\n2000,300.15,310\n2001,301,311\n",
    ]
    let kelvin = try RecordFolder.read(files)
    #expect(kelvin.unit == "K" && kelvin.maxima[0] == 300.15)
    let celsius = try RecordFolder.read(
      files, RecordFolder.options { $0.convertTo = ValueUnit("C") })
    #expect(celsius.unit == "°C")
    #expect(abs((celsius.maxima[0] ?? 0) - 27) < 1e-12)
    #expect(
      try RecordFolder.message(files, RecordFolder.options { $0.convertTo = ValueUnit("mm") })
        .contains("--convert-to mm: t_k.csv: the values are in K"))
    let unknown = try RecordFolder.message(
      ["s.csv": RecordFolder.stations, "t.csv": Self.wide],
      RecordFolder.options { $0.convertTo = ValueUnit("C") })
    #expect(
      unknown.contains("the data do not state their unit; name the unit of the data with --unit"))
  }

  @Test(arguments: [
    ("easting_km,northing_km", "600,200", "630,240"), ("x,y", "600000,200000", "630000,240000"),
  ])
  func placesMayBeOnAPlane(header: String, a: String, b: String) throws {
    let stations = "station,\(header)\nA1,\(a)\nB2,\(b)\n"
    let data = try RecordFolder.read(["s.csv": stations, "t.csv": Self.wide])
    #expect(data.isProjected && data.stations.map(\.longitude) == [600, 630])
    let tensors = StationTensors(data)
    #expect(tensors.coordinates.scalars == [600, 200, 630, 240])
    // Half of the 50 km between the stations is the median of the prior.
    let priors = try GEVByFormula(tensors, priors: .parse(["--location", "1 + field"])).family
      .priors
    let lengthscale = try #require(priors.first { $0.site == "k_mu.lengthscale" })
    #expect(abs(lengthscale.centre - 25) < 1e-9)
  }

  /// The stations lie at 1.5 and -3.5 degrees east.
  @Test(arguments: [
    ("345,35,358,45", ["B2"]), ("355,40,362,42", ["A1", "B2"]), ("361.5,40,370,42", ["A1"]),
    ("-361,40,-350,42", ["A1"]), ("356.5,40,-3.5,42", ["B2"]), ("10,40,0,42", ["B2"]),
    ("-180,40,180,42", ["A1", "B2"]), ("0,40,360,42", ["A1", "B2"]),
  ])
  func longitudesOfABoxAreAnglesOfTheCircle(box: String, kept: [String]) throws {
    let files = ["s.csv": RecordFolder.stations, "t.csv": Self.wide]
    let data = try RecordFolder.read(
      files, RecordFolder.options { $0.filter.box = PlaceBox(argument: box) })
    #expect(data.stations.map(\.id) == kept)
  }

  @Test func aBoxOnAPlaneIsNoCircle() throws {
    let box = try #require(PlaceBox(argument: "345,0,358,10"))
    #expect(box.contains(350, 5, isProjected: true) && !box.contains(-10, 5, isProjected: true))
  }

  @Test func stationsAreFiltered() throws {
    let files = ["s.csv": RecordFolder.stations, "t.csv": Self.wide]
    func ids(_ change: (inout StationFilter) -> Void) throws -> [String] {
      try RecordFolder.read(files, RecordFolder.options { change(&$0.filter) }).stations.map(\.id)
    }
    #expect(try ids { _ in } == ["A1", "B2"])
    #expect(try ids { $0.ids = ["B2"] } == ["B2"])
    #expect(try ids { $0.box = PlaceBox(argument: "-5,40,0,42") } == ["B2"])
    #expect(try ids { $0.elevations = 0...100 } == ["A1"])
    #expect(try ids { $0.minimumYears = 3 } == ["A1"])
    let data = try RecordFolder.read(files, RecordFolder.options { $0.filter.ids = ["B2"] })
    #expect(data.record.dropped.count { $0.reason == .stationNotAskedFor } == 3)
    #expect(
      try RecordFolder.message(files, RecordFolder.options { $0.filter.ids = ["C3"] }).contains(
        "--only-stations: t.csv: no station with maxima is left"))
  }
}
