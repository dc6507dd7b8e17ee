import CNumerics
import Preconditions

/// A recorded program: a function recorded once and replayed many times.
///
///     let step = Program(recording: { x in
///       let (value, slope) = valueWithGradient(of: loss, at: x)
///       return [value] + slope
///     }, on: [start])
///     let results = step([point])
///
/// Recording runs the function once on the shapes of the examples. The result is a flat list of instructions over
/// one arena: operations that no output needs are dropped, equal nodes are merged, constants are computed once,
/// and buffers are reused after their last reader. A replay runs that list and does nothing else.
///
/// Shapes are fixed: inputs of other shapes need another program. A function whose Swift control flow reads the
/// numbers of a tensor cannot be replayed; `reads` then lists the reads, and the program is valid for the example
/// inputs only.
public struct Program: Sendable {
  /// The shapes of the inputs, in order.
  public let inputShapes: [[Int]]
  /// The shapes of the outputs, in order.
  public let outputShapes: [[Int]]
  /// The reads of the function during recording; empty for a program that can be replayed.
  public let reads: [String]

  let instructions: [Instruction]
  let plan: BufferPlan
  /// The values that every arena holds from the start, with their places.
  let constants: [(place: Int, values: [Double])]
  let integers: [Int]
  /// The start of each operand of each instruction in the arena.
  let places: [Int]
  /// The origins of each instruction: one operation, or those of a chain.
  let origins: [[Origin]]

  /// An operation, with the named value for which it is computed.
  struct Origin: Sendable {
    let operation: any Operation
    let site: String?
  }

  struct Instruction: Sendable {
    let function: Kernel.Function
    /// The start of the operands in `places`.
    let operands: Int
    /// The start of the integers in `integers`.
    let integers: Int
  }

  /// Records the function `f`.
  ///
  /// - Parameters:
  ///   - f: The function, called once with tensors that stand for the inputs.
  ///   - examples: One tensor for each input, which gives its shape; its numbers answer reads.
  public init(
    recording f: ([Tensor]) throws -> [Tensor], on examples: [Tensor]
  ) rethrows {
    let recorder = Recorder()
    defer { recorder.finish() }
    let inputs = examples.map(recorder.input)
    let outputs = try f(inputs)
    self.init(recorder, inputs: inputs.count, outputs: outputs)
  }

  private init(_ recorder: Recorder, inputs: Int, outputs: [Tensor]) {
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

  /// Whether the program may be run on other inputs than the examples.
  public var isReplayable: Bool { reads.isEmpty }

  /// The number of operations in a replay.
  public let operationCount: Int

  /// The number of instructions; a chain of elementwise operations is one.
  public var instructionCount: Int { instructions.count }

  /// The memory of an execution in bytes.
  public var memory: Int { plan.count * MemoryLayout<Double>.stride }

  /// Runs the program once.
  ///
  /// - Precondition: The inputs have the shapes of `inputShapes`.
  public func callAsFunction(_ inputs: [Tensor]) -> [Tensor] {
    let execution = Execution(self)
    require(
      inputs.map(\.shape) == inputShapes,
      "Program: recorded on shapes \(inputShapes), called with \(inputs.map(\.shape)).")
    for (index, input) in inputs.enumerated() { execution.setInput(index, input.scalars) }
    execution.run()
    return outputShapes.indices.map { Tensor(execution.output($0), shape: outputShapes[$0]) }
  }
}

extension Program {
  /// The profile of a replay: the time of each operation.
  ///
  /// - Parameters:
  ///   - inputs: The values to replay on, as for a call.
  ///   - replays: The number of replays to average over, after one that is not counted.
  /// - Precondition: `replays` is positive.
  public func profile(_ inputs: [Tensor], replays: Int) -> Profile {
    require(replays > 0, "profile: replays is \(replays), but must be positive.")
    let execution = Execution(self)
    for (index, input) in inputs.enumerated() { execution.setInput(index, input.scalars) }
    execution.run()
    var seconds = Array(repeating: 0.0, count: instructions.count)
    for _ in 0..<replays { execution.run(timing: &seconds) }
    let entries = zip(origins, seconds).flatMap { origins, seconds in
      let mean = max(0, seconds / Double(replays))
      return origins.map {
        Profile.Entry(
          operation: $0.operation.name, site: $0.site, seconds: mean / Double(origins.count))
      }
    }
    return Profile(entries: entries)
  }
}

/// The memory in which a program is replayed, one for each thread.
///
///     let execution = Execution(program)
///     execution.setInput(0, values)
///     execution.run()
///     let loss = execution.output(0)[0]
///
/// Outputs stay valid until the next `run`.
public struct Execution: ~Copyable {
  /// The program that is replayed.
  public let program: Program
  private let arena: UnsafeMutablePointer<Double>
  private let operands: UnsafeMutablePointer<UnsafeMutablePointer<Double>>

