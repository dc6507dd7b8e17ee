import Foundation

extension String {
  /// The text without the blanks around it.
  var trimmed: String {
    // Most cells have no blanks, and Foundation takes microseconds to find that out.
    guard let first = utf8.first, let last = utf8.last else { return self }
    let visible: ClosedRange<UInt8> = 0x21...0x7e
    let isBare = visible.contains(first) && visible.contains(last)
    return isBare ? self : trimmingCharacters(in: .whitespaces)
  }
  var quoted: String { "\"\(self)\"" }
}
