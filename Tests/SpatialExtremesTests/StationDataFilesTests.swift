import Foundation
import Testing

@testable import SpatialExtremes

private let reference = SharedData.packageRoot.appending(path: "Tests/Reference")

@Suite struct StationDataFilesTests {
  @Test func theReferenceFolderIsReadInBothLayouts() throws {
    let long = try StationMaxima(folder: reference)
    let wide = try StationMaxima(
      stations: reference.appending(path: "stations.csv"),
      gmst: reference.appending(path: "gmst.csv"),
      maxima: reference.appending(path: "maxima_wide.csv"))
    #expect(long.stations.count == 40 && long.years == Array(1985...2024))
    #expect(long.record.used == 1600 && long.record.missing == 0)
    #expect(long.record.covariateColumn == "gmst" && long.covariate.first == 0.1514428436975951)
    #expect(long.maxima == wide.maxima && long.covariate == wide.covariate)
    #expect(long.maxima.first == 35.04317723731609 && long.maxima.last == 32.856496054134944)
  }

  @Test(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  func theSpanishPanelIsReadAsItIs() throws {
    let data = try StationMaxima(
      stations: SharedData.folder.appending(path: "spain/panel34_stations.csv"),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: "spain/panel34_txx_1985_2019.csv"))
    let values = data.maxima.compactMap(\.self)
    #expect(data.stations.count == 34 && data.years == Array(1985...2019))
    #expect(data.record.used == 1176 && data.record.missing == 14 && data.record.dropped.isEmpty)
    #expect(values.min() == 28.0 && values.max() == 46.6)
    // Both means are published rounded, to 6 and 10 decimals.
    #expect(abs(values.reduce(0, +) / 1176 - 37.596429) < 5e-7)
    #expect(data.record.covariateColumn == "hadcrut5_anom_1850_1900_c")
    #expect(abs(data.covariate.reduce(0, +) / 35 - 0.8310571429) < 5e-11)
  }

  @Test(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  func theLongSpanishTableIsReadWithItsIncompleteYears() throws {
    let data = try StationMaxima(
      stations: SharedData.folder.appending(path: "spain/stations.csv"),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: "spain/annual_max_tmax.csv"))
    let record = data.record
    let incomplete = record.dropped.count { $0.reason == .incomplete }
    #expect(record.valueColumn == "txx_c" && data.stations.count == 108)
    #expect(record.used + incomplete == 5572)
    #expect(record.used + record.missing == data.stations.count * data.years.count)
  }
}
