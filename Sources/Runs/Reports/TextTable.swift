import Preconditions

/// A printed table of aligned columns, in a font of constant width.
///
///     var table = TextTable([.leading(14), .trailing(10), .trailing(10)])
///     table.append(["", "mean", "sd"])
///     table.append(["mu", "4.5800", "3.2900"])
///     print(table)
///
/// No text is truncated: a cell that is longer than its column moves the rest of its row to the right.
public struct TextTable: Sendable, CustomStringConvertible {
  /// The alignment and the width of a column.
  public struct Column: Sendable, Equatable {
    /// The width in characters; nil for that of the longest cell.
    let width: Int?
    let isLeading: Bool

    /// A column of text that begins at the column's left edge.
    ///
    /// - Parameter width: The width in characters; that of the longest cell if nil.
    public static func leading(_ width: Int? = nil) -> Column {
      Column(width: width, isLeading: true)
    }

    /// A column of text that ends at the column's right edge, a space or more after the column before it.
    ///
    /// - Parameter width: The width with that space, in characters; that of the longest cell if nil.
    public static func trailing(_ width: Int? = nil) -> Column {
      Column(width: width, isLeading: false)
    }
  }

  private enum Line {
    case cells([String])
    case text(String)
  }

  private let columns: [Column]
  private let gap: String
  private var content: [Line] = []

  /// A table of these columns and no rows.
  ///
  /// - Parameters:
  ///   - columns: The columns, from left to right.
  ///   - gap: The number of spaces between columns.
  public init(_ columns: [Column], gap: Int = 0) {
    (self.columns, self.gap) = (columns, String(repeating: " ", count: gap))
  }

  /// Adds a row.
  ///
  /// - Parameter cells: A text for each column, or for the first columns only.
  /// - Precondition: There are no more cells than columns.
  public mutating func append(_ cells: [String]) {
    require(
      cells.count <= columns.count,
      "TextTable: a row of \(cells.count) cells in a table of \(columns.count) columns")
    content.append(.cells(cells))
  }

  /// Adds a line of text that is in no column.
  public mutating func append(line text: String) { content.append(.text(text)) }

  /// The cells of each row.
  public var rows: [[String]] {
    content.compactMap { line in
      if case .cells(let cells) = line { cells } else { nil }
    }
  }

  /// The lines that are in no column, those without text left out.
  public var loneLines: [String] {
    content.compactMap { line in
      if case .text(let text) = line, !text.isEmpty { text } else { nil }
    }
  }

  /// The lines of the table, rows without blanks at their ends.
  public var lines: [String] {
    let widths = columns.indices.map { columns[$0].width ?? longest(in: $0) }
    return content.map { line in
      switch line {
      case .text(let text): text
      case .cells(let cells): row(cells, widths)
      }
    }
  }

  private func row(_ cells: [String], _ widths: [Int]) -> String {
    let texts = cells.enumerated().map { place, cell in
      let isLeading = columns[place].isLeading
      let blanks = String(repeating: " ", count: max(isLeading ? 0 : 1, widths[place] - cell.count))
      return isLeading ? cell + blanks : blanks + cell
    }
    let row = texts.joined(separator: gap)
    return String(row.prefix(row.count - row.reversed().prefix { $0 == " " }.count))
  }

  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }

  private func longest(in column: Int) -> Int {
    content.reduce(0) { width, line in
      guard case .cells(let cells) = line, cells.indices.contains(column) else { return width }
      return max(width, cells[column].count + (columns[column].isLeading ? 0 : 1))
    }
  }
}
