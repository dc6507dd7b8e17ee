/// The plan of the memory of an execution: the place of each node's numbers in the arena.
///
/// Inputs, constants and outputs keep their place; everything else releases it after its last reader. An
/// elementwise operation takes over the place of an operand of its own size that has no later reader. Nodes inside
/// a chain without other readers have no place.
struct BufferPlan: Sendable {
  /// The place of each node; -1 for nodes without one.
  private(set) var places: [Int]
  /// The number of elements of the arena.
  private(set) var count = 0
  /// The starts of the inputs and outputs of the program.
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []
  /// The start of the scratch memory of each step; -1 for none.
  private(set) var workspaces: [Int] = []

  private var free: [Block] = []

  private struct Block {
    var start: Int
    var count: Int
    var end: Int { start + count }
  }

  init(
    _ nodes: [Recorder.Node], schedule: Schedule, chains: [Int: ChainCompiler],
    inputs inputCount: Int,
    outputs outputIDs: [Int]
  ) {
    places = Array(repeating: -1, count: nodes.count)

    // An alias of a node, or of a part of it, shares its buffer and its readers.
    var owner = Array(nodes.indices)
    var offset = Array(repeating: 0, count: nodes.count)
    for id in nodes.indices {
      if case .operation(let operation) = nodes[id].kind,
        let alias = operation as? any AliasOperation
      {
        let source = nodes[id].operands[0]
        owner[id] = owner[source]
        offset[id] =
          offset[source] + alias.aliasOffset(nodes[id].operands.map { nodes[$0].shape })
      }
    }
    var lastReader = Array(repeating: -1, count: nodes.count)
    for (position, step) in schedule.steps.enumerated() {
      for id in step.nodes {
        for operand in nodes[id].operands { lastReader[owner[operand]] = position }
      }
    }
    var isPinned = Array(repeating: false, count: nodes.count)
    for id in nodes.indices {
      if case .operation = nodes[id].kind {} else { isPinned[id] = true }
    }
    for output in outputIDs { isPinned[owner[output]] = true }
    func size(_ id: Int) -> Int { Self.padded(elementCount(nodes[id].shape)) }

    for id in 0..<inputCount { places[id] = grow(by: size(id)) }
    for (position, step) in schedule.steps.enumerated() {
      workspaces.append(-1)
      let id = step.nodes[0]
      if !step.isChain {
        guard case .operation(let operation) = nodes[id].kind else {
          if places[id] < 0 { places[id] = grow(by: size(id)) }
          continue
        }
        if operation is any AliasOperation {
          places[id] = places[owner[id]] + offset[id]
          continue
        }
      }
      // Each owner once, though a step may read it twice.
      let operands = step.isChain ? chains[position]?.arguments ?? [] : nodes[id].operands
      let dying = Set(operands.map { owner[$0] }).sorted().filter {
        lastReader[$0] == position && !isPinned[$0]
      }
      var heir: Int?
      if step.isChain {
        for result in chains[position]?.results ?? [] { places[result] = allocate(size(result)) }
      } else {
        heir = dying.first { canInherit(nodes, owner, from: $0, to: id) }
        places[id] = heir.map { places[$0] } ?? allocate(size(id))
      }
      let scratch = workspace(nodes, step, chains[position])
      if scratch > 0 {
        let block = Block(start: allocate(Self.padded(scratch)), count: Self.padded(scratch))
        workspaces[position] = block.start
        release(block)
      }
      for node in dying where node != heir {
        release(Block(start: places[node], count: size(node)))
      }
    }
    inputs = (0..<inputCount).map { places[$0] }
    outputs = outputIDs.map { places[$0] }
  }

  /// Whether an elementwise operation may overwrite a buffer: one of its own size, of which it does not read a
  /// part, because a part may repeat and lie elsewhere than its results.
  private func canInherit(
    _ nodes: [Recorder.Node], _ owner: [Int], from operand: Int, to id: Int
  ) -> Bool {
    guard case .operation(let operation) = nodes[id].kind, operation.isElementwise else {
      return false
    }
    let size = elementCount(nodes[operand].shape)
    return size == elementCount(nodes[id].shape)
      && nodes[id].operands.allSatisfy {
        owner[$0] != operand || elementCount(nodes[$0].shape) == size
      }
  }

  private func workspace(
    _ nodes: [Recorder.Node], _ step: Schedule.Step, _ chain: ChainCompiler?
  ) -> Int {
    if let chain { return chain.workspace }
    guard case .operation(let operation) = nodes[step.nodes[0]].kind else { return 0 }
    return operation.workspace(nodes[step.nodes[0]].operands.map { nodes[$0].shape })
  }

  /// The size rounded up to whole cache lines.
  private static func padded(_ count: Int) -> Int { (max(count, 1) + 7) / 8 * 8 }

  private mutating func grow(by size: Int) -> Int {
    defer { count += size }
    return count
  }

  /// The smallest free block that is large enough, or new memory.
  private mutating func allocate(_ size: Int) -> Int {
    var best: Int?
    for index in free.indices where free[index].count >= size {
      if best.map({ free[index].count < free[$0].count }) ?? true { best = index }
      // None is smaller; long programs free many blocks of one size.
      if free[index].count == size { break }
    }
    guard let best else { return grow(by: size) }
    let start = free[best].start
    if free[best].count == size {
      free.remove(at: best)
    } else {
      free[best] = Block(start: start + size, count: free[best].count - size)
    }
    return start
  }

  private mutating func release(_ block: Block) {
    // The blocks are in the order of their starts.
    var (position, end) = (0, free.count)
    while position < end {
      let middle = (position + end) / 2
      if free[middle].start > block.start { end = middle } else { position = middle + 1 }
    }
    free.insert(block, at: position)
    if position + 1 < free.count, free[position].end == free[position + 1].start {
      free[position].count += free.remove(at: position + 1).count
    }
    if position > 0, free[position - 1].end == free[position].start {
      free[position - 1].count += free.remove(at: position).count
    }
  }
}
