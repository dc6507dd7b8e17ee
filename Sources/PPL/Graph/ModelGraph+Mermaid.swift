extension ModelGraph {
  /// The graph as a Mermaid flowchart, which Markdown pages show in a block marked `mermaid`.
  ///
  /// Latent sites are rounded, observed ones grey, deterministic ones dashed, parameters slanted, factors boxes with
  /// double sides; plates are boxes with name and size; dashed arrows are possible dependences.
  public var mermaid: String {
    let body = PlateTree(self).lines(
      node: { "n\($0)" + mermaidShape(nodes[$0]) },
      box: { plate, number in (["subgraph p\(number) [\(plate.caption.mermaidQuoted)]"], "end") })
    // Names may be words of the language, such as "end"; numbers never are.
    let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.name, $0) })
    let arrows = edges.compactMap { edge -> String? in
      guard let from = numbers[edge.from], let to = numbers[edge.to] else { return nil }
      return "  n\(from) \(edge.isPossible ? "-.->" : "-->") n\(to)"
    }
    let styles = [
      "  classDef observed fill:#d3d3d3", "  classDef deterministic stroke-dasharray:4",
    ]
    return (["flowchart TD"] + body + arrows + styles).joined(separator: "\n")
  }

  private func mermaidShape(_ node: Node) -> String {
    let label = [node.name, node.distribution].compactMap(\.self).map(\.mermaidEscaped)
      .joined(separator: "<br/>")
    return switch node.role {
    case .latent: "([\"\(label)\"])"
    case .observed: "([\"\(label)\"]):::observed"
    case .parameter: "[/\"\(label)\"/]"
    case .deterministic: "([\"\(label)\"]):::deterministic"
    case .factor: "[[\"\(label)\"]]"
    }
  }
}

extension String {
  /// The text with the special characters of Mermaid replaced by their codes.
  fileprivate var mermaidEscaped: String {
    reduce(into: "") { text, character in
      switch character {
      case "\"", "#", "<", ">", "&", "`", "\\", "\n":
        text += character.unicodeScalars.map { "#\($0.value);" }.joined()
      default: text.append(character)
      }
    }
  }
  fileprivate var mermaidQuoted: String { "\"\(mermaidEscaped)\"" }
}
