import Foundation
import Plugins
import Testing

@testable import SpatialExtremes

/// Records as they were measured: what is rare in them is no mistake.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct RealRecordsTests {
  private func read(_ stations: String, _ maxima: String) throws -> StationMaxima {
    try StationMaxima(
      stations: SharedData.folder.appending(path: stations),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: maxima))
  }

  private func sentences(_ data: StationMaxima) -> [String] { data.record.findings.map { "\($0)" } }

  @Test func theSpanishPanelHasNoFinding() throws {
    #expect(try sentences(SharedData.panel()).isEmpty)
  }

  @Test(arguments: ["annual_max_tmax.csv"])
  func allSpanishStationsHaveNoFinding(file: String) throws {
    let data = try read("spain/stations.csv", "spain/\(file)")
    #expect(data.stations.count == 108 && sentences(data).isEmpty)
  }

  /// Rain has a heavy upper tail: its largest values lie up to 12 spreads from the median.
  @Test func spanishRainHasNoFinding() throws {
    let folder = SharedData.folder
    let text = try String(
      contentsOf: folder.appending(path: "spain/annual_max_rain.csv"), encoding: .utf8)
    let data = try StationMaxima(
      stations: CSVTable(contentsOf: folder.appending(path: "spain/stations.csv")),
      gmst: CSVTable(contentsOf: folder.appending(path: "gmst/annual_gmst.csv")),
      maxima: CSVTable(parsing: text.replacing("rx1day_mm", with: "tmax"), file: "maxima.csv"))
    #expect(data.stations.count == 108 && sentences(data).isEmpty)
  }

  @Test func americanStationsInFahrenheitHaveNoFinding() throws {
    let data = try read("ushcn/stations.csv", "ushcn/summer_max_tmax_f.csv")
    #expect(data.stations.count == 424 && sentences(data).isEmpty)
  }

  @Test func swissRainHasNoFinding() throws {
    let folder = SharedData.folder.appending(path: "swiss_rain")
    let grid = try CSVTable(contentsOf: folder.appending(path: "stations.csv"))
    let columns = try (
      grid.requireColumn("station_id"), grid.requireColumn("easting_km"),
      grid.requireColumn("northing_km")
    )
    var stations = "station,lon,lat\n"
    for row in grid.rows {
      // The grid is centred at Bern; a kilometre is taken for the same angle everywhere, which moves no station by 2 km.
      let east = try grid.double(row, columns.1) - 600
      let north = try grid.double(row, columns.2) - 200
      stations += "\(grid.text(row, columns.0)),\(7.4386 + east / 76.1),\(46.951 + north / 111.2)\n"
    }
    let data = try StationMaxima(
      stations: CSVTable(parsing: stations, file: "stations.csv"),
      gmst: CSVTable(contentsOf: SharedData.folder.appending(path: "gmst/annual_gmst.csv")),
      maxima: CSVTable(contentsOf: folder.appending(path: "summer_max_rain.csv")))
    #expect(data.stations.count == 79 && sentences(data).isEmpty)
  }

  // MARK: One cell of a real record spoilt

  private func panel(replacing old: String, by new: String, in name: String) throws -> [DataFinding]
  {
    let folder = SharedData.folder
    let paths = [
      "stations.csv": "spain/panel34_stations.csv", "gmst.csv": "gmst/annual_gmst.csv",
      "maxima.csv": "spain/panel34_txx_1985_2019.csv",
    ]
    let tables = try ["stations.csv", "gmst.csv", "maxima.csv"].map { file in
      var text = try String(
        contentsOf: folder.appending(path: paths[file] ?? ""), encoding: .utf8)
      if file == name, let range = text.range(of: old) { text.replaceSubrange(range, with: new) }
      return try CSVTable(parsing: text, file: file)
    }
    return try StationMaxima(stations: tables[0], gmst: tables[1], maxima: tables[2]).record
      .findings
  }

  @Test func aLostDecimalPointInThePanelIsFound() throws {
    let found = try panel(replacing: ",40.6", by: ",406", in: "maxima.csv")
    #expect(found.map(\.check) == [.outlier] && found[0].error.found.contains("40.6 would fit"))
  }

  @Test func aLostSignOfALatitudeInThePanelIsFound() throws {
    let found = try panel(replacing: ",40.", by: ",-40.", in: "stations.csv")
    #expect(found.map(\.check) == [.farPlace])
    #expect(found[0].error.found.contains("the other sign of its latitude"))
  }

  @Test func aMissingCovariateWrittenAsANumberIsFound() throws {
    let text = try String(
      contentsOf: SharedData.folder.appending(path: "gmst/annual_gmst.csv"), encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("1999,") })
    var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let header = text.prefix { $0 != "\n" }.split(separator: ",")
    let column = try #require(header.firstIndex { $0 == "hadcrut5_anom_1850_1900_c" })
    cells[column] = "-99.9"
    let found = try panel(
      replacing: String(line), by: cells.joined(separator: ","), in: "gmst.csv")
    #expect(found.map(\.check) == [.covariateOutlier] && found[0].year == 1999)
  }

  @Test(arguments: [(10.0, 0.0), (1.8, 32), (1, 273.15)])
  func anyStationOfThePanelInAnotherUnitIsFound(factor: Double, offset: Double) throws {
    let folder = SharedData.folder
    let stations = try CSVTable(contentsOf: folder.appending(path: "spain/panel34_stations.csv"))
    let gmst = try CSVTable(contentsOf: folder.appending(path: "gmst/annual_gmst.csv"))
    let rows = try String(
      contentsOf: folder.appending(path: "spain/panel34_txx_1985_2019.csv"), encoding: .utf8
    ).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    for column in 1..<rows[0].count {
      let changed = rows.enumerated().map { index, row in
        var row = row
        if index > 0, let value = Double(row[column]) { row[column] = "\(factor * value + offset)" }
        return row.joined(separator: ",")
      }
      let maxima = try CSVTable(parsing: changed.joined(separator: "\n") + "\n", file: "maxima.csv")
      let found = try StationMaxima(stations: stations, gmst: gmst, maxima: maxima).record.findings
      #expect(found.map(\.check) == [.unit] && found[0].station == rows[0][column])
      #expect(found.first?.severity == .doubt)
    }
  }
}
