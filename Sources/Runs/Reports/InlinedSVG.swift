/// An SVG drawing as an element of a page.
///
/// Its identifiers get a prefix, so that those of several drawings differ; it has a label for readers of screens, and takes
/// the width of the page. Drawings that could run something, or load it from elsewhere, are refused.
struct InlinedSVG {
  /// The element as text.
  let text: String

  /// The element of a drawing; nil for a text that is none, or that could load or run something.
  ///
  /// - Parameters:
  ///   - svg: A file in SVG.
  ///   - prefix: The prefix of its identifiers.
  ///   - label: The label for readers of screens.
  init?(_ svg: String, prefix: String, label: String) {
    var reader = SVGReader(svg, prefix: prefix)
    guard let inner = reader.read(), let box = reader.viewBox else { return nil }
    text = """
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="\(box)" role="img" \
      aria-label="\(HTMLText.escaped(label))">\(inner)</svg>
      """
  }
}

/// One pass over the tags of an SVG file.
private struct SVGReader {
  private let bytes: [UInt8]
  private let prefix: String
  private var place = 0
  private(set) var viewBox: String?

  /// Elements whose content is left out: what gnuplot calls each curve.
  private static let omitted: Set = ["title", "desc", "metadata"]
  private static let forbidden: Set = [
    "script", "style", "foreignobject", "iframe", "object", "embed", "set", "animate", "a",
  ]

  init(_ svg: String, prefix: String) { (bytes, self.prefix) = (Array(svg.utf8), prefix) }

  /// The content of the outermost `svg` element; nil where the text is no drawing, or not a harmless one.
  mutating func read() -> String? {
    var result: [UInt8] = []
    var depth = 0
    while let open = next(UInt8(ascii: "<")) {
      if depth > 0 { result += bytes[place..<open] }
      place = open
      if matches("<!--") {
        guard skip(past: "-->") else { return nil }
        continue
      }
      if matches("<?") || matches("<!DOCTYPE svg") {
        guard depth == 0, skip(past: ">") else { return nil }
        continue
      }
      guard let tag = tag() else { return nil }
      if tag.name == "svg", depth == 0 {
        guard !tag.isClosing else { return nil }
        viewBox = Self.viewBox(of: tag)
      }
      if Self.omitted.contains(tag.name) {
        guard tag.isEmpty || skip(past: "</\(tag.name)>") else { return nil }
        continue
      }
      depth += tag.isClosing ? -1 : (tag.isEmpty ? 0 : 1)
      if depth == 0, tag.isClosing { return String(decoding: result, as: UTF8.self) }
      if !(tag.name == "svg" && depth == 1 && !tag.isClosing) {
        guard let text = tag.text(prefix: prefix) else { return nil }
        result += text.utf8
      }
    }
    return nil
  }

  private func next(_ byte: UInt8) -> Int? { bytes[place...].firstIndex(of: byte) }

  private func matches(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

  private mutating func skip(past text: String) -> Bool {
    while let found = next(text.utf8.first ?? 0) {
      place = found
      if matches(text) {
        place += text.utf8.count
        return true
      }
      place += 1
    }
    return false
  }

  /// A start, end or empty tag.
  struct Tag {
    var name = ""
    var isClosing = false
    var isEmpty = false
    var attributes: [(name: String, value: String)] = []

    /// The tag with prefixed identifiers; nil if it could load or run something.
    func text(prefix: String) -> String? {
      if isClosing { return "</\(name)>" }
      guard !SVGReader.forbidden.contains(name.lowercased()) else { return nil }
      var text = "<\(name)"
      for (name, value) in attributes {
        let lower = name.lowercased()
        guard !lower.hasPrefix("on"), !value.lowercased().contains("javascript:") else {
          return nil
        }
        var value = value
        if lower == "id" { value = "\(prefix)-\(value)" }
        if lower.hasSuffix("href") || lower == "src" {
          if value.hasPrefix("#") {
            value = "#\(prefix)-\(value.dropFirst())"
          } else if !value.hasPrefix("data:image/") {
            return nil
          }
        } else if let start = value.firstRange(of: "url(") {
          let reference = value[start.upperBound...].drop { "\"' ".contains($0) }
          guard reference.hasPrefix("#") else { return nil }
          value = value.replacing("url(#", with: "url(#\(prefix)-")
        }
        text += " \(name)=\"\(value.replacing("\"", with: "&quot;"))\""
      }
      return text + (isEmpty ? "/>" : ">")
    }
  }

  /// The tag at this place, after which the reader then is.
  private mutating func tag() -> Tag? {
    var tag = Tag()
    place += 1
    if place < bytes.count, bytes[place] == UInt8(ascii: "/") {
      tag.isClosing = true
      place += 1
    }
    tag.name = word()
    guard !tag.name.isEmpty else { return nil }
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: ">"):
        place += 1
        return tag
      case UInt8(ascii: "/"):
        tag.isEmpty = true
        place += 1
      case 9, 10, 13, 32: place += 1
      default:
        let name = word()
        while place < bytes.count, [9, 10, 13, 32, UInt8(ascii: "=")].contains(bytes[place]) {
          place += 1
        }
        guard !name.isEmpty, place < bytes.count, [34, 39].contains(bytes[place]) else {
          return nil
        }
        let quote = bytes[place]
        place += 1
        guard let end = next(quote) else { return nil }
        tag.attributes.append((name, String(decoding: bytes[place..<end], as: UTF8.self)))
        place = end + 1
      }
    }
    return nil
  }

  /// The letters, digits and signs of a name.
  private mutating func word() -> String {
    let start = place
    while place < bytes.count, !Self.ends.contains(bytes[place]) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private static let ends: Set<UInt8> = [9, 10, 13, 32, 34, 39, 47, 60, 61, 62]

  /// The box of the drawing: its own, or one of its width and height.
  private static func viewBox(of tag: Tag) -> String? {
    func value(_ name: String) -> String? { tag.attributes.first { $0.name == name }?.value }
    if let box = value("viewBox"), box.split(separator: " ").allSatisfy({ Double($0) != nil }) {
      return box
    }
    func number(_ name: String) -> Double? {
      value(name).flatMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
    }
    guard let width = number("width"), let height = number("height") else { return nil }
    return "0 0 \(width) \(height)"
  }
}
