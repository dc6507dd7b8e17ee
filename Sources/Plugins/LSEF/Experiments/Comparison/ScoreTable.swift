import Foundation

/// A printed table of scores: names to the left, numbers with four decimals to the right.
struct ScoreTable: CustomStringConvertible {
  private var lines: [String]

  /// A table of these columns and no rows.
  ///
  /// - Parameters:
  ///   - names: The heading of the first column.
  ///   - columns: The headings of the others.
  init(_ names: String, _ columns: String...) { lines = [Self.line(names, columns)] }

  /// Adds a row, with a dash for a number that is nil.
  mutating func append(_ name: String, _ numbers: Double?...) {
    lines.append(
      Self.line(name, numbers.map { $0.map { String(format: "%.4f", $0) } ?? "-" }))
  }

  var description: String { lines.joined(separator: "\n") }

  private static func line(_ name: String, _ cells: [String]) -> String {
    name.padding(toLength: max(10, name.count), withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
  }
}
