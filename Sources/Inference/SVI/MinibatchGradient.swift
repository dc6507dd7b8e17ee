import PPL

/// The mean loss of the rows of a minibatch and its gradient, summed block by block.
///
/// One program maps parameters, the rows of a block and their mask to a summed loss and its gradient. The arrays of a block
/// fit into the second-level cache. Padding of the last block has mask 0, so that one recording serves minibatches of every
/// size.
struct MinibatchGradient: ~Copyable {
  private let plan: EpochPlan
  private let block: Execution
  /// The epoch under way, from 0, with its rows in their order.
  private var epoch: (number: Int, order: [Double])?

  /// The places of the program's inputs.
  private enum Input { static let (parameters, rows, mask) = (0, 1, 2) }

  /// Records the sum of losses and gradients over one block of rows.
  ///
  /// - Throws: `InferenceError.argument` for a plan that does not fit the model, or a model whose control flow reads values.
  init(_ function: StepFunction, parameters: Tensor, plan: EpochPlan) throws {
    try plan.validate()
    let size = plan.blockSize
    let program = try throwingMistakesAsErrors {
      try Program(
        recording: {
          let rows = Minibatch(
            plate: plan.plate, rows: $0[Input.rows], mask: $0[Input.mask])
          let (loss, gradient) = try function.sum($0[Input.parameters], over: rows, of: plan)
          return [loss, gradient]
        }, on: [parameters, .arange(size), .ones([size])])
    }
    if let read = program.reads.first {
      throw InferenceError.argument(
        of: "EpochPlan", found: "\(read) while the step was recorded",
        requirement: "must not: compute with the tensor, select(_:_:_:) in place of if")
    }
    self.plan = plan
    block = Execution(program)
    block.setInput(Input.rows, (0..<size).map(Double.init))
    block.setInput(Input.mask, Array(repeating: 1, count: size))
    block.setInput(Input.parameters, parameters.scalars)
  }

  /// The mean loss of the rows of step `step`, from 0, with its gradient written in place.
  mutating func run(
    _ parameters: Span<Double>, step: Int, gradient sum: inout MutableSpan<Double>
  ) -> Double {
    let (number, place) = step.quotientAndRemainder(dividingBy: plan.stepsPerEpoch)
    if epoch?.number != number { epoch = (number, plan.order(ofEpoch: number)) }
    let rows = (epoch?.order ?? [])[plan.range(ofStep: place)]
    block.withInput(Input.parameters) { for i in $0.indices { $0[i] = parameters[i] } }
    var loss = 0.0
    for start in stride(from: rows.startIndex, to: rows.endIndex, by: plan.blockSize) {
      put(rows[start..<min(start + plan.blockSize, rows.endIndex)])
      block.run()
      loss += block.withOutput(0) { $0[0] }
      block.withOutput(1) { gradient in
        if start == rows.startIndex {
          for i in gradient.indices { sum[i] = gradient[i] }
        } else {
          for i in gradient.indices { sum[i] += gradient[i] }
        }
      }
    }
    let share = 1 / Double(rows.count)
    for i in sum.indices { sum[i] *= share }
    return loss / Double(rows.count)
  }

  private func put(_ rows: ArraySlice<Double>) {
    block.withInput(Input.rows) { span in
      for (k, row) in rows.enumerated() { span[k] = row }
    }
    block.withInput(Input.mask) { mask in
      for k in mask.indices { mask[k] = k < rows.count ? 1 : 0 }
    }
  }

  /// The time of each operation in the gradient of a block.
  func profile(replays: Int) -> Profile {
    let inputs = block.program.inputShapes.enumerated().map { index, shape in
      Tensor(block.withInput(index) { span in span.indices.map { span[$0] } }, shape: shape)
    }
    return block.program.profile(inputs, replays: replays)
  }
}
