import Foundation
import Tables
import Testing

@testable import SpatialExtremes

/// The daily files of AEMET against the annual tables made from the same source by other code.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct SpanishDailyTests {
  @Test(arguments: [
    ("tmax_c", "annual_max_tmax.csv", "txx_c", false, 186),
    ("tmin_c", "annual_min_tmin.csv", "tnn_c", true, 186),
    ("precip_mm", "annual_max_rain.csv", "rx1day_mm", false, 185),
  ])
  func everyStationYearAgreesWithTheAnnualTable(
    column: String, file: String, annual: String, minima: Bool, count: Int
  ) throws {
    let spain = SharedData.folder.appending(path: "spain")
    // The tables have no year with fewer than 60 days.
    let options = RecordFolder.options {
      ($0.valueColumn, $0.coverage, $0.minima) = (column, 0, minima)
    }
    let data = try StationMaxima(
      paths: [spain.appending(path: "daily").path, spain.appending(path: "stations.csv").path],
      options: options)
    let table = try CSVTable(contentsOf: spain.appending(path: file))
    let columns = try (
      table.requireColumn("station_id"), table.requireColumn("year"), table.requireColumn(annual)
    )
    var found = 0
    for row in table.rows {
      let id = table.text(row, columns.0)
      guard let station = data.stations.firstIndex(where: { $0.id == id }),
        let year = data.years.firstIndex(of: try table.int(row, columns.1)),
        data.years[year] <= 2012
      else { continue }
      let ours = data.maxima[station * data.years.count + year]
      let theirs = try table.optionalDouble(row, columns.2)
      #expect(ours == theirs, "\(id) \(data.years[year])")
      found += 1
    }
    #expect(found == count)
  }
}
