/// A parser that splits comma-separated text into records by RFC 4180, in one pass over the bytes.
///
/// Parsing bytes is safe: in UTF-8, no byte of a longer character equals a comma, a quote or a
/// line end.
struct CSVParser {
  /// One record: its cells, and the line on which it begins.
  struct Record {
    var line: Int
    var fields: [String]
  }

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// All records that are not blank.
  static func records(in bytes: [UInt8], file: String) throws(DataError) -> [Record] {
    try checkEncoding(bytes, file: file)
    var parser = CSVParser(bytes: bytes, file: file)
    var records: [Record] = []
    while parser.position < bytes.count {
      let record = try parser.nextRecord()
      let isBlank = record.fields.count == 1 && record.fields[0].trimmed.isEmpty
      if !isBlank { records.append(record) }
    }
    return records
  }

  private static func checkEncoding(_ bytes: [UInt8], file: String) throws(DataError) {
    if String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) { return }
    let valid = bytes.split(separator: newline, omittingEmptySubsequences: false)
      .prefix { String(validating: $0, as: UTF8.self) != nil && !$0.contains(0) }
    throw DataError(
      file: file, line: valid.count + 1, found: "the text is not UTF-8",
      remedy: "save the file as plain UTF-8 text")
  }

  private mutating func nextRecord() throws(DataError) -> Record {
    var record = Record(line: line, fields: [])
    while true {
      record.fields.append(try nextField())
      guard position < bytes.count, bytes[position] == comma else { break }
      position += 1
    }
    skipLineEnd()
    return record
  }

  private mutating func nextField() throws(DataError) -> String {
    if position < bytes.count, bytes[position] == quote { return try quotedField() }
    let start = position
    while position < bytes.count, !isEnd(bytes[position]) {
      if bytes[position] == quote {
        throw DataError(
          file: file, line: line, found: "a quote stands inside a cell that is not quoted",
          remedy: "put the whole cell in quotes and write the inner quote twice")
      }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws(DataError) -> String {
    let opening = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != quote {
        if byte == newline { line += 1 }
        content.append(byte)
      } else if position < bytes.count, bytes[position] == quote {
        content.append(quote)
        position += 1
      } else if position == bytes.count || isEnd(bytes[position]) {
        return String(decoding: content, as: UTF8.self)
      } else {
        throw DataError(
          file: file, line: line, found: "text follows the closing quote of a cell",
          remedy: "put the whole cell in quotes and write a quote inside it twice")
      }
    }
    throw DataError(
      file: file, line: opening, found: "a quote is opened and never closed",
      remedy: "close it, or write a quote that belongs to the text twice")
  }

  private mutating func skipLineEnd() {
    guard position < bytes.count else { return }
    let isPair =
      bytes[position] == carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == newline
    position += isPair ? 2 : 1
    line += 1
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == comma || byte == newline || byte == carriageReturn
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
