import Foundation
import Tables

@testable import SpatialExtremes

/// A sound network of stations as the text of its three files, to be spoilt one cell at a time.
///
/// Twelve stations on a grid of half degrees around (-4, 40), 1990 to 2019, maxima near 38 that vary by about 1.5.
struct DataNetwork {
  var coordinates: [(longitude: Double, latitude: Double)]
  var covariate: [Double]
  /// By station and year.
  var maxima: [[Double]]
  let years = Array(1990...2019)
  /// What ends the last line of `maxima.csv`.
  var maximaEnd = "\n"

  static func id(_ station: Int) -> String { "S\(station + 1)" }

  init() {
    coordinates = (0..<12).map { station in
      let longitude: Double = -4.75 + 0.5 * Double(station % 4)
      let latitude: Double = 39.5 + 0.5 * Double(station / 4)
      return (longitude, latitude)
    }
    covariate = (0..<30).map { year in
      let wave: Double = year % 3 == 0 ? 0.05 : 0
      return 0.4 + 0.02 * Double(year) + wave
    }
    maxima = (0..<12).map { station in
      (0..<30).map { year in
        // As good as noise, and the same everywhere.
        let mixed = station * 31 + year * (2 * station + 3)
        let noise = Double(mixed % 29) / 29 - 0.5
        let level: Double = 37 + 0.3 * Double(station) + 0.02 * Double(year)
        return (10 * (level + 5 * noise)).rounded() / 10
      }
    }
  }

  var files: [(name: String, text: String)] {
    let stations = coordinates.enumerated().map { index, place in
      "\(Self.id(index)),\(place.longitude),\(place.latitude)\n"
    }
    let gmst = zip(years, covariate).map { "\($0),\($1)\n" }
    let rows = years.enumerated().map { index, year in
      "\(year)," + maxima.map { "\($0[index])" }.joined(separator: ",")
    }
    let header = "year," + maxima.indices.map(Self.id).joined(separator: ",")
    return [
      ("stations.csv", "station,lon,lat\n" + stations.joined()),
      ("gmst.csv", "year,gmst\n" + gmst.joined()),
      ("maxima.csv", ([header] + rows).joined(separator: "\n") + maximaEnd),
    ]
  }

  func read() throws -> StationMaxima {
    let tables = try files.map { try CSVTable(parsing: $0.text, file: $0.name) }
    return try StationMaxima(stations: tables[0], gmst: tables[1], maxima: tables[2])
  }

  /// The findings, a sentence each.
  func findings() throws -> [String] { try read().record.findings.map { "\($0)" } }

  /// As a data folder.
  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
  }
}

/// Findings of a network that was spoilt.
func findings(_ spoil: (inout DataNetwork) -> Void) throws -> [String] {
  var network = DataNetwork()
  spoil(&network)
  return try network.findings()
}
