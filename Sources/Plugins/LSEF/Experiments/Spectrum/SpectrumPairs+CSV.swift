import Foundation
import LinearAlgebra
import SpectrumEstimator
import Tables

extension SpectrumPairs {
  /// The name of the table of pairs in a folder of data.
  static let fileName = "pairs.csv"

  /// The pairs of `pairs.csv` in a folder: columns `bandVariance1`, … and `spectrum0`, …, without gaps; other columns are
  /// ignored.
  ///
  /// - Throws: `DataError` for a missing folder or file, missing columns, and cells that are not variances.
  init(folder: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw DataError(
        file: folder.relativePath, found: "there is no such folder",
        remedy: "name the folder that holds \(Self.fileName)")
    }
    try self.init(CSVTable(contentsOf: folder.appending(path: Self.fileName)))
  }

  init(_ table: CSVTable) throws {
    let bands = try Self.columns("bandVariance", from: 1, in: table)
    let wavenumbers = try Self.columns("spectrum", from: 0, in: table)
    guard !table.rows.isEmpty else {
      throw table.error(found: "there are no pairs", remedy: "give a row for each")
    }
    try self.init(
      bandVariances: Self.variances(bands, in: table),
      spectra: Self.variances(wavenumbers, in: table))
  }

  /// The columns of this name and the numbers from `first` on.
  private static func columns(
    _ name: String, from first: Int, in table: CSVTable
  ) throws(DataError) -> [CSVTable.Column] {
    var columns = [try table.requireColumn("\(name)\(first)")]
    while let next = table.column("\(name)\(first + columns.count)") { columns.append(next) }
    let numbered = table.header.filter { column in
      column.name.hasPrefix(name) && Int(column.name.dropFirst(name.count)) != nil
    }
    if let stray = numbered.first(where: { !columns.contains($0) }) {
      throw table.error(
        inHeader: stray, found: "there is no column \"\(name)\(first + columns.count)\" before it",
        remedy: "number the columns from \(first) on without gaps")
    }
    return columns
  }

  private static func variances(
    _ columns: [CSVTable.Column], in table: CSVTable
  ) throws(DataError) -> Matrix {
    var scalars: [Double] = []
    scalars.reserveCapacity(table.rows.count * columns.count)
    for row in table.rows {
      for column in columns {
        let value = try table.double(row, column)
        guard value >= 0 else {
          throw table.error(
            row, column, found: "\(value) is negative", remedy: "give a variance, from 0")
        }
        scalars.append(value)
      }
    }
    return Matrix(rows: table.rows.count, columns: columns.count, scalars)
  }
}
