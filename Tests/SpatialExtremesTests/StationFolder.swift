import Foundation
import Plugins

@testable import SpatialExtremes

/// A small data folder to spoil.
enum StationFolder {
  /// The good files: three stations, five years, nothing missing.
  private static let goodFiles = [
    "stations.csv": """
    station,lon,lat,elevation_m,name
    0016A,1.18,41.15,71,Reus
    0076,2.07,41.29,4,Barcelona
    3195,-3.68,40.41,667,"Madrid, Retiro"

    """,
    "gmst.csv": "year,gmst\n2015,0.9\n2016,1.0\n2017,0.92\n2018,0.85\n2019,0.98\n",
    "maxima.csv": """
    year,0016A,0076,3195
    2015,38.1,33.0,40.6
    2016,37.2,32.4,39.1
    2017,36.0,32.8,40.2
    2018,37.9,34.1,39.3
    2019,36.1,35.0,40.7

    """,
  ]

  /// The text of a good file.
  static func good(_ file: String) -> String { goodFiles[file] ?? "" }

  /// Runs `body` in a folder with the good files, of which `changes` replaces some.
  static func with<R>(
    _ changes: [String: String] = [:], _ body: (URL) throws -> R
  ) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in goodFiles.merging(changes, uniquingKeysWith: { $1 }) {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    return try body(folder)
  }

  /// The data of the good folder with some files changed.
  static func read(
    _ changes: [String: String] = [:], options: ReadingOptions = .init()
  ) throws -> StationMaxima {
    try with(changes) { try StationMaxima(folder: $0, options: options) }
  }

  /// The message of the error that a changed folder gives, or "no error".
  static func message(
    _ changes: [String: String], options: ReadingOptions = .init()
  ) throws -> String {
    try with(changes) { folder in
      do {
        _ = try StationMaxima(folder: folder, options: options)
        return "no error"
      } catch {
        return "\(error)".replacing("\(folder.path)/", with: "")
      }
    }
  }

  /// The good maxima with one piece of text replaced.
  static func maxima(replacing old: String, by new: String) -> [String: String] {
    ["maxima.csv": good("maxima.csv").replacing(old, with: new)]
  }
}
