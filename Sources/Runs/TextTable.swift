import Foundation

/// A printed table of aligned columns, in a font of constant width.
///
///     var table = TextTable([.leading(14), .trailing(10), .trailing(10)])
///     table.append(["", "mean", "sd"])
///     table.append(["mu", "4.5800", "3.2900"])
///     print(table)
///
/// A column is as wide as its longest cell needs, and at least as wide as it says. No text is cut off.
public struct TextTable: Sendable, CustomStringConvertible {
  /// The alignment and the minimum width of a column.
  public struct Column: Sendable, Equatable {
    let width: Int
    let isLeading: Bool

    /// A column of text that begins at the column's left edge.
    ///
    /// - Parameter width: The minimum width, in characters.
    public static func leading(_ width: Int = 0) -> Column { Column(width: width, isLeading: true) }

    /// A column of text that ends at the column's right edge, a space or more after the column before it.
    ///
    /// - Parameter width: The minimum width with that space, in characters.
    public static func trailing(_ width: Int = 0) -> Column {
      Column(width: width, isLeading: false)
    }
  }

  private enum Line {
    case cells([String])
    case text(String)
  }

  private let columns: [Column]
  private let gap: Int
  private var content: [Line] = []

  /// A table of these columns and no rows.
  ///
  /// - Parameters:
  ///   - columns: The columns, from left to right; a row may have fewer cells.
  ///   - gap: The number of spaces between columns.
  public init(_ columns: [Column], gap: Int = 0) { (self.columns, self.gap) = (columns, gap) }

  /// Adds a row.
  ///
  /// - Parameter cells: A text for each column, or for the first columns only; cells beyond the columns are left out.
  public mutating func append(_ cells: [String]) { content.append(.cells(cells)) }

  /// Adds a line of text that is in no column.
  public mutating func append(line text: String) { content.append(.text(text)) }

  /// The lines of the table, without blanks at their ends.
  public var lines: [String] {
    let widths = columns.indices.map { column in
      content.reduce(columns[column].width) { max($0, needed(by: $1, in: column)) }
    }
    return content.map { line in
      switch line {
      case .text(let text): text
      case .cells(let cells):
        zip(zip(columns, widths), cells).map { column, cell in
          let blanks = String(repeating: " ", count: column.1 - cell.count)
          return column.0.isLeading ? cell + blanks : blanks + cell
        }.joined(separator: String(repeating: " ", count: gap)).trimmingTrailingBlanks
      }
    }
  }

  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }

  private func needed(by line: Line, in column: Int) -> Int {
    guard case .cells(let cells) = line, cells.indices.contains(column) else { return 0 }
    return cells[column].count + (columns[column].isLeading ? 0 : 1)
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    String(prefix(count - reversed().prefix { $0 == " " }.count))
  }
}
