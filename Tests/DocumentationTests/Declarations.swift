/// What the sources of the libraries declare for others.
enum Declarations {
  static func `public`() throws -> Set<String> {
    let declaration =
      /public (?:[a-z]+(?:\(set\))? )*(?:struct|class|enum|protocol|func|var|let|typealias) ([^\n=:({<]+)/
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

extension String {
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
