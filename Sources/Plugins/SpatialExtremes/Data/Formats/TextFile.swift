import Foundation
import Tables

/// A text file as lines, for formats that are no plain tables; bytes that are not UTF-8 are read as Latin-1.
struct TextFile {
  /// The path as it was given; errors name it.
  let file: String
  /// The lines without their ends.
  let lines: [Substring]

  init(_ url: URL) throws(DataError) {
    file = url.relativePath
    let bytes = try readBytes(of: url)
    let text =
      String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
  }

  /// An error at a line, counted from 1.
  func error(_ line: Int? = nil, column: String? = nil, _ found: String, _ remedy: String)
    -> DataError
  {
    DataError(file: file, line: line, column: column, found: found, remedy: remedy)
  }

  /// The first bytes of a file as text, for telling formats apart; empty where it cannot be read.
  static func head(of url: URL, bytes: Int = 4096) -> (bytes: [UInt8], text: String) {
    guard let handle = try? FileHandle(forReadingFrom: url) else { return ([], "") }
    defer { try? handle.close() }
    let read = [UInt8]((try? handle.read(upToCount: bytes)) ?? Data())
    return (read, String(decoding: read, as: UTF8.self))
  }
}

extension Substring {
  /// The text without the blanks around it.
  var stripped: String { trimmingCharacters(in: .whitespaces) }

  /// The cells between commas, without the blanks around them.
  var cells: [String] {
    split(separator: ",", omittingEmptySubsequences: false).map(\.stripped)
  }
}
