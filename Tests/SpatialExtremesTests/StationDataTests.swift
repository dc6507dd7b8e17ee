import Foundation
import Plugins
import Testing

@testable import SpatialExtremes

@Suite struct StationDataTests {
  @Test func aFolderIsReadInFileOrder() throws {
    let data = try StationFolder.read()
    #expect(data.stations.map(\.id) == ["0016A", "0076", "3195"])
    #expect(
      data.stations[2]
        == .init(
          id: "3195", longitude: -3.68, latitude: 40.41, elevation: 667, name: "Madrid, Retiro"))
    #expect(data.years == [2015, 2016, 2017, 2018, 2019])
    #expect(data.covariate == [0.9, 1.0, 0.92, 0.85, 0.98])
    #expect(Array(data.maxima[5..<10]) == [33.0, 32.4, 32.8, 34.1, 35.0])
    #expect(data.record.used == 15 && data.record.missing == 0 && data.record.dropped.isEmpty)
    #expect(data.record.summary == ["15 maxima used, 0 station-years missing"])
  }

  @Test func theThreeLayoutsGiveTheSameTable() throws {
    let rowPerYear = try StationFolder.read()
    let rowPerStation = try StationFolder.read([
      "maxima.csv": """
      station_id,2019,2018,2017,2016,2015
      3195,40.7,39.3,40.2,39.1,40.6
      0076,35.0,34.1,32.8,32.4,33.0
      0016A,36.1,37.9,36.0,37.2,38.1
      """
    ])
    var long = "ID,Year,n_days,note,rain\n"
    for (i, station) in rowPerYear.stations.enumerated() {
      for (j, year) in rowPerYear.years.enumerated() {
        let value = rowPerYear.maxima[i * 5 + j] ?? .nan
        long += "\(station.id),\(year),\(i == 0 ? "many" : "90"),x,\(value)\n"
      }
    }
    let rows = try StationFolder.read(["maxima.csv": long])
    for other in [rowPerStation, rows] {
      #expect(other.stations == rowPerYear.stations && other.years == rowPerYear.years)
      #expect(other.maxima == rowPerYear.maxima)
    }
    #expect(rows.record.valueColumn == "rain" && rowPerStation.record.valueColumn == nil)
  }

  @Test func emptyCellsAndAbsentRowsAreMissing() throws {
    let wide = try StationFolder.read(StationFolder.maxima(replacing: "38.1", by: ""))
    #expect(wide.maxima[0] == nil && wide.record.used == 14 && wide.record.missing == 1)
    var long = "station,year,max\n0016A,2015,NA\n"
    for station in ["0016A", "0076", "3195"] {
      for year in 2016...2019 { long += "\(station),\(year),30\n" }
    }
    let rows = try StationFolder.read(["maxima.csv": long + "3195,2015,30\n"])
    #expect(rows.maxima[0] == nil && rows.maxima[5] == nil)
    #expect(rows.record.used == 13 && rows.record.missing == 2 && rows.record.dropped.isEmpty)
  }

  @Test func valuesThatAreAllEqualAreNoError() throws {
    var csv = "station,year,value\n"
    for station in ["0016A", "0076"] {
      for year in 2015...2019 { csv += "\(station),\(year),-999\n" }
    }
    #expect(try StationFolder.read(["maxima.csv": csv]).maxima.allSatisfy { $0 == -999 })
  }

  @Test func theSourcesAreNamedWithTheirChecksums() throws {
    try StationFolder.with { folder in
      let sources = try StationMaxima(folder: folder).record.sources
      #expect(sources.map(\.name) == ["stations.csv", "gmst.csv", "maxima.csv"])
      for source in sources {
        #expect(try source.sha256 == sha256(of: folder.appending(path: source.name)))
      }
    }
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    let data = try StationFolder.read(StationFolder.maxima(replacing: "38.1", by: ""))
    try StationFolder.with { folder in
      let place = folder.appending(path: "copy")
      try data.write(to: place)
      let back = try StationMaxima(folder: place)
      #expect(back.stations == data.stations && back.years == data.years)
      #expect(back.covariate == data.covariate && back.maxima == data.maxima)
      #expect(back.record.used == 14 && back.record.missing == 1)
    }
  }

  @Test func simulatedDataCountTheirMissingValues() {
    let station = StationMaxima.Station(id: "a", longitude: 0, latitude: 0)
    let data = StationMaxima(
      stations: [station], years: [1, 2], covariate: [0, 1], maxima: [30, nil])
    #expect(data.record.used == 1 && data.record.missing == 1)
  }

  @Test func simulatedDataOfWrongSizeAreAMistakeInTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = StationMaxima(stations: [], years: [1], covariate: [0], maxima: [30])
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("StationMaxima: 1 maxima for 0 stations, 1 years"))
  }
}
