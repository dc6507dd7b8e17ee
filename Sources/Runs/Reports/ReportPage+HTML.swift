import Foundation

extension ReportPage {
  /// The page as one HTML file: no script, no font and no picture from elsewhere.
  ///
  /// It is laid out for a telephone, a screen and A4 paper. Wide tables scroll inside boxes of their own. Drawings that would
  /// make the page longer than `mostBytes` are left out, and a sentence says so.
  ///
  /// - Reference: WHATWG, *HTML Living Standard*; W3C (2018), *Web Content Accessibility Guidelines 2.1*.
  public var html: String {
    var room = Self.mostBytes
    let body = sections.enumerated().map { place, section in
      let blocks = section.blocks.enumerated().map { number, block in
        let text = block.html(id: "s\(place + 1)-\(number + 1)", room: room)
        room -= text.utf8.count
        return text
      }
      let title = HTMLText.element(
        "h2", [("id", "s\(place + 1)")], HTMLText.escaped(section.title))
      return HTMLText.element(
        "section", [("aria-labelledby", "s\(place + 1)")],
        "\n\(title)\n\(blocks.joined(separator: "\n"))\n")
    }
    let contents = sections.enumerated().map { place, section in
      "<li><a href=\"#s\(place + 1)\">\(HTMLText.escaped(section.title))</a></li>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light">
      <title>\(HTMLText.escaped(title))</title>
      <style>
      \(ReportStyle.text)
      </style>
      </head>
      <body>
      <header>
      <h1>\(HTMLText.escaped(title))</h1>
      <nav aria-label="Sections"><ul>\(contents.joined())</ul></nav>
      </header>
      <main>
      \(body.joined(separator: "\n"))
      </main>
      <footer><p>\(HTMLText.escaped(footer))</p></footer>
      </body>
      </html>

      """
  }

  /// The largest length of a page in bytes: 4.8 MB, which a mail takes.
  static let mostBytes = 4_800_000
}

extension ReportBlock {
  /// The block as HTML.
  ///
  /// - Parameters:
  ///   - id: The identifier of the block in the page.
  ///   - room: The number of bytes that are left on the page.
  fileprivate func html(id: String, room: Int) -> String {
    switch self {
    case .paragraph(let text): "<p>\(HTMLText.escaped(text))</p>"
    case .list(let items):
      "<ul>" + items.map { "<li>\(HTMLText.escaped($0))</li>" }.joined() + "</ul>"
    case .verdict(let text, let isGood):
      HTMLText.element(
        "p", [("class", isGood ? "verdict good" : "verdict poor"), ("role", "status")],
        "<strong>\(isGood ? "Verdict" : "Caution")</strong> \(HTMLText.escaped(text))")
    case .printed(let text):
      HTMLText.element(
        "div",
        [
          ("class", "box"), ("role", "region"), ("aria-label", "Printed text"), ("tabindex", "0"),
        ],
        "<pre>\(HTMLText.escaped(text))</pre>")
    case .table(let table): table.html(id: id)
    case .figure(let figure): figure.html(id: id, room: room)
    }
  }
}

extension ReportTable {
  fileprivate func html(id: String) -> String {
    let alignment = isNumeric
    func cells(_ row: [String]) -> String {
      row.enumerated().map { column, text in
        let inner = HTMLText.escaped(text)
        // Short names are not broken at their hyphens.
        let style =
          alignment[column] && column > 0 ? " class=\"n\"" : text.count <= 24 ? " class=\"s\"" : ""
        return column == 0
          ? "<th scope=\"row\"\(style)>\(inner)</th>" : "<td\(style)>\(inner)</td>"
      }.joined()
    }
    let names = header.enumerated().map { column, name in
      HTMLText.element(
        "th", [("scope", "col")] + (alignment[column] && column > 0 ? [("class", "n")] : []),
        HTMLText.escaped(name))
    }.joined()
    let body = rows.map { "<tr>\(cells($0))</tr>" }.joined(separator: "\n")
    let table = """
      <table>
      <caption id="\(id)">\(HTMLText.escaped(caption))</caption>
      <thead><tr>\(names)</tr></thead>
      <tbody>
      \(body)
      </tbody>
      </table>
      """
    let box = HTMLText.element(
      "div",
      [("class", "box"), ("role", "region"), ("aria-labelledby", id), ("tabindex", "0")], table)
    return note.isEmpty ? box : box + "\n<p class=\"note\">\(HTMLText.escaped(note))</p>"
  }
}

extension ReportFigure {
  fileprivate func html(id: String, room: Int) -> String {
    let words = HTMLText.element(
      "figcaption", [("id", id)],
      "<strong>\(HTMLText.escaped(title))</strong> \(HTMLText.escaped(caption))")
    func missing(_ reason: String) -> String {
      HTMLText.element(
        "figure", [], "<p class=\"note\">\(HTMLText.escaped(reason))</p>\(words)")
    }
    guard let svg else {
      let reason = problem ?? "gnuplot is not installed where the report was made."
      return missing("Not drawn: \(reason)")
    }
    guard let drawing = InlinedSVG(svg, prefix: id, label: title) else {
      return missing("Not drawn: \(name).svg is no drawing that can be shown here.")
    }
    guard drawing.text.utf8.count + words.utf8.count < room else {
      return missing(
        "Left out, since the page would be too long to send: \(name).svg has the drawing.")
    }
    return HTMLText.element("figure", [], "\(drawing.text)\n\(words)")
  }
}
