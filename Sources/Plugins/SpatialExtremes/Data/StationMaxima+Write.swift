import Foundation
import Runs
import Tables

extension StationMaxima {
  /// Writes a data folder from which the same stations, years, covariate and maxima are read: in the
  /// long layout, with a missing maximum as an empty cell.
  ///
  /// - Throws: When the folder or a file in it cannot be written.
  public func write(to folder: URL) throws(OutputError) {
    try RunFolder(creating: folder).write([
      OutputFile("stations.csv", text: stationsText),
      OutputFile("gmst.csv", text: covariateText),
      OutputFile("maxima.csv", text: maximaText),
    ])
  }

  var stationsText: String {
    let columns = Set(stations.flatMap(\.columns.keys)).sorted()
    var csv = CSVWriter(header: ["station"] + placeColumns + ["elevation_m", "name"] + columns)
    for station in stations {
      csv.append(
        [
          .text(station.id), .number(station.longitude), .number(station.latitude),
          .optional(station.elevation), .text(station.name ?? ""),
        ] + columns.map { .optional(station.columns[$0]) })
    }
    return csv.text
  }

  var covariateText: String {
    let columns = yearColumns.keys.filter { $0 != Covariates.gmst }.sorted()
    var csv = CSVWriter(header: ["year", Covariates.gmst] + columns)
    for (index, year) in years.enumerated() {
      csv.append(
        [.integer(year), .number(covariate[index])]
          + columns.map { .optional(yearColumns[$0]?[index]) })
    }
    return csv.text
  }

  var maximaText: String {
    var csv = CSVWriter(header: ["station", "year", "tmax"])
    for (i, station) in stations.enumerated() {
      for (j, year) in years.enumerated() {
        csv.append([.text(station.id), .integer(year), .optional(maxima[i * years.count + j])])
      }
    }
    return csv.text
  }
}
