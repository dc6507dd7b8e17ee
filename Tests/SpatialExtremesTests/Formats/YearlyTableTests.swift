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
