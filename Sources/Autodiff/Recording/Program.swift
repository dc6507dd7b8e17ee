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

  /// Whether the program may be run on other inputs than the examples.
  public var isReplayable: Bool { reads.isEmpty }

  /// The number of operations in a replay.
  public let operationCount: Int

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
