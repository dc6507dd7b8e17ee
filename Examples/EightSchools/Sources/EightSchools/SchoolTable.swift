import Foundation
import Tables

/// The measured effects, from the rows of `schools.csv`.
public struct SchoolTable: Sendable, Equatable {
  public let schools: [String]
  /// In points.
  public let effects, errors: [Double]

  /// - Throws: `DataError` with the place and the remedy.
  public init(folder: URL) throws {
    try self.init(CSVTable(contentsOf: folder.appending(path: "schools.csv")))
  }

  /// The table embedded in the program.
  public static func example() throws -> SchoolTable {
    let text = String(decoding: PackageResources.schools_csv, as: UTF8.self)
    return try SchoolTable(CSVTable(parsing: text, file: "schools.csv"))
  }

  init(_ table: CSVTable) throws {
    let school = try table.requireColumn("school")
    let effect = try table.requireColumn("effect")
    let error = try table.requireColumn("standard_error")
    guard table.rows.count >= 2 else {
      throw table.error(
        found: "there are \(table.rows.count) schools", remedy: "give at least 2, a row each")
    }
    var (schools, effects, errors): ([String], [Double], [Double]) = ([], [], [])
    for row in table.rows {
      let name = table.text(row, school)
      if let first = schools.firstIndex(of: name) {
        throw table.error(
          row, school, found: "school \"\(name)\" is on line \(table.line(ofRow: first)) already",
          remedy: "keep one of the two")
      }
      let size = try table.double(row, error)
      guard size > 0 else {
        throw table.error(
          row, error, found: "\(size) is no standard error", remedy: "give a positive number")
      }
      schools.append(name)
      effects.append(try table.double(row, effect))
      errors.append(size)
    }
    (self.schools, self.effects, self.errors) = (schools, effects, errors)
  }
}
