import Foundation

/// The files of this package, as they lie in its folder.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file, named from the root of the package.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The Swift files below a folder, in order.
  static func sources(below folder: String) throws -> [String] {
    try files(endingIn: ".swift", below: folder)
  }

  /// The files with this ending in the folders of the package, in order; not what builds leave.
  static func files(endingIn ending: String) throws -> [String] {
    let top = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    return try top.filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      if name.hasSuffix(ending) { return [name] }
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: root.appending(path: name).path, isDirectory: &isFolder)
      return isFolder.boolValue ? try files(endingIn: ending, below: name) : []
    }
  }

  private static func files(endingIn ending: String, below folder: String) throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: root.appending(path: folder).path)
    let own = names.filter { path in
      path.hasSuffix(ending) && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    return own.sorted().map { "\(folder)/\($0)" }
  }
}

/// The blocks of a Markdown page that are fenced and marked as `language`, in order.
func blocks(_ language: String, of page: String) -> [String] {
  var blocks: [String] = []
  var open: (language: Substring, lines: [Substring])?
  for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
    if let block = open {
      if line == "```" {
        if block.language == language { blocks.append(block.lines.joined(separator: "\n")) }
        open = nil
      } else {
        open?.lines.append(line)
      }
    } else if line.hasPrefix("```") {
      open = (line.dropFirst(3), [])
    }
  }
  return blocks
}

/// The parts of a source between the lines `// [` and `// ]`, moved to the margin.
func snippets(of source: String) -> [String] {
  var snippets: [String] = []
  var open: (indent: Int, lines: [Substring])?
  for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
    let indent = line.prefix { $0 == " " }.count
    switch (open, line.dropFirst(indent)) {
    case (nil, "// ["): open = (indent, [])
    case (let snippet?, "// ]"):
      snippets.append(snippet.lines.joined(separator: "\n"))
      open = nil
    case (let snippet?, _): open?.lines.append(line.dropFirst(min(indent, snippet.indent)))
    default: break
    }
  }
  return snippets
}
