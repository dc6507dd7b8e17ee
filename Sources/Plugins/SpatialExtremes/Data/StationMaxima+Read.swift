import Foundation
import SpainSynthetic
import Tables

extension StationMaxima {
  /// Reads a folder and checks its data, or the embedded example with its truth if there is none.
  ///
  /// - Parameters:
  ///   - allowed: The checks whose findings are kept in silence.
  ///   - warn: Takes the sentence of each warning and note.
  /// - Throws: As `init(folder:options:)`; `UnsoundData` for data that cannot be right.
  static func read(
    _ folder: URL?, _ options: ReadingOptions, allowing allowed: Set<DataCheck>,
    warn: (String) -> Void
  ) throws -> (StationMaxima, SyntheticTruth?) {
    if let folder {
      var data = try StationMaxima(folder: folder, options: options)
      try data.record.requireSound(allowing: allowed, warn: warn)
      return (data, nil)
    }
    let data = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"), options: options)
    return (data, try SyntheticTruth(years: data.years))
  }
}
