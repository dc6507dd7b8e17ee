import Preconditions

/// A table of a report: a caption, names of columns, and rows of text.
public struct ReportTable: Sendable, Equatable {
  /// The caption, a few words.
  public let caption: String
  /// The names of the columns.
  public let header: [String]
  /// The rows, each with a text for every column.
  public private(set) var rows: [[String]]
  /// The sentence below the table, such as how many rows were left out; empty if there is none.
  public private(set) var note = ""

  /// A table of these rows, short ones filled up with empty cells.
  ///
  /// - Parameters:
  ///   - caption: The caption, a few words.
  ///   - header: The names of the columns.
  ///   - rows: The rows, each with at most as many texts as there are columns.
  /// - Precondition: No row has more cells than there are columns.
  public init(_ caption: String, header: [String], rows: [[String]]) {
    for row in rows {
      require(
        row.count <= header.count,
        "ReportTable: a row of \(row.count) cells in a table of \(header.count) columns")
    }
    (self.caption, self.header) = (caption, header)
    self.rows = rows.map { $0 + Array(repeating: "", count: header.count - $0.count) }
  }

  /// The table of a printed one, whose first row has the names of its columns; lines in no column become the note.
  ///
  /// - Parameters:
  ///   - caption: The caption, a few words.
  ///   - text: The printed table, with a row at least.
  /// - Precondition: There is a row.
  public init(_ caption: String, _ text: TextTable) {
    let rows = text.rows
    require(!rows.isEmpty, "ReportTable: the printed table \"\(caption)\" has no row")
    let width = rows.map(\.count).max() ?? 0
    self.init(
      caption, header: rows[0] + Array(repeating: "", count: width - rows[0].count),
      rows: Array(rows.dropFirst()))
    note = text.loneLines.joined(separator: " ")
  }

  /// The table without the rows after the first ones, and a note that tells where they are.
  ///
  /// - Parameters:
  ///   - count: The number of rows that are kept.
  ///   - place: The file with all rows, or another place.
  public func first(_ count: Int, allIn place: String) -> ReportTable {
    guard rows.count > count else { return self }
    var table = self
    table.rows = Array(rows.prefix(count))
    let left = "The first \(count) of \(rows.count) rows; all are in \(place)."
    table.note = [note, left].filter { !$0.isEmpty }.joined(separator: " ")
    return table
  }

  /// Whether each column holds numbers, which are aligned at the right.
  var isNumeric: [Bool] {
    header.indices.map { column in
      let cells = rows.map { $0[column] }.filter { !["", "-", "–"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy(Self.isNumber)
    }
  }

  /// Whether a text is a number, perhaps with a unit or a percent sign, or an interval as in "1.2 to 1.5".
  private static func isNumber(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard let first = words.first, Double(first) != nil else { return false }
    return words.count <= 2 || words.count == 3 && words[1] == "to" && Double(words[2]) != nil
  }
}
