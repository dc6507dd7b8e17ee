import Foundation
import SpatialExtremes

/// The third-party data beside the package, which are no part of it.
enum SharedData {
  static let packageRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folder = packageRoot.deletingLastPathComponent().appending(path: "shared/data")
  static let isThere = FileManager.default.fileExists(atPath: folder.path)
  static let reason = "the Spanish data are not in \(folder.path); skipped"

  /// 34 stations, 1985 to 2019.
  static func panel() throws -> StationMaxima {
    try StationMaxima(
      stations: folder.appending(path: "spain/panel34_stations.csv"),
      gmst: folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: folder.appending(path: "spain/panel34_txx_1985_2019.csv"))
  }
}
