extension Program {
  /// Compiles a finished recording: what no output needs is dropped, chains are formed, and places are planned.
  init(_ recorder: Recorder, inputs: Int, outputs: [Tensor]) {
    // Outputs that depend on no input become nodes too, so that all are found in one place.
    let ids = outputs.map { output in
      if case .node(_, let id) = recorder.variable(output).storage { id } else { -1 }
    }
    let nodes = recorder.nodes
    let needed = reachable(from: ids, in: nodes)
    let schedule = Schedule(nodes, needed: needed)
    let chains = Self.chains(schedule, nodes, outputs: ids)
    let plan = BufferPlan(
      nodes, schedule: schedule, chains: chains, inputs: inputs, outputs: ids)

    var instructions: [Instruction] = []
    var integers: [Int] = []
    var places: [Int] = []
    var constants: [(Int, [Double])] = []
    var origins: [[Origin]] = []
    let sites = sites(of: nodes, needed: needed)
    func append(_ kernel: Kernel, _ step: Schedule.Step, _ operands: [Int], workspace: Int) {
      instructions.append(
        Instruction(function: kernel.function, operands: places.count, integers: integers.count))
      origins.append(
        step.nodes.compactMap { id in
          guard case .operation(let operation) = nodes[id].kind else { return nil }
          return Origin(operation: operation, site: sites[id])
        })
      places += operands.map { plan.places[$0] } + (workspace < 0 ? [] : [workspace])
      integers += kernel.integers
    }
    for (position, step) in schedule.steps.enumerated() {
      let workspace = plan.workspaces[position]
      if let chain = chains[position] {
        append(chain.kernel, step, chain.arguments + chain.results, workspace: workspace)
        continue
      }
      let id = step.nodes[0]
      switch nodes[id].kind {
      case .input: break
      case .constant(let values): constants.append((plan.places[id], values))
      case .operation(let operation):
        guard !(operation is any AliasOperation) else { continue }
        let operands = nodes[id].operands
        let kernel = operation.kernel(operands.map { nodes[$0].shape })
        append(kernel, step, operands + [id], workspace: workspace)
      }
    }
    self.inputShapes = nodes.prefix(inputs).map(\.shape)
    self.outputShapes = outputs.map(\.shape)
    self.operationCount = nodes.indices.count { id in
      guard needed[id], case .operation(let operation) = nodes[id].kind else { return false }
      return !(operation is any AliasOperation)
    }
    self.reads = recorder.reads
    self.plan = plan
    self.instructions = instructions
    self.constants = constants
    self.integers = integers
    self.places = places
    self.origins = origins
  }

  /// The chains of a schedule, by the position of their step.
  private static func chains(
    _ schedule: Schedule, _ nodes: [Recorder.Node], outputs: [Int]
  ) -> [Int: ChainCompiler] {
    var position = Array(repeating: -1, count: nodes.count)
    for (index, step) in schedule.steps.enumerated() {
      for id in step.nodes { position[id] = index }
    }
    var isRead = Array(repeating: false, count: nodes.count)
    for output in outputs { isRead[output] = true }
    for (index, step) in schedule.steps.enumerated() {
      for id in step.nodes {
        for operand in nodes[id].operands where position[operand] != index {
          isRead[operand] = true
        }
      }
    }
    var chains: [Int: ChainCompiler] = [:]
    for (index, step) in schedule.steps.enumerated() where step.isChain {
      chains[index] = ChainCompiler(step.nodes, in: nodes) { isRead[$0] }
    }
    return chains
  }
}
