extension ModelGraph {
  /// The graph in the DOT language of Graphviz: `dot -Tsvg`.
  ///
  /// Latent sites are ellipses, observed ones grey, deterministic ones dashed, parameters bare text, factors black
  /// boxes; plates are boxes with name and size; dashed arrows are possible dependences.
  public var dot: String {
    let body = PlateTree(self).lines(
      node: { dotStatement(nodes[$0]) },
      box: { plate, number in
        (
          [
            "subgraph cluster_\(number) {",
            "label = \(plate.caption.dotQuoted); labeljust = r; labelloc = b;",
          ], "}"
        )
      })
    let arrows = edges.map { edge in
      "  \(edge.from.dotQuoted) -> \(edge.to.dotQuoted)"
        + (edge.isPossible ? " [style = dashed];" : ";")
    }
    return (["digraph model {"] + body + arrows + ["}"]).joined(separator: "\n")
  }

  private func dotStatement(_ node: Node) -> String {
    let lines = [node.name, node.distribution].compactMap(\.self).map(\.dotEscaped)
    let look =
      switch node.role {
      case .latent: "shape = ellipse"
      case .observed: "shape = ellipse, style = filled, fillcolor = lightgray"
      case .parameter: "shape = plaintext"
      case .deterministic: "shape = ellipse, style = dashed"
      case .factor: "shape = box, style = filled, fillcolor = black, fontcolor = white"
      }
    return "\(node.name.dotQuoted) [label = \"\(lines.joined(separator: "\\n"))\", \(look)];"
  }
}

extension String {
  fileprivate var dotEscaped: String {
    reduce(into: "") { text, character in
      switch character {
      case "\"", "\\": text += "\\\(character)"
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
  }
  fileprivate var dotQuoted: String { "\"\(dotEscaped)\"" }
}
