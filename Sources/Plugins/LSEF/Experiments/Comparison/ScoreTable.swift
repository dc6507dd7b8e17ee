import Foundation
import Runs

/// A printed table of scores: names to the left, numbers with four decimals to the right.
struct ScoreTable: CustomStringConvertible {
  private var table: TextTable

  /// A table of these columns and no rows.
  ///
  /// - Parameters:
  ///   - names: The heading of the first column.
  ///   - columns: The headings of the others.
  init(_ names: String, _ columns: String...) {
    table = TextTable([.leading(10)] + Array(repeating: .trailing(11), count: columns.count))
    table.append([names] + columns)
  }

  /// Adds a row, with a dash for a number that is nil.
  mutating func append(_ name: String, _ numbers: Double?...) {
    table.append([name] + numbers.map { $0.map { String(format: "%.4f", $0) } ?? "-" })
  }

  var description: String { table.description }
}
