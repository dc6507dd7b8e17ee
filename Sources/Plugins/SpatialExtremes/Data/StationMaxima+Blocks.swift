import Foundation
import Runs
import Tables

extension StationMaxima {
  /// Reads a folder whose models need more than the maxima: the largest values of each year in `maxima.csv`, or dated values in
  /// `values.csv`, of which the maxima are made.
  ///
  /// - Throws: As `init(folder:options:)`; for a table without the values.
  init(
    folder: URL, blocks reading: BlockReading, options: ReadingOptions
  ) throws(DataError) {
    try options.requireRead(by: reading)
    let files = ["stations.csv", "gmst.csv", reading.file].map { folder.appending(path: $0) }
    let hasCovariates = options.requirements.readsCovariates(in: folder)
    let stations = try CSVTable(contentsOf: files[0])
    let gmst: CSVTable?
    if hasCovariates { gmst = try CSVTable(contentsOf: files[1]) } else { gmst = nil }
    let values = try CSVTable(contentsOf: files[2])
    let list = try StationList(stations)
    let table =
      switch reading {
      case .largest(let r): try BlockTable(values, largest: r, list)
      case .exceedances(let threshold, let runLength):
        try BlockTable(values, threshold, runLength: runLength, list)
      }
    try self.init(
      stations: stations, gmst: gmst, maxima: table.maximaTable(), options: options)
    blocks = table.blocks(self.stations.map(\.id), years)
    for url in hasCovariates ? files : [files[0], files[2]] {
      record.sources.append(.init(name: url.lastPathComponent, sha256: try sha256(of: url)))
    }
  }
}
