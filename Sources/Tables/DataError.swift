/// An error in data that were read: its place, what was found there, and the remedy.
///
///     maxima.csv, line 14, column "tmax": "3a.5" is not a number; give a decimal number with "."
///     or leave the cell empty for a missing value.
public struct DataError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The flag at fault with its value, or several joined by "and"; nil where the file is at fault.
  public var flag: String?

  /// The file, by its path as it was given.
  public var file: String

  /// The line in the file, counted from 1 with the header; nil where there is none.
  public var line: Int?

  /// The column's name in the header.
  public var column: String?

  /// The fault at that place, as the first half of a sentence.
  public var found: String

  /// The remedy, as the second half of the sentence, without a full stop.
  public var remedy: String

  /// An error at a place of a file; line 0, that of files without lines, is left out.
  public init(
    flag: String? = nil, file: String, line: Int? = nil, column: String? = nil, found: String,
    remedy: String
  ) {
    self.flag = flag
    self.file = file
    self.line = line == 0 ? nil : line
    self.column = column
    self.found = found
    self.remedy = remedy
  }

  public var description: String {
    var place = flag.map { "\($0): \(file)" } ?? file
    if let line { place += ", line \(line)" }
    if let column { place += ", column \"\(column)\"" }
    return "\(place): \(found); \(remedy)."
  }
}
