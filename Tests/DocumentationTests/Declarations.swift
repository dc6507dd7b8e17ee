/// What the sources of the libraries declare for others.
enum Declarations {
  /// Types, functions and values by their names, members with the type before them: `Normal`, `Normal.mean`.
  static func `public`() throws -> Set<String> {
    try Repository.sources(below: "Sources").reduce(into: []) { names, file in
      names.formUnion(declared(in: try Repository.text(file)))
    }
  }

  /// The sources are formatted: what stands at the margin is declared in the file, what is two spaces in, in a type.
  private static func declared(in text: String) -> Set<String> {
    var names: Set<String> = []
    var owner: Owner?
    for line in text.split(separator: "\n") {
      let words = line.drop { $0 == " " }.split(separator: " ")
      let indent = line.prefix { $0 == " " }.count
      guard indent == 0 || indent == 2 && owner != nil,
        let kind = words.firstIndex(where: { kinds.contains($0) || $0 == "extension" }),
        kind + 1 < words.count
      else { continue }
      let isPublic = words[..<kind].contains("public")
      let declared = list(words[(kind + 1)...].joined(separator: " "))
      if indent == 0, !callables.contains(words[kind]) {
        owner = Owner(
          // `extension Model where Output == Tensor`
          name: String(declared[0].prefix { $0 != " " }),
          // Cases and requirements are as public as their type, without saying so.
          opensMembers: isPublic && ["enum", "protocol"].contains(words[kind]))
      }
      if indent == 0, isPublic { names.formUnion(declared) }
      if let owner, indent == 2, isPublic || owner.opensMembers {
        names.formUnion(declared.map { "\(owner.name).\($0)" })
      }
    }
    return names
  }

  private struct Owner {
    let name: String
    let opensMembers: Bool
  }

  private static let callables: Set<Substring> = ["func", "var", "let", "case", "typealias"]
  private static let kinds = callables.union(["struct", "class", "enum", "protocol"])

  /// The names before the first sign that ends them: `public let location, scale: Tensor` declares two.
  private static func list(_ text: String) -> [String] {
    text.prefix { !"=:({<".contains($0) }.split(separator: ",").map { String($0).trimmed }
  }
}

extension String {
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
