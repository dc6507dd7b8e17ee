import CNumerics

/// Turns the nodes of a chain into the integers that `ppl_fused` interprets.
struct ChainCompiler {
  /// What the chain reads, each once, by node.
  private(set) var arguments: [Int] = []
  /// What it leaves in memory, by node.
  private(set) var results: [Int] = []
  /// How many numbers of scratch memory its registers take.
  private(set) var workspace = 0
  private(set) var integers: [Int] = []

  /// - Parameters:
  ///   - chain: Its nodes, operands before readers.
  ///   - isRead: Whether somebody outside the chain reads a node.
  init(_ chain: [Int], in nodes: [Recorder.Node], isRead: (Int) -> Bool) {
    let shape = nodes[chain[0]].shape
    let members = Set(chain)
    results = chain.filter(isRead)
    for id in chain {
      for operand in nodes[id].operands
      where !members.contains(operand) && !arguments.contains(operand) {
        arguments.append(operand)
      }
    }

    var lastReader: [Int: Int] = [:]
    for id in chain { for operand in nodes[id].operands { lastReader[operand] = id } }

    // Places: arguments that repeat and results of nobody outside live in registers.
    var places: [Int: Int] = [:]
    var free: [Int] = []
    var registers = 0
    func register() -> Int {
      if let last = free.popLast() { return last }
      registers += 1
      return registers - 1
    }
    func place(_ kind: ppl_place, _ index: Int) -> Int { 4 * index + Int(kind.rawValue) }

    var code: [(operation: [Int], nest: [Int]?)] = []
    for (index, argument) in arguments.enumerated() {
      if nodes[argument].shape == shape {
        places[argument] = place(PPL_ARRAY, index)
      } else if elementCount(nodes[argument].shape) == 1 {
        places[argument] = place(PPL_NUMBER, index)
      }
    }
    for (index, result) in results.enumerated() {
      let kind = nodes[result].summand == nil ? PPL_ARRAY : PPL_NUMBER
      places[result] = place(kind, arguments.count + index)
    }

    var sums = 0
    for id in chain {
      let node = nodes[id]
      if let summand = node.summand, case .operation(let operation) = node.kind,
        let sum = operation as? StridedAdd
      {
        // The last integer becomes where its running sums are, once the registers are counted.
        code.append(
          (
            [Int(PPL_OP_sum.rawValue), places[id] ?? 0, places[summand] ?? 0, 0, sums],
            sum.walk.nestIntoSource
          ))
        sums += 1
        continue
      }
      for operand in Set(node.operands).sorted() where places[operand] == nil {
        // An argument that repeats along some axes: spread into a register where it is first needed.
        let nest = LoopNest(
          extents: shape,
          strides: [broadcastStrides(nodes[operand].shape, to: shape), contiguousStrides(shape)])
        let target = place(PPL_REGISTER, register())
        let source = place(PPL_NUMBER, arguments.firstIndex(of: operand) ?? 0)
        code.append(
          (
            [Int(PPL_OP_expand.rawValue), target, source, 0, 0],
            [nest.rank] + nest.extents + nest.strides[0]
          ))
        places[operand] = target
      }
      let operands = node.operands.map { places[$0] ?? 0 }
      // A register whose last reader this is may take the result.
      for operand in Set(node.operands) where lastReader[operand] == id {
        if let last = places[operand], last & 3 == Int(PPL_REGISTER.rawValue) {
          free.append(last / 4)
        }
      }
      free.sort(by: >)
      if places[id] == nil { places[id] = place(PPL_REGISTER, register()) }
      guard case .operation(let operation) = node.kind, let number = operation.chainCode else {
        preconditionFailure("\(node.kind) is no part of a chain.")
      }
      let padding = Array(repeating: 0, count: 3 - operands.count)
      code.append(([Int(number.rawValue), places[id] ?? 0] + operands + padding, nil))
    }

    let width = min(Int(PPL_BLOCK), (elementCount(shape) + 7) / 8 * 8)
    workspace = max(registers * width + 8 * sums, 1)
    integers = [elementCount(shape), code.count, arguments.count + results.count, width]
    var end = integers.count + 5 * code.count
    var nests: [Int] = []
    for (operation, nest) in code {
      var operation = operation
      if let nest {
        operation[3] = end
        if operation[0] == Int(PPL_OP_sum.rawValue) {
          operation[4] = registers * width + 8 * operation[4]
        }
        nests += nest
        end += nest.count
      }
      integers += operation
    }
    integers += nests
  }
}
