import Foundation
import Testing

/// What pages and comments point at is there.
@Suite struct LinkTests {
  @Test func everyLinkBetweenPagesLeadsToAFile() throws {
    var count = 0
    for page in try Repository.files(endingIn: ".md") {
      let folder = Repository.root.appending(path: page).deletingLastPathComponent()
      for link in links(of: try Repository.text(page)) {
        let path = link.prefix { $0 != "#" }
        let file = folder.appending(path: path)
        let isThere = FileManager.default.fileExists(atPath: file.standardizedFileURL.path)
        #expect(isThere, "\(page) links to \(link)")
        count += 1
      }
    }
    #expect(count > 10)
  }

  /// `lsef.md` 9.5 in a comment is a section of the page in `Documentation/Mathematics`.
  @Test(arguments: ["lsef.md", "gev-multiplicative.md"])
  func everySectionThatIsCitedIsThere(page: String) throws {
    let text = try Repository.text("Documentation/Mathematics/\(page)")
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("##") }
      .compactMap { $0.split(separator: " ").dropFirst().first }
    // "## 9." and "### 9.5"
    let sections = Set(headings.map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) })
    #expect(sections.count > 15)
    for file in try Repository.files(endingIn: ".swift") + Repository.files(endingIn: ".md") {
      for section in cited(page, in: try Repository.text(file)) where !sections.contains(section) {
        Issue.record("\(file) cites \(page) \(section)")
      }
    }
    #expect(cited("lsef.md", in: "/// `lsef.md` 0.4, row 8, and 8.3.") == ["0.4"])
  }

  /// The targets of `[text](target)` outside code that are no web addresses.
  private func links(of page: String) -> [String] {
    var isCode = false
    return page.split(separator: "\n").flatMap { line -> [String] in
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.contains("](") else { return [] }
      return line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
        .filter { !$0.contains("://") && !$0.hasPrefix("#") }
    }
  }

  /// The first section of each citation.
  private func cited(_ page: String, in text: String) -> [String] {
    text.split(separator: "`\(page)` ").dropFirst().compactMap { rest in
      rest.prefixMatch(of: /\d+(\.\d+)?/).map { String($0.0) }
    }
  }
}
