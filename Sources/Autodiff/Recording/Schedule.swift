import CNumerics

/// The schedule of a program: the order of its nodes, and which of them run as one chain.
///
/// Elementwise operations on one shape are fused, with the sums over their results: a chain runs them block by
/// block, and intermediate results without other readers stay in the first-level cache. The *stage* of a node is
/// one more than that of any operand with which it is not fused, so that nodes of one stage and shape cannot
/// depend on each other through a node outside, and running by stage is a valid order.
struct Schedule {
  /// One instruction: a node, or the nodes of a chain in the order of their recording.
  struct Step {
    var nodes: [Int]
    var isChain: Bool { nodes.count > 1 }
  }

  private(set) var steps: [Step] = []

  init(_ nodes: [Recorder.Node], needed: [Bool]) {
    let isFusible = nodes.map { node in
      node.chainCode != nil
    }
    var stages = Array(repeating: 0, count: nodes.count)
    for id in nodes.indices where needed[id] {
      for operand in nodes[id].operands {
        let isSameChain =
          isFusible[id] && isFusible[operand] && nodes[id].shape == nodes[operand].shape
        stages[id] = max(stages[id], stages[operand] + (isSameChain ? 0 : 1))
      }
    }

    struct Chain: Hashable {
      let stage: Int
      let shape: [Int]
    }
    var places: [Chain: Int] = [:]
    var keyed: [(stage: Int, step: Step)] = []
    for id in nodes.indices where needed[id] {
      // A sum needs its operand only, so it may run as soon as that is there.
      if let operand = nodes[id].summand, isFusible[operand], nodes[operand].shape != [],
        let place = places[Chain(stage: stages[operand], shape: nodes[operand].shape)]
      {
        keyed[place].step.nodes.append(id)
        continue
      }
      let chain = Chain(stage: stages[id], shape: nodes[id].shape)
      if isFusible[id], let place = places[chain] {
        keyed[place].step.nodes.append(id)
      } else {
        if isFusible[id] { places[chain] = keyed.count }
        keyed.append((stages[id], Step(nodes: [id])))
      }
    }
    // Within a stage no step depends on another; the order of recording keeps it fixed.
    steps = keyed.enumerated().sorted {
      ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset)
    }
    .map(\.element.step)
  }
}

extension Recorder.Node {
  /// The code of the operation of a node in a chain; nil where it cannot be part of one.
  var chainCode: ppl_code? {
    guard case .operation(let operation) = kind else { return nil }
    return (operation as? any ChainOperation)?.chainCode
  }

  /// The operand of a node that is a sum, over all of it or along axes; nil if the node is not a sum.
  ///
  /// A single number put in the first place of several is not a sum: a chain of numbers would not write the others.
  var summand: Int? {
    guard case .operation(let operation) = kind, let sum = operation as? StridedAdd,
      sum.walk.offset == 0
    else { return nil }
    let terms = elementCount(sum.walk.target)
    return terms > 1 || terms == 1 && elementCount(sum.walk.source) == 1 ? operands[0] : nil
  }
}
