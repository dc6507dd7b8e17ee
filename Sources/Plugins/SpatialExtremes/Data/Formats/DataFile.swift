import Foundation
import Tables

/// A file of `--data`, and what is in it by its first lines.
struct DataFile {
  /// The content of a file.
  enum Kind: Equatable {
    /// Stations with places.
    case stations, ghcnStations, ecaStations
    /// A value of each year.
    case years
    /// Values of days.
    case dailyTable, ghcnDaily, ghcnList, ecaDaily
    case netCDF
    /// The global mean surface temperature, as a table or in a published format.
    case gmstTable, gmstPublished
    case other

    var isOfStations: Bool { [.stations, .ghcnStations, .ecaStations].contains(self) }
    var isOfDays: Bool { [.dailyTable, .ghcnDaily, .ghcnList, .ecaDaily].contains(self) }
    var isOfGMST: Bool { self == .gmstTable || self == .gmstPublished }
  }

  let url: URL
  let kind: Kind

  init(_ url: URL) {
    self.url = url
    kind = Self.kind(of: url)
  }

  /// The files of some paths, those of folders in alphabetical order, without what begins with a dot.
  ///
  /// - Throws: `DataError` for a path that is not there.
  static func all(_ paths: [String]) throws(DataError) -> [DataFile] {
    var files: [DataFile] = []
    for path in paths {
      let url = URL(filePath: path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        throw DataError(
          file: path, found: "there is no such file or folder", remedy: "check the path of --data")
      }
      guard isFolder.boolValue else {
        files.append(DataFile(url))
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
      for name in names.sorted() where !name.hasPrefix(".") {
        let inner = URL(filePath: path, directoryHint: .isDirectory).appending(path: name)
        var isInnerFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
          atPath: inner.path, isDirectory: &isInnerFolder)
        if exists, !isInnerFolder.boolValue { files.append(DataFile(inner)) }
      }
    }
    return files
  }

  private static func kind(of url: URL) -> Kind {
    let (bytes, text) = TextFile.head(of: url)
    if bytes.starts(with: [0x43, 0x44, 0x46]) || bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      return .netCDF
    }
    let name = url.lastPathComponent.lowercased()
    if name.hasSuffix(".dly") { return .ghcnDaily }
    if name.hasPrefix("ghcnd-stations") { return .ghcnStations }
    if [".nc", ".nc4", ".cdf"].contains(where: name.hasSuffix) { return .netCDF }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.contains(where: ECAData.isHeaderOfStations) { return .ecaStations }
    if lines.contains(where: ECAData.isHeader) { return .ecaDaily }
    if let header = lines.first(where: { !$0.stripped.isEmpty }), let kind = Self.kind(header) {
      return kind
    }
    return lines.contains(where: GMSTFile.isHeader) ? .gmstPublished : .other
  }

  /// The kind of a table with this first line; nil for a line that is no header of a table of data.
  private static func kind(_ header: Substring) -> Kind? {
    var first = header
    if first.first == "\u{feff}" { first.removeFirst() }
    let cells = first.cells.map { $0.unquoted.lowercased() }
    func has(_ names: String...) -> Bool { names.contains(where: cells.contains) }
    let hasStation = has("station", "station_id", "id")
    if has("element") && has("date") { return .ghcnList }
    if cells.count >= 4, cells[0].count == 11, cells[1].count == 8, Int(cells[1]) != nil {
      return .ghcnList
    }
    if has("year") && has("month") && has("day") || has("date", "datetime") && !has("year") {
      return cells.count > 1 && !GMSTFile.isHeader(first) ? .dailyTable : nil
    }
    if has("year") {
      if GMSTFile.isHeader(first) { return nil }
      let covariates = ReadingOptions.defaultCovariateColumns
      return !hasStation && covariates.contains(where: cells.contains) ? .gmstTable : .years
    }
    let places = [
      ["lon", "lon_deg", "longitude"], ["easting_km", "easting_m", "easting", "x_km", "x_m", "x"],
    ]
    if hasStation, places.contains(where: { $0.contains(where: cells.contains) }) {
      return .stations
    }
    let others = cells.filter { !["station", "station_id", "id"].contains($0) }
    let areYears = others.allSatisfy { Int($0).map(calendarYears.contains) == true }
    return hasStation && !others.isEmpty && areYears ? .years : nil
  }
}
