import Foundation
import Tables

/// A JSON text with a checksum of its content: `{"sha256":"…","content":…}`.
///
/// A change of any byte is detected: the checksum is of the stored bytes, and the rest is fixed.
enum Sealed {
  /// The JSON text of a value, sealed: on one line, or laid out for people.
  static func text(_ content: Data, isIndented: Bool = false) throws(DataError) -> Data {
    let digest = try sha256(of: Array(content), of: "the content")
    let frame = Frame(isIndented: isIndented)
    return frame.opening + Data(digest.utf8) + frame.middle + content + frame.closing
  }

  /// The content of a sealed text, as it was given.
  ///
  /// - Returns: Nil if the text is not sealed, or has changed.
  static func content(of text: Data, isIndented: Bool = false) -> Data? {
    let frame = Frame(isIndented: isIndented)
    let start = frame.opening.count + 64 + frame.middle.count
    guard text.count >= start + frame.closing.count else { return nil }
    let bytes = [UInt8](text)
    let content = Array(bytes[start..<(bytes.count - frame.closing.count)])
    guard let digest = try? sha256(of: content, of: "the content"),
      bytes.starts(with: frame.opening + Data(digest.utf8) + frame.middle),
      bytes.suffix(frame.closing.count).elementsEqual(frame.closing)
    else { return nil }
    return Data(content)
  }

  private struct Frame {
    let opening, middle, closing: Data

    init(isIndented: Bool) {
      let (start, next, colon, end) =
        isIndented ? ("{\n  ", ",\n  ", " : ", "\n}\n") : ("{", ",", ":", "}")
      opening = Data("\(start)\"sha256\"\(colon)\"".utf8)
      middle = Data("\"\(next)\"content\"\(colon)".utf8)
      closing = Data(end.utf8)
    }
  }
}
