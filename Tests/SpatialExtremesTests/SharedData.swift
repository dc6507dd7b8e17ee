import Foundation
import SpatialExtremes

/// The third-party data beside the package, which are no part of it.
enum SharedData {
  static let packageRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Where the environment variable `PPL_SHARED_DATA` points; else `shared/data` beside the package, or beside the
  /// folder that it lies in.
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["PPL_SHARED_DATA"], !path.isEmpty {
      return URL(filePath: path, directoryHint: .isDirectory)
    }
    let beside = packageRoot.deletingLastPathComponent()
    let places = [beside, beside.deletingLastPathComponent()].map {
      $0.appending(path: "shared/data")
    }
    return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
  }()
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
