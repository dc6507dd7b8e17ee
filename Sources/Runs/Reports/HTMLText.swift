/// HTML of text: characters with a meaning in HTML are escaped.
package enum HTMLText {
  /// The text with `&`, `<`, `>` and both quotes as entities, and without the control characters that HTML forbids.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || (127...159).contains(scalar.value): result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An element with attributes, whose values are escaped, and inner HTML, which is not.
  static func element(
    _ name: String, _ attributes: [(String, String)] = [], _ inner: String
  ) -> String {
    let written = attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
    return "<\(name)\(written)>\(inner)</\(name)>"
  }
}
