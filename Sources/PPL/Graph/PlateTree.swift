/// The nodes of a graph in nested boxes, one for each plate, as both text formats draw them.
///
/// Boxes nest as the plates do. Crossed plates, each with sites outside the other, cannot be drawn as one box each: the
/// inner one has a second box.
struct PlateTree {
  /// The nodes in no further plate, by their index in the graph.
  private(set) var nodes: [Int] = []
  private(set) var boxes: [(plate: PlateFrame, tree: PlateTree)] = []

  init(_ graph: ModelGraph) { self.init(graph, Array(graph.nodes.indices), depth: 0) }

  private init(_ graph: ModelGraph, _ members: [Int], depth: Int) {
    var inside: [(PlateFrame, [Int])] = []
    for member in members {
      let plates = graph.nodes[member].plates
      guard plates.count > depth else {
        nodes.append(member)
        continue
      }
      if let box = inside.firstIndex(where: { $0.0 == plates[depth] }) {
        inside[box].1.append(member)
      } else {
        inside.append((plates[depth], [member]))
      }
    }
    boxes = inside.map { ($0, PlateTree(graph, $1, depth: depth + 1)) }
  }

  /// The lines of text: those of the nodes, then each box with its content, indented by two spaces.
  ///
  /// - Parameter box: The lines before and after the content of the box of a plate, which is given a number.
  func lines(
    node: (Int) -> String, box: (PlateFrame, Int) -> (open: [String], close: String)
  ) -> [String] {
    var count = 0
    return lines(indent: "  ", &count, node, box)
  }

  private func lines(
    indent: String, _ count: inout Int, _ node: (Int) -> String,
    _ box: (PlateFrame, Int) -> (open: [String], close: String)
  ) -> [String] {
    var lines = nodes.map { indent + node($0) }
    for (plate, tree) in boxes {
      let (open, close) = box(plate, count)
      count += 1
      lines += open.enumerated().map {
        $0.offset == 0 ? indent + $0.element : indent + "  " + $0.element
      }
      lines += tree.lines(indent: indent + "  ", &count, node, box)
      lines.append(indent + close)
    }
    return lines
  }
}

extension PlateFrame {
  /// The caption of a box: name and size.
  var caption: String {
    subsampleSize == size ? "\(name) (\(size))" : "\(name) (\(subsampleSize) of \(size))"
  }
}
