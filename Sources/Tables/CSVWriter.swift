import Preconditions

/// A writer of comma-separated text that reads back to the same values.
///
///     var csv = CSVWriter(header: ["station", "year", "tmax"])
///     csv.append(["0016A", 1985, 34.2])
///     csv.text  // "station,year,tmax\n0016A,1985,34.2\n"
///
/// Numbers are written with the fewest digits that give the same `Double` again; lines end with a
/// newline. A number that is not finite becomes `inf`, `-inf` or `nan`; `CSVTable` refuses the first two
/// and reads `nan` as missing.
public struct CSVWriter: Sendable {
  /// A cell, which may be written as a literal.
  public enum Cell: Sendable, Equatable {
    /// Text, quoted where it must be.
    case text(String)
    /// A number, with the fewest digits that give the same `Double` back.
    case number(Double)
    /// A whole number.
    case integer(Int)
    /// An empty cell.
    case missing
  }

  /// The text of the header and of all rows so far.
  public private(set) var text = ""

  private let width: Int

  /// A table of these columns and no rows.
  public init(header: [String]) {
    width = header.count
    append(header.map(Cell.text))
  }

  /// Adds a row.
  ///
  /// - Precondition: It has as many cells as the header.
  public mutating func append(_ row: [Cell]) {
    require(
      row.count == width, "CSVWriter: a row of \(row.count) cells under a header of \(width)")
    text += row.map(\.written).joined(separator: ",") + "\n"
  }
}

extension CSVWriter.Cell {
  /// A number, or a missing value where it is nil.
  public static func optional(_ value: Double?) -> Self { value.map(Self.number) ?? .missing }

  fileprivate var written: String {
    switch self {
    case .text(let text): text.quotedWhereNeeded
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .missing: ""
    }
  }
}

extension CSVWriter.Cell: ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension String {
  fileprivate var quotedWhereNeeded: String {
    let needsQuotes = unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    return needsQuotes ? "\"\(replacing("\"", with: "\"\""))\"" : self
  }
}
