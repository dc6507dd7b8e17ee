import Testing

/// `Documentation/ComingFromNumPyro.md`: whole, and true as far as names go.
@Suite struct ComingFromNumPyroTests {
  private let rows: [Row]
  private let names: [String: [String]]

  init() throws {
    rows = Self.rows(of: try Repository.text("Documentation/ComingFromNumPyro.md"))
    names = Self.names(in: try Repository.text("Tests/Reference/numpyro_names.txt"))
  }

  @Test func everyPublicNameOfNumPyroHasARow() {
    #expect(names.values.joined().count > 250)
    for (module, names) in names {
      let told = Set(rows.filter { $0.module == module }.flatMap(\.theirs))
      for name in names where !told.contains(name) {
        Issue.record("\(module).\(name) has no row")
      }
    }
  }

  @Test func everyRowIsAboutANameOfNumPyro() {
    for row in rows {
      for name in row.theirs where names[row.module]?.contains(name) != true {
        Issue.record("\(row.module).\(name) is not in numpyro_names.txt")
      }
    }
  }

  @Test func everyNameOfOursIsDeclared() throws {
    let declared = try Declarations.public()
    #expect(declared.count > 500)
    for row in rows {
      for name in row.ours.flatMap({ $0.split(separator: ".").map(String.init) })
      where !declared.contains(name) {
        Issue.record("no public declaration of \(name), which stands for \(row.theirs)")
      }
    }
  }

  @Test func aNameWithoutCounterpartHasAReason() {
    for row in rows where row.ours.isEmpty && row.counterpart != "see above" {
      #expect(row.counterpart == "–" && row.difference.count > 4, "\(row.theirs)")
    }
  }

  private struct Row {
    let module: String
    let theirs, ours: [String]
    let counterpart, difference: String
  }

  /// The rows of the tables, each under the heading with its module.
  private static func rows(of page: String) -> [Row] {
    var rows: [Row] = []
    var module = ""
    for line in page.split(separator: "\n") {
      if line.hasPrefix("## ") { module = String(line.dropFirst(3)) }
      guard line.hasPrefix("| `") else { continue }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { String($0).trimmed }
      rows.append(
        Row(
          module: module, theirs: code(in: cells[1]), ours: code(in: cells[2]),
          counterpart: cells[2], difference: cells[3]))
    }
    return rows
  }

  private static func code(in cell: String) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  /// The names by module: a line `[module]`, then one name a line.
  private static func names(in list: String) -> [String: [String]] {
    var names: [String: [String]] = [:]
    var module = ""
    for line in list.split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        module = String(line.dropFirst().dropLast())
      } else {
        names[module, default: []].append(String(line))
      }
    }
    return names
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// What the sources of the libraries declare for others.
private enum Declarations {
  static func `public`() throws -> Set<String> {
    let declaration =
      /public (?:[a-z]+(?:\(set\))? )*(?:struct|enum|protocol|func|var|let|typealias) ([^\n=:({<]+)/
    var names: Set<String> = []
    for file in try Repository.sources(below: "Sources") {
      let text = try Repository.text(file)
      for match in text.matches(of: declaration) {
        // `public let location, scale: Tensor` declares two.
        for name in match.1.split(separator: ",") { names.insert(String(name).trimmed) }
      }
      names.formUnion(members(of: text))
    }
    return names
  }

  /// Cases of enumerations and requirements of protocols: as public as their type, without saying so.
  private static func members(of text: String) -> [String] {
    var members: [String] = []
    var isInside = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("public protocol") || line.hasPrefix("public enum") { isInside = true }
      if line == "}" { isInside = false }
      if isInside, let match = line.firstMatch(of: /^  (?:case|func|var) (\w+)/) {
        members.append(String(match.1))
      }
    }
    return members
  }
}
