import PPL

/// The recorded step of a fit, with the memory of its replays.
///
/// With a single term the whole step is one program. Several terms are replayed by `Particles`, and the minibatches of a plan
/// by `MinibatchGradient`; a second program makes the update from their mean. With one thread, a replay allocates nothing.
struct StepReplay: ~Copyable {
  /// The descriptions of values that the model's control flow read while the step was recorded.
  let reads: [String]

  private let function: StepFunction
  /// The number of tensors that a step starts from.
  private let count: Int
  private var execution: Execution
  /// The programs of several terms; nil if there is one term.
  private var particles: Particles?
  /// The programs of a plan's minibatches; nil if rows are drawn.
  private var minibatches: MinibatchGradient?
  /// The number of the next step, from 0.
  private var step: Int

  /// Records a step function, to be replayed from its first step on.
  ///
  /// - Parameters:
  ///   - start: The tensors from which the first step starts.
  ///   - step: The number of that step, from 0.
  ///   - plan: The rows of each step; nil if they are drawn.
  init(
    _ function: StepFunction, from start: [Tensor], step: Int = 0, plan: EpochPlan? = nil
  ) throws {
    self.step = step
    self.function = function
    count = start.count
    let program: Program
    if plan == nil && function.loss.terms == 1 {
      program = try throwingMistakesAsErrors { try Program(recording: function.whole, on: start) }
      reads = program.reads
      particles = nil
      minibatches = nil
    } else {
      let count = start.count
      program = try throwingMistakesAsErrors {
        Program(
          recording: {
            function.end(Array($0[..<count]), loss: $0[count], gradient: $0[count + 1])
          }, on: start + [0, start[0]])
      }
      if let plan {
        minibatches = try MinibatchGradient(function, parameters: start[0], plan: plan)
        particles = nil
        reads = []
      } else {
        let particles = try Particles(function, parameters: start[0], key: start[1])
        reads = particles.reads
        self.particles = consume particles
        minibatches = nil
      }
    }
    execution = Execution(program)
    for (index, tensor) in start.enumerated() { execution.setInput(index, tensor.scalars) }
  }

  /// Computes a step from its start.
  ///
  /// - Returns: The record of the step, and whether the fit may continue from its end.
  mutating func run() throws -> (record: StepRecord, isUsable: Bool) {
    if minibatches != nil {
      let step = step
      let loss = execution.withInput(0) { parameters in
        execution.withInput(count + 1) {
          minibatches!.run(parameters.span, step: step, gradient: &$0)
        }
      }
      execution.withInput(count) { $0[0] = loss }
    } else if particles != nil {
      let key = execution.withInput(1) { ($0[0], $0[1]) }
      let loss = try execution.withInput(0) { try particles!.run($0.span, key: key) }
      execution.withInput(count) { $0[0] = loss }
      execution.withInput(count + 1) { particles!.copyGradient(to: &$0) }
    } else if !reads.isEmpty {
      try recordAgain()
    }
    execution.run()
    return execution.withOutput(0) {
      (StepRecord(report: $0), StepRecord.isUsable(report: $0))
    }
  }

  /// Makes the next step draw from another key.
  mutating func start(with key: RandomKey) { execution.setInput(1, key.words.scalars) }

  /// Changes the learning rate of an `AdjustableRate`.
  func setRate(_ rate: Double) { execution.setInput(2, [rate]) }

  /// Makes the end of the step the start of the next.
  mutating func advance() {
    step += 1
    for index in 0..<count { execution.carry(output: index + 1, toInput: index) }
  }

  /// The tensors that the step starts from.
  func start(shapes: [[Int]]) -> [Tensor] {
    shapes.enumerated().map { index, shape in
      execution.withInput(index) { input in
        Tensor(input.span.indices.map { input[$0] }, shape: shape)
      }
    }
  }

  /// The parameters after the step.
  var endParameters: [Double] { execution.output(1) }

  /// The step of a model whose control flow depends on drawn values.
  private mutating func recordAgain() throws {
    let start = start(shapes: execution.program.inputShapes)
    let program = try throwingMistakesAsErrors { try Program(recording: function.whole, on: start) }
    execution = Execution(program)
    for (index, tensor) in start.enumerated() { execution.setInput(index, tensor.scalars) }
  }
}
