import Foundation

/// A table for people: names to the left, numbers with four decimals to the right.
struct ScoreTable: CustomStringConvertible {
  private var lines: [String]

  /// - Parameters:
  ///   - names: The head of the first column.
  ///   - columns: The heads of the others.
  init(_ names: String, _ columns: String...) { lines = [Self.line(names, columns)] }

  /// A row, with a dash for numbers that there are not.
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
