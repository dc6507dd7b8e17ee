import Foundation
import Runs
import Tables

extension StationMaxima {
  /// Reads the data at some paths: a folder with `stations.csv`, `gmst.csv` and `maxima.csv`, or files and folders of records in
  /// any known format, which are told apart by their content.
  ///
  /// - Parameters:
  ///   - paths: Files and folders.
  ///   - options: The choices of the user and the requirements of the model.
  /// - Throws: `DataError` for files that are missing, invalid, or do not hold what the model requires.
  public init(paths: [String], options: ReadingOptions = .init()) throws(DataError) {
    if paths.count == 1, let folder = Self.ownFolder(paths[0], options) {
      try self.init(folder: folder, options: options)
      try convert(options)
      return
    }
    let files = try DataFile.all(paths)
    let place = paths.joined(separator: " ")
    if let blocks = options.requirements.blocks {
      throw DataError(
        file: place, found: "the model needs more than the maximum of each year",
        remedy: "give a folder with stations.csv, gmst.csv and \(blocks.file)")
    }
    let raw = try RawRecords(files, paths: paths, options)
    var options = options
    (options.fileUnit, options.isOfDays) = (raw.unit, raw.daily != nil)
    options.cellMethod = raw.cellMethod
    if raw.valueColumn != nil { options.valueColumn = raw.valueColumn }
    try self.init(stations: raw.stations, gmst: raw.gmst, maxima: raw.maxima, options: options)
    for url in raw.files {
      record.sources.append(.init(name: url.lastPathComponent, sha256: try sha256(of: url)))
    }
    record.daily = raw.daily.map { DailyRecord($0, options.blockRule) }
    try convert(options)
  }

  /// The folder in this program's own layout at a path, or what is refused as such; nil for other records.
  private static func ownFolder(_ path: String, _ options: ReadingOptions) -> URL? {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      return folder
    }
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    if isFolder.boolValue {
      if has("maxima.csv") || options.requirements.blocks != nil { return folder }
      let files = (try? DataFile.all([path])) ?? []
      let isRaw = files.contains { file in
        file.kind == .years || file.kind.isOfDays || file.kind == .netCDF
      }
      return isRaw ? nil : folder
    }
    return nil
  }

  /// Converts the maxima to the unit of `--convert-to`.
  ///
  /// - Throws: `DataError` where the data do not state their unit, or it is that of another quantity.
  private mutating func convert(_ options: ReadingOptions) throws(DataError) {
    guard let target = options.convertTo else { return }
    let stated = options.requirements.statedUnit ?? unit
    guard let stated, let from = ValueUnit(stated), let convert = from.conversion(to: target)
    else {
      throw DataError(
        flag: "--convert-to \(target.symbol)", file: record.sources.first?.name ?? "the data",
        found: stated.map { "the values are in \($0)" } ?? "the data do not state their unit",
        remedy: "name the unit of the data with --unit, or convert them before")
    }
    maxima = maxima.map { $0.map(convert) }
    (unit, isConverted) = (target.symbol, true)
  }
}
