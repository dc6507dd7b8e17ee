import Foundation
import Tables

@testable import SpatialExtremes

/// A folder of records in some formats, and what is read from it.
enum RecordFolder {
  /// Two stations of the examples.
  static let stations = """
    station,lon,lat,elevation_m,name
    A1,1.5,41.0,70,Alpha
    B2,-3.5,40.5,660,Beta

    """

  /// Runs `body` in a folder with some files.
  static func with<R>(_ files: [String: String], _ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    return try body(folder)
  }

  /// Options of a model without covariates, for two years and one station.
  static func options(_ change: (inout ReadingOptions) -> Void = { _ in }) -> ReadingOptions {
    var options = ReadingOptions(
      requirements: DataRequirements(minimumStations: 1, minimumYears: 2, covariates: []))
    options.requirements.placesDiffer = false
    change(&options)
    return options
  }

  /// The data of a folder with these files.
  static func read(
    _ files: [String: String], _ options: ReadingOptions = options()
  ) throws -> StationMaxima {
    try with(files) { try StationMaxima(paths: [$0.path], options: options) }
  }

  /// The message of the error of a folder with these files, or "no error".
  static func message(
    _ files: [String: String], _ options: ReadingOptions = options()
  ) throws -> String {
    try with(files) { folder in
      do {
        _ = try StationMaxima(paths: [folder.path], options: options)
        return "no error"
      } catch {
        return "\(error)".replacing("\(folder.path)/", with: "")
          .replacing(folder.path, with: "FOLDER")
      }
    }
  }

  /// The dates of the days of some years with a value of each.
  static func days(_ years: ClosedRange<Int>, _ value: (Int, Int, Int) -> String) -> [(
    date: String, value: String
  )] {
    let first = CFCalendar.gregorian.number(years.lowerBound, 1, 1)
    let end = CFCalendar.gregorian.number(years.upperBound + 1, 1, 1)
    return (first..<end).map { day in
      let (y, m, d) = CFCalendar.gregorian.date(day)
      return (String(format: "%04d-%02d-%02d", y, m, d), value(y, m, d))
    }
  }
}
