import Foundation
import NetCDF
import Tables
import Testing

@testable import SpatialExtremes

/// Units of places, and places and times that are missing, in NetCDF files of two stations and four years.
struct NetCDFPlacesTests {
  private static func content(
    _ lonUnit: String? = "degrees_east", altUnit: String? = "m", lon: [Double] = [1.5, -3.5],
    time: [Double] = [180, 545, 910, 1275], method: String? = nil
  ) -> NetCDFContent {
    func units(_ text: String?) -> NetCDFAttributes { text.map { ["units": .text($0)] } ?? [:] }
    var content = NetCDFContent()
    content.addDimension("station", 2)
    content.addDimension("time", 4)
    content.addVariable(
      "station_id", dimensions: ["station"], texts: ["A1", "B2"],
      attributes: ["cf_role": "timeseries_id"])
    content.addVariable("lon", dimensions: ["station"], numbers: lon, attributes: units(lonUnit))
    content.addVariable(
      "lat", dimensions: ["station"], numbers: [41, 40.5], attributes: ["units": "degrees_north"])
    content.addVariable(
      "alt", dimensions: ["station"], numbers: [1, 2], attributes: units(altUnit))
    content.addVariable(
      "time", dimensions: ["time"], numbers: time, attributes: units("days since 2001-01-01"))
    content.addVariable(
      "txx", dimensions: ["station", "time"], numbers: [36, 37, 38, 39, 31, 32, 33, 34],
      attributes: method.map { ["units": "degC", "cell_methods": .text($0)] } ?? units("degC"))
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

  private static func found(_ content: NetCDFContent) throws -> String? {
    #expect(throws: DataError.self) { try read(content) }?.found
  }

  @Test func elevationsAreConvertedToMetres() throws {
    for (unit, factor) in [("m", 1), (nil, 1), ("km", 1000), ("ft", 0.3048)] {
      let data = try Self.read(Self.content(altUnit: unit))
      #expect(data.stations.map(\.elevation) == [factor, 2 * factor])
    }
    #expect(
      try Self.found(Self.content(altUnit: "hPa"))
        == "variable \"alt\": the unit of lengths is \"hPa\"")
  }

  @Test func placesThatAreNotInDegreesAreRefused() throws {
    for unit in ["degrees_east", "degreeE", "degrees", nil] {
      #expect(try Self.read(Self.content(unit)).stations[1].longitude == -3.5)
    }
    for unit in ["m", "radians", "degrees_north"] {
      #expect(
        try Self.found(Self.content(unit))
          == "variable \"lon\": the unit is \"\(unit)\", not degrees")
    }
  }

  @Test func aFlagThatContradictsTheUnitOfTheFileIsFound() throws {
    func found(_ unit: String) throws -> [String] {
      try Self.read(
        Self.content(), RecordFolder.options { $0.requirements.statedUnit = unit }
      ).record.findings.map(\.error.found)
    }
    #expect(try found("K").contains("--unit says K, but the data state °C"))
    #expect(try found("celsius") == [])
  }

  @Test func meansAndMinimaOfYearsAreNotFittedAsMaximaWithoutAWarning() throws {
    func found(_ method: String, minima: Bool = false) throws -> [String] {
      try Self.read(
        Self.content(method: method), RecordFolder.options { $0.minima = minima }
      ).record.findings.filter { $0.check == .cellMethods }.map(\.error.found)
    }
    for method in ["minimum", "mean"] {
      #expect(
        try found("area: point time: \(method)") == [
          "the values of years are fitted as maxima, but their cell_methods say \"time: \(method)\""
        ])
    }
    #expect(try found("time: minimum", minima: true) == [])
    #expect(try found("time: minimum within days time: maximum over years") == [])
  }

  @Test func anIdentifierThatNoStationHasIsRefused() throws {
    let error = #expect(throws: DataError.self) {
      try Self.read(Self.content(), RecordFolder.options { $0.filter.ids = ["A1", "b2", "zzz"] })
    }
    #expect(error?.flag == "--only-stations")
    #expect(error?.found == "there is no station \"b2\" (did you mean \"B2\"?), \"zzz\"")
  }

  @Test func valuesWithoutAPlaceOrATimeAreRefused() throws {
    #expect(
      try Self.found(Self.content(lon: [1.5, .nan]))
        == "variable \"lon\": station \"B2\" has no place, but 4 values")
    for wrong in [Double.nan, 1e300, 9.969209968386869e36] {
      #expect(
        try Self.found(Self.content(time: [180, wrong, 910, 1275]))
          == "variable \"time\": time 2 of 4 is missing or in no calendar, but 2 stations have a "
          + "value there")
    }
  }
}
