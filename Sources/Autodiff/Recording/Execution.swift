import Preconditions

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
