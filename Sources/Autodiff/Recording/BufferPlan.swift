/// Where each node's numbers live in the arena of an execution.
///
/// Inputs, constants and outputs keep their place; everything else gives it back after its last reader. An elementwise
/// operation takes over the place of an operand of its own shape that nobody reads later.
struct BufferPlan: Sendable {
  /// By node; -1 for nodes that nobody needs.
  private(set) var places: [Int]
  /// By node, where its scratch memory starts; -1 for none.
  private(set) var workspaces: [Int]
  /// How many numbers the arena holds.
  private(set) var count = 0
  /// Where the inputs and outputs of the program start.
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []

  private var free: [Block] = []

  private struct Block {
    var start: Int
    var count: Int
    var end: Int { start + count }
  }

  init(_ nodes: [Recorder.Node], needed: [Bool], inputs inputCount: Int, outputs outputIDs: [Int]) {
    places = Array(repeating: -1, count: nodes.count)
    workspaces = places

    // A node that only renames another, or a part of it, shares its buffer, and its readers.
    var owner = Array(nodes.indices)
    var offset = Array(repeating: 0, count: nodes.count)
    for id in nodes.indices {
      if case .operation(let operation) = nodes[id].kind, operation.isAlias {
        let source = nodes[id].operands[0]
        owner[id] = owner[source]
        offset[id] =
          offset[source] + operation.aliasOffset(nodes[id].operands.map { nodes[$0].shape })
      }
    }
    var lastReader = Array(repeating: -1, count: nodes.count)
    for id in nodes.indices where needed[id] {
      for operand in nodes[id].operands { lastReader[owner[operand]] = id }
    }
    var isPinned = Array(repeating: false, count: nodes.count)
    for id in nodes.indices {
      if case .operation = nodes[id].kind {} else { isPinned[id] = true }
    }
    for output in outputIDs { isPinned[owner[output]] = true }

    for id in nodes.indices where needed[id] || id < inputCount {
      let size = Self.padded(elementCount(nodes[id].shape))
      guard owner[id] == id else {
        places[id] = places[owner[id]] + offset[id]
        continue
      }
      guard case .operation(let operation) = nodes[id].kind else {
        places[id] = grow(by: size)
        continue
      }
      // Each owner once, though an operation may read it twice.
      let dying = Set(nodes[id].operands.map { owner[$0] }).sorted().filter {
        lastReader[$0] == id && !isPinned[$0]
      }
      // Not a buffer of which it reads a part: that part may repeat, and lie elsewhere than its results.
      let isWhole = { (owned: Int) in
        nodes[id].operands.allSatisfy {
          owner[$0] != owned || elementCount(nodes[$0].shape) == elementCount(nodes[owned].shape)
        }
      }
      let heir =
        operation.isElementwise
        ? dying.first {
          elementCount(nodes[$0].shape) == elementCount(nodes[id].shape) && isWhole($0)
        } : nil
      places[id] = heir.map { places[$0] } ?? allocate(size)
      let scratch = operation.workspace(nodes[id].operands.map { nodes[$0].shape })
      if scratch > 0 {
        workspaces[id] = allocate(Self.padded(scratch))
        release(Block(start: workspaces[id], count: Self.padded(scratch)))
      }
      for node in dying where node != heir {
        release(Block(start: places[node], count: Self.padded(elementCount(nodes[node].shape))))
      }
    }
    inputs = (0..<inputCount).map { places[$0] }
    outputs = outputIDs.map { places[$0] }
  }

  /// Whole cache lines.
  private static func padded(_ count: Int) -> Int { (max(count, 1) + 7) / 8 * 8 }

  private mutating func grow(by size: Int) -> Int {
    defer { count += size }
    return count
  }

  /// The smallest free block that is large enough, or new memory.
  private mutating func allocate(_ size: Int) -> Int {
    let fitting = free.indices.filter { free[$0].count >= size }
    guard let best = fitting.min(by: { free[$0].count < free[$1].count }) else {
      return grow(by: size)
    }
    let start = free[best].start
    if free[best].count == size {
      free.remove(at: best)
    } else {
      free[best] = Block(start: start + size, count: free[best].count - size)
    }
    return start
  }

  private mutating func release(_ block: Block) {
    let position = free.firstIndex { $0.start > block.start } ?? free.count
    free.insert(block, at: position)
    if position + 1 < free.count, free[position].end == free[position + 1].start {
      free[position].count += free.remove(at: position + 1).count
    }
    if position > 0, free[position - 1].end == free[position].start {
      free[position - 1].count += free.remove(at: position).count
    }
  }
}
