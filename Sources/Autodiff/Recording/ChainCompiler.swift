import CNumerics
import Preconditions

/// The compiler of a chain into the integers that `ppl_fused` interprets, or `ppl_fused_numbers` where each node
/// is one number.
struct ChainCompiler {
  /// The nodes that the chain reads, each once.
  private(set) var arguments: [Int] = []
  /// The nodes that the chain leaves in memory.
  private(set) var results: [Int] = []
  /// The number of elements of scratch memory for its registers.
  private(set) var workspace = 0
  private(set) var kernel = Kernel(function: ppl_fused, integers: [])

  /// Compiles a chain.
  ///
  /// - Parameters:
  ///   - chain: The nodes of the chain, operands before readers.
  ///   - isRead: Whether a node has readers outside the chain.
  init(_ chain: [Int], in nodes: [Recorder.Node], isRead: (Int) -> Bool) {
    var known = Set(chain)
    results = chain.filter(isRead)
    for id in chain {
      for operand in nodes[id].operands where known.insert(operand).inserted {
        arguments.append(operand)
      }
    }
    if elementCount(nodes[chain[0]].shape) == 1 {
      compileNumbers(chain, nodes)
    } else {
      compileArrays(chain, nodes)
    }
  }

  /// Compiles a chain of single numbers: each argument, then each node, is a value, and operations name their
  /// operands by index.
  private mutating func compileNumbers(_ chain: [Int], _ nodes: [Recorder.Node]) {
    let values = arguments + chain
    let index = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
    func value(_ id: Int) -> Int { index[id] ?? 0 }
    let code = chain.flatMap { id in
      let operands = nodes[id].operands.map(value)
      return [Self.code(of: nodes[id])] + operands + Array(repeating: 0, count: 3 - operands.count)
    }
    workspace = values.count
    kernel = Kernel(
      function: ppl_fused_numbers,
      integers: [arguments.count, chain.count, results.count] + code + results.map(value))
  }

  /// The code of the operation of a node for the interpreters.
  private static func code(of node: Recorder.Node) -> Int {
    if node.summand != nil { return Int(PPL_OP_sum.rawValue) }
    guard let number = node.chainCode else {
      requirementFailed("\(node.kind) is not a part of a chain.")
    }
    return Int(number.rawValue)
  }

  private mutating func compileArrays(_ chain: [Int], _ nodes: [Recorder.Node]) {
    let shape = nodes[chain[0]].shape
    let block = Self.block(shape)
    var lastReader: [Int: Int] = [:]
    for id in chain { for operand in nodes[id].operands { lastReader[operand] = id } }

    // Places: arguments that repeat, and results without outside readers, are in registers.
    var places: [Int: Int] = [:]
    var free: [Int] = []
    var registers = 0
    func newRegister() -> Int {
      registers += 1
      return registers - 1
    }
    func register() -> Int { free.popLast() ?? newRegister() }
    func place(_ kind: ppl_place, _ index: Int) -> Int { 4 * index + Int(kind.rawValue) }

    var code: [(operation: [Int], nest: [Int]?)] = []
    // This runs in the first block only.
    var start: [(operation: [Int], nest: [Int]?)] = []
    let argumentIndex = Dictionary(uniqueKeysWithValues: zip(arguments, arguments.indices))
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
        // The last integer becomes the place of its running sums, once the registers are counted.
        code.append(
          (
            [Self.code(of: node), places[id] ?? 0, places[summand] ?? 0, 0, sums],
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
        // An argument that is equal in each row is equal in each block of whole rows, and keeps its register.
        let isSameInEachBlock =
          nest.strides[0].dropLast().allSatisfy { $0 == 0 }
          && block.isMultiple(of: nest.extents[nest.rank - 1])
        if isSameInEachBlock { lastReader[operand] = nil }
        let target = place(PPL_REGISTER, isSameInEachBlock ? newRegister() : register())
        let source = place(PPL_NUMBER, argumentIndex[operand] ?? 0)
        let expand = (
          [Int(PPL_OP_expand.rawValue), target, source, 0, 0],
          [nest.rank] + nest.extents + nest.strides[0]
        )
        if isSameInEachBlock { start.append(expand) } else { code.append(expand) }
        places[operand] = target
      }
      let operands = node.operands.map { places[$0] ?? 0 }
      // A register with this as its last reader may hold the result.
      for operand in Set(node.operands) where lastReader[operand] == id {
        if let last = places[operand], last & 3 == Int(PPL_REGISTER.rawValue) {
          free.append(last / 4)
        }
      }
      free.sort(by: >)
      if places[id] == nil { places[id] = place(PPL_REGISTER, register()) }
      let padding = Array(repeating: 0, count: 3 - operands.count)
      code.append(([Self.code(of: node), places[id] ?? 0] + operands + padding, nil))
    }

    let width = (block + 7) / 8 * 8
    let lanes = Int(PPL_LANES)
    workspace = max(registers * width + lanes * sums, 1)
    let all = start + code
    var integers = [
      elementCount(shape), block, all.count, start.count, arguments.count + results.count, width,
    ]
    var end = integers.count + 5 * all.count
    var nests: [Int] = []
    for (operation, nest) in all {
      var operation = operation
      if let nest {
        operation[3] = end
        if operation[0] == Int(PPL_OP_sum.rawValue) {
          operation[4] = registers * width + lanes * operation[4]
        }
        nests += nest
        end += nest.count
      }
      integers += operation
    }
    integers += nests
    kernel = Kernel(function: ppl_fused, integers: integers)
  }

  /// The number of elements in a block: whole rows and whole cache lines, where some of both fit, otherwise all.
  private static func block(_ shape: [Int]) -> Int {
    let (largest, line) = (Int(PPL_BLOCK), 8)
    var unit = max(shape[shape.count - 1], 1)
    while !unit.isMultiple(of: line) { unit *= 2 }
    return min(largest / unit > 0 ? largest / unit * unit : largest, elementCount(shape))
  }
}
