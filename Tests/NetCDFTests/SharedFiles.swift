import Foundation

/// The NetCDF files beside the package, which are no part of it.
enum SharedFiles {
  /// Where the environment variable `PPL_SHARED_DATA` points; else `shared/data` beside the package, or beside the
  /// folder that it lies in.
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["PPL_SHARED_DATA"], !path.isEmpty {
      return URL(filePath: path, directoryHint: .isDirectory).appending(path: "netcdf")
    }
    var beside = URL(filePath: #filePath)
    for _ in 0..<4 { beside.deleteLastPathComponent() }
    let places = [beside, beside.deletingLastPathComponent()].map {
      $0.appending(path: "shared/data/netcdf")
    }
    return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
  }()
  static let isThere = FileManager.default.fileExists(atPath: folder.path)
  static let reason = "the NetCDF files are not in \(folder.path); skipped"

  static func path(_ name: String) -> String { folder.appending(path: name).path }
}
