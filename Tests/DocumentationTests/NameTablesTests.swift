import Testing

/// The pages for those who come from elsewhere: whole, and true as far as names go.
@Suite struct NameTablesTests {
  enum Origin: String, CaseIterable {
    case numPyro = "NumPyro"
    case dapper = "DAPPER"

    /// At least so many names are in its list.
    var nameCount: Int { self == .numPyro ? 250 : 80 }
    fileprivate var rows: [Row] {
      get throws {
        NameTablesTests.rows(of: try Repository.text("Documentation/ComingFrom\(rawValue).md"))
      }
    }
    /// Models of NumPyro are written with JAX's arrays.
    private var origins: [String] { self == .numPyro ? ["numpyro", "jax"] : ["dapper"] }
    fileprivate var list: String {
      origins.map { "\($0)_names.txt" }.joined(separator: " and ")
    }
    fileprivate var names: [String: [String]] {
      get throws {
        try origins.reduce(into: [:]) { names, origin in
          let list = try Repository.text("Tests/Reference/\(origin)_names.txt")
          names.merge(NameTablesTests.names(in: list)) { $0 + $1 }
        }
      }
    }
  }

  @Test(arguments: Origin.allCases) func everyPublicNameHasARow(_ origin: Origin) throws {
    let (rows, names) = (try origin.rows, try origin.names)
    #expect(names.values.joined().count > origin.nameCount)
    for (module, names) in names {
      let told = Set(rows.filter { $0.module == module }.flatMap(\.theirs))
      for name in names where !told.contains(name) {
        Issue.record("\(module).\(name) has no row")
      }
    }
  }

  @Test(arguments: Origin.allCases) func everyRowIsAboutANameOfTheirs(_ origin: Origin) throws {
    let names = try origin.names
    for row in try origin.rows {
      for name in row.theirs where names[row.module]?.contains(name) != true {
        Issue.record("\(row.module).\(name) is not in \(origin.list)")
      }
    }
  }

  @Test(arguments: Origin.allCases) func everyNameOfOursIsDeclared(_ origin: Origin) throws {
    let declared = try Declarations.public()
    #expect(declared.count > 500)
    for row in try origin.rows {
      for name in row.ours where !declared.contains(name) {
        Issue.record("no public declaration of \(name), which stands for \(row.theirs)")
      }
    }
  }

  @Test(arguments: Origin.allCases) func aNameWithoutCounterpartHasAReason(_ origin: Origin) throws
  {
    for row in try origin.rows where row.ours.isEmpty && row.counterpart != "see above" {
      let word = row.module == "jax.numpy" ? "absent" : "–"
      #expect(row.counterpart == word && row.difference.count > 4, "\(row.theirs)")
    }
  }

  fileprivate struct Row {
    let module: String
    let theirs, ours: [String]
    let counterpart, difference: String
  }

  /// The rows of the tables, each under the heading with its module.
  fileprivate static func rows(of page: String) -> [Row] {
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

  fileprivate static func code(in cell: String) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  /// The names by module: a line `[module]`, then one name a line.
  fileprivate static func names(in list: String) -> [String: [String]] {
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