  /// Allocates the memory of `program`; a `run` then allocates nothing.
  public init(_ program: Program) {
    self.program = program
    let count = max(program.plan.count, 1)
    // Places are aligned to cache lines, as the plan assumes: a vector register never spans two of them.
    arena = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Double>.stride, alignment: 64
    ).initializeMemory(as: Double.self, repeating: 0, count: count)
    operands = .allocate(capacity: max(program.places.count, 1))
    for (index, place) in program.places.enumerated() {
      (operands + index).initialize(to: arena + place)
    }
    for (place, values) in program.constants {
      values.withUnsafeBufferPointer { values in
        if let base = values.baseAddress { (arena + place).update(from: base, count: values.count) }
      }
    }
  }

  deinit {
    arena.deallocate()
    operands.deallocate()
  }

  /// Sets input `index` to numbers in row-major order.
  public func setInput(_ index: Int, _ values: [Double]) {
    withInput(index) { input in
      require(
        values.count == input.count,
        "Program: input \(index) of shape \(program.inputShapes[index]) got \(values.count) numbers."
      )
      input.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: values) }
    }
  }

  /// Calls `body` to write input `index` in place.
  public func withInput<R>(_ index: Int, _ body: (inout MutableSpan<Double>) throws -> R) rethrows
    -> R
  {
    let count = elementCount(program.inputShapes[index])
    let buffer = UnsafeMutableBufferPointer(start: arena + program.plan.inputs[index], count: count)
    var span = MutableSpan(_unsafeElements: buffer)
    return try body(&span)
  }

  /// Copies output `output` of the last run to input `input`, which has the same number of elements.
  public func carry(output: Int, toInput input: Int) {
    let count = elementCount(program.outputShapes[output])
    require(
      count == elementCount(program.inputShapes[input]),
      "Program: output \(output) of shape \(program.outputShapes[output]) for input \(input) of "
        + "shape \(program.inputShapes[input]).")
    (arena + program.plan.inputs[input]).update(
      from: arena + program.plan.outputs[output], count: count)
  }

  /// Computes the outputs, without allocations and locks.
  public func run() {
    program.integers.withUnsafeBufferPointer { integers in
      program.instructions.withUnsafeBufferPointer { instructions in
        // A program of copies alone has no integers; its kernels read none.
        let base = integers.baseAddress ?? UnsafePointer(bitPattern: 8)!
        for instruction in instructions {
          instruction.function(operands + instruction.operands, base + instruction.integers)
        }
      }
    }
  }

  /// Computes the outputs and adds to `seconds` the time of each instruction, less that of reading the clock.
  func run(timing seconds: inout [Double]) {
    let clock = ContinuousClock()
    var last = clock.now
    for (index, instruction) in program.instructions.enumerated() {
      program.integers.withUnsafeBufferPointer { integers in
        let base = integers.baseAddress ?? UnsafePointer(bitPattern: 8)!
        instruction.function(operands + instruction.operands, base + instruction.integers)
      }
      let (end, next) = (clock.now, clock.now)
      seconds[index] += (last.duration(to: end) - end.duration(to: next)) / .seconds(1)
      last = next
    }
  }

  /// The numbers of output `index`, in row-major order.
  public func output(_ index: Int) -> [Double] {
    withOutput(index) { span in
      [Double](unsafeUninitializedCapacity: span.count) { buffer, count in
        for i in span.indices { buffer[i] = span[i] }
        count = span.count
      }
    }
  }

  /// Calls `body` to read output `index` in place.
  public func withOutput<R>(_ index: Int, _ body: (Span<Double>) throws -> R) rethrows -> R {
    let count = elementCount(program.outputShapes[index])
    let buffer = UnsafeBufferPointer(start: arena + program.plan.outputs[index], count: count)
    return try body(Span(_unsafeElements: buffer))
  }
}
