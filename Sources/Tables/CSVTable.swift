import Foundation
import Preconditions

/// A table read from comma-separated text: a header of column names, and rows of cells.
///
///     let table = try CSVTable(contentsOf: folder.appending(path: "gmst.csv"))
///     let year = try table.requireColumn("year")
///     let first = try table.int(0, year)
///
/// Cells are text until they are read by type; a cell of another type is then an error that names
/// the file, the line and the column. An empty cell, `NA`, and `nan` in any case are missing values.
/// Every row has as many cells as the header; blank lines are skipped; no two columns have the same
/// name.
///
/// - Reference: Shafranovich (2005), *RFC 4180*; a UTF-8 byte order mark and any of the three line
///   ends are accepted too.
public struct CSVTable: Sendable, Equatable {
  /// A column of one table, found by its name.
  public struct Column: Sendable, Hashable {
    /// The column's place in the header, counted from 0.
    public let index: Int
    /// The column's name in the header.
    public let name: String
  }

  /// The path of the file, as it was given; errors name it.
  public let file: String

  /// The columns, in the order of the file.
  public let header: [Column]

  /// Whether a line break ends the last line; text that was cut off has none, though whole files
  /// may lack it too.
  public let endsInLineBreak: Bool

  private let headerLine: Int
  private let cells: [[String]]
  private let lines: [Int]

  /// Reads a file.
  ///
  /// - Throws: When it cannot be read, is empty, is not UTF-8, breaks the quoting rules, has a row of
  ///   another length than the header, or two columns of one name.
  public init(contentsOf url: URL) throws(DataError) {
    try self.init(parsing: readBytes(of: url), file: url.relativePath)
  }

  /// Reads text that is already in memory.
  ///
  /// - Throws: As `init(contentsOf:)`.
  public init(parsing text: String, file: String) throws(DataError) {
    try self.init(parsing: Array(text.utf8), file: file)
  }

  /// A table that a reader of another format has made; errors name the file and the lines that its rows come from.
  ///
  /// - Parameters:
  ///   - header: The names of the columns.
  ///   - rows: The cells, one for each column.
  ///   - lines: The line of each row in the file, counted from 1; 0 for a file without lines.
  ///   - file: The path of the file.
  /// - Precondition: Rows have one cell for each column, and there are as many lines as rows.
  public init(header: [String], rows: [[String]], lines: [Int], file: String) {
    require(
      lines.count == rows.count && rows.allSatisfy { $0.count == header.count },
      "CSVTable: rows of \(file) do not have the \(header.count) cells of the header, or no line")
    self.file = file
    self.header = header.enumerated().map { Column(index: $0.offset, name: $0.element) }
    (headerLine, endsInLineBreak) = (1, true)
    (cells, self.lines) = (rows, lines)
  }

  init(parsing bytes: [UInt8], file: String) throws(DataError) {
    var records = try CSVParser.records(in: bytes, file: file)
    guard !records.isEmpty else {
      throw DataError(
        file: file, found: "the file is empty",
        remedy: "it needs a header line with the names of the columns and a line for each row")
    }
    let first = records.removeFirst()
    let names = first.fields.map(\.trimmed)
    try Self.checkHeader(names, line: first.line, file: file)
    for record in records where record.fields.count != names.count {
      throw DataError(
        file: file, line: record.line,
        found: "the row has \(record.fields.count) cells, but the header has \(names.count)",
        remedy: "give every row one cell a column, and quote cells that hold a comma")
    }
    self.file = file
    endsInLineBreak = bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r")
    header = names.enumerated().map { Column(index: $0.offset, name: $0.element) }
    headerLine = first.line
    cells = records.map(\.fields)
    lines = records.map(\.line)
  }

  private static func checkHeader(
    _ names: [String], line: Int, file: String
  ) throws(DataError) {
    if names.count == 1, names[0].contains(where: { $0 == ";" || $0 == "\t" }) {
      let separator = names[0].contains(";") ? "semicolons" : "tabs"
      throw DataError(
        file: file, line: line, found: "the columns seem to be separated by \(separator)",
        remedy: "save the table with commas between the columns and \".\" in decimal numbers")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw DataError(
        file: file, line: line, found: "two columns are called \"\(name)\"",
        remedy: "give every column a name of its own")
    }
  }
}

// MARK: - Columns and rows

extension CSVTable {
  /// The numbers of the rows below the header, counted from 0.
  public var rows: Range<Int> { cells.indices }

  /// The line of the file on which a row begins, counted from 1.
  public func line(ofRow row: Int) -> Int { lines[row] }

  /// The first column with one of the names, in the order of `names`; nil if there is none.
  ///
  /// A name in the same case is preferred to one that differs in case.
  public func column(_ names: String...) -> Column? { column(anyOf: names) }

  /// The first column with one of the names in a list; nil if there is none.
  public func column(anyOf names: [String]) -> Column? {
    for name in names {
      if let column = header.first(where: { $0.name == name }) { return column }
      let lowercased = name.lowercased()
      if let column = header.first(where: { $0.name.lowercased() == lowercased }) {
        return column
      }
    }
    return nil
  }

  /// The first column with one of the names, which must exist.
  public func requireColumn(_ names: String...) throws(DataError) -> Column {
    if let column = column(anyOf: names) { return column }
    throw error(
      found: "there is no column \(names.map(\.quoted).joined(separator: " or "))",
      remedy: "add it to the header, which has \(listedHeader)")
  }

  private var listedHeader: String {
    let shown = header.prefix(8).map(\.name.quoted).joined(separator: ", ")
    return header.count > 8 ? "\(shown) and \(header.count - 8) more" : shown
  }
}

// MARK: - Cells by type

extension CSVTable {
  /// A cell as text, without the blanks around it.
  public func text(_ row: Int, _ column: Column) -> String { cells[row][column.index].trimmed }

  /// Whether a cell is empty, `NA`, or `nan` in any case.
  public func isMissing(_ row: Int, _ column: Column) -> Bool { isMissing(text(row, column)) }

  private func isMissing(_ text: String) -> Bool {
    text.isEmpty || text == "NA" || text.utf8.count == 3 && text.lowercased() == "nan"
  }

  /// A cell as a finite number.
  ///
  /// - Throws: When it is missing or not a finite decimal number.
  public func double(_ row: Int, _ column: Column) throws(DataError) -> Double {
    let text = text(row, column)
    guard !isMissing(text) else {
      throw error(
        row, column,
        found: text.isEmpty ? "the cell is empty" : "\(text.quoted) is a missing value",
        remedy: "give a decimal number, as in 12.5")
    }
    return try number(text, row, column, orElse: ", as in 12.5")
  }

  /// A cell as a finite number, nil where it is missing.
  ///
  /// - Throws: When it is neither missing nor a finite decimal number; "inf" is refused.
  public func optionalDouble(_ row: Int, _ column: Column) throws(DataError) -> Double? {
    let text = text(row, column)
    if isMissing(text) { return nil }
    return try number(text, row, column, orElse: " or leave the cell empty for a missing value")
  }

  /// A cell's text as a finite number.
  ///
  /// - Parameter other: The end of the remedy: only a value that may be missing can be left out.
  private func number(
    _ text: String, _ row: Int, _ column: Column, orElse other: String
  ) throws(DataError) -> Double {
    // `Double` reads hexadecimal numbers, which are mistakes in a table.
    let isHexadecimal = text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") }
    guard let value = Double(text), !isHexadecimal else {
      throw error(
        row, column, found: "\(text.quoted) is not a number",
        remedy: "give a decimal number with \".\"" + other)
    }
    guard value.isFinite else {
      throw error(
        row, column, found: "\(text.quoted) is not a finite number",
        remedy: "give a decimal number" + (other.hasPrefix(",") ? other : "," + other))
    }
    return value
  }

  /// A cell as an integer.
  ///
  /// - Throws: When it is missing or not an integer, such as "1985.0".
  public func int(_ row: Int, _ column: Column) throws(DataError) -> Int {
    let text = text(row, column)
    if let value = Int(text) { return value }
    throw error(
      row, column, found: text.isEmpty ? "the cell is empty" : "\(text.quoted) is not an integer",
      remedy: "give a whole number, as in 1985")
  }

  /// An error at a cell, for a flaw that only the reader of the table can know.
  public func error(
    _ row: Int, _ column: Column? = nil, found: String, remedy: String
  ) -> DataError {
    DataError(
      file: file, line: lines[row], column: column?.name, found: found, remedy: remedy)
  }

  /// An error in the header, at the name of a column.
  public func error(inHeader column: Column, found: String, remedy: String) -> DataError {
    DataError(file: file, line: headerLine, column: column.name, found: found, remedy: remedy)
  }

  /// An error of the table as a whole.
  public func error(found: String, remedy: String) -> DataError {
    DataError(file: file, found: found, remedy: remedy)
  }
}
