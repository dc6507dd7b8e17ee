import Inference
import LinearAlgebra
import PPL
import Preconditions

/// A step of a network's training, recorded once and replayed on other pairs.
///
/// Its loss and gradient are those of `SpectrumModel` as `SVI` takes them, divided by the number of pairs. It is a
/// recording of its own because an epoch goes through all pairs once, while the subsamples of `SVI` are drawn for each
/// step alone.
///
/// There are two programs: the summed loss of a block of pairs with its gradient, small enough for its layers to stay
/// in a second-level cache, and Adam's update by the mean over all blocks of a minibatch. Numbers that fill up the last
/// block have mask 0, so that one recording serves minibatches of every size. The pairs lie in the memory of the first
/// program.
struct SpectrumStep: ~Copyable {
  /// The number of steps taken.
  private(set) var count = 0

  private let model: SpectrumModel
  private let layout: ParameterVector
  private let shapes: [[Int]]
  private let blockSize: Int
  private let block: Execution
  private let update: Execution

  /// The usual number of pairs in a block.
  private static let usualBlockSize = 250

  /// The places of the inputs of the two programs, and of the first output that is carried.
  private enum Place {
    static let parameters = 0
    static let (inputs, roots, rows, mask) = (1, 2, 3, 4)
    static let (gradient, share, rate, state) = (1, 2, 3, 4)
  }

  /// A step at the start of a training on these pairs.
  ///
  /// - Parameters:
  ///   - batchSize: The size of the largest minibatch.
  ///   - key: The key of the initial weights.
  init(
    _ model: SpectrumModel, on pairs: SpectrumPairs, batchSize: Int, key: RandomKey
  ) throws {
    let names = model.architecture.parameters.map(\.name)
    let start = try model.initialValues(key: key)
    let values = names.map { name in (name: name, value: start[name] ?? 0) }
    let layout = ParameterVector(values)
    let shapes = values.map(\.value.shape)
    let blocks = (batchSize + Self.usualBlockSize - 1) / Self.usualBlockSize
    let blockSize = (batchSize + blocks - 1) / blocks
    let data = model.tensors(pairs)
    let gradient = try Self.gradientProgram(model, layout, shapes, data, blockSize)
    (self.model, self.layout, self.shapes) = (model, layout, shapes)
    self.blockSize = blockSize
    block = Execution(gradient)
    update = Execution(Self.updateProgram(layout))
    block.setInput(Place.inputs, data.inputs.scalars)
    block.setInput(Place.roots, data.roots.scalars)
    moveParameters(to: layout.values.scalars)
  }

  /// The program from parameters, all pairs, the indices of some and a mask to their summed negative log density and its
  /// gradient.
  private static func gradientProgram(
    _ model: SpectrumModel, _ layout: ParameterVector, _ shapes: [[Int]],
    _ data: (inputs: Tensor, roots: Tensor), _ size: Int
  ) throws -> Program {
    let names = layout.parts.map(\.name)
    let examples = [layout.values, data.inputs, data.roots, .zeros([size]), .ones([size])]
    let program = try Program(
      recording: { given in
        let rows = given[Place.rows]
        let batch = (
          inputs: given[Place.inputs].taking(indices: rows, along: 0),
          roots: given[Place.roots].taking(indices: rows, along: 0)
        )
        let program = model.model(
          size, size, mask: given[Place.mask], weights: { model.startingParameters(&$0) }
        ) { _ in batch }
        let (loss, gradient) = try valueWithGradient(
          of: { values in
            let given = Dictionary(uniqueKeysWithValues: zip(names, values))
            return -(try program.substituting(given).trace().logDensity())
          }, at: split(given[Place.parameters], layout, shapes))
        return [loss, concatenate(gradient.map { $0.reshaped(to: [-1]) })]
      }, on: examples)
    require(program.isReplayable, "SpectrumStep: \(program.reads)")
    return program
  }

  /// The program from parameters, a summed gradient, one over the number of pairs, the rate and Adam's state to the
  /// next parameters and state.
  private static func updateProgram(_ layout: ParameterVector) -> Program {
    let state = Adam(learningRate: .constant(1)).initialState(layout)
    return Program(
      recording: { given in
        let rate = given[Place.rate]
        var state = Array(given[Place.state...])
        var step = OptimizerStep(parameters: layout, loss: 0)
        let change = Adam(learningRate: Schedule { _ in rate }).update(
          given[Place.gradient] * given[Place.share], state: &state, step: &step)
        let next = given[Place.parameters] + change
        return [isFinite(next).all(), next] + state
      }, on: [layout.values, layout.values, 1, 1] + state)
  }

  /// Takes a step on the pairs of these indices.
  ///
  /// - Returns: Their mean loss before it.
  /// - Throws: `EstimatorError.diverged` if it or a weight after it is not finite.
  mutating func run(
    _ rows: ArraySlice<Double>, learningRate: Double
  ) throws(EstimatorError) -> Double {
    var loss = 0.0
    for start in stride(from: rows.startIndex, to: rows.endIndex, by: blockSize) {
      put(rows[start..<min(start + blockSize, rows.endIndex)])
      block.run()
      loss += block.withOutput(0) { $0[0] }
      addGradient(isFirst: start == rows.startIndex)
    }
    loss = loss / Double(rows.count) - model.constant
    update.setInput(Place.share, [1 / Double(rows.count)])
    update.setInput(Place.rate, [learningRate])
    update.run()
    count += 1
    guard loss.isFinite, update.withOutput(0, { $0[0] }) == 1 else { throw .diverged(step: count) }
    update.carry(output: 1, toInput: Place.parameters)
    for index in 0..<stateCount {
      update.carry(output: 2 + index, toInput: Place.state + index)
    }
    update.withOutput(1) { new in
      block.withInput(Place.parameters) { old in
        for k in new.indices { old[k] = new[k] }
      }
    }
    return loss
  }

  /// The number of tensors in the state of the optimizer.
  private var stateCount: Int { update.program.inputShapes.count - Place.state }

  private func put(_ rows: ArraySlice<Double>) {
    block.withInput(Place.rows) { span in
      for (k, row) in rows.enumerated() { span[k] = row }
    }
    block.withInput(Place.mask) { mask in
      for k in mask.indices { mask[k] = k < rows.count ? 1 : 0 }
    }
  }

  private func addGradient(isFirst: Bool) {
    block.withOutput(1) { gradient in
      update.withInput(Place.gradient) { sum in
        if isFirst {
          for k in gradient.indices { sum[k] = gradient[k] }
        } else {
          for k in gradient.indices { sum[k] += gradient[k] }
        }
      }
    }
  }

  private static func split(
    _ vector: Tensor, _ layout: ParameterVector, _ shapes: [[Int]]
  ) -> [Tensor] {
    zip(layout.parts, shapes).map { part, shape in
      vector[.range(part.range)].reshaped(to: shape)
    }
  }
}

// MARK: Where it stands

extension SpectrumStep {
  /// All weights in one vector.
  var parameters: [Double] { numbers(Place.parameters) }

  /// The state of Adam: the number of steps and two moments of each weight.
  var optimizer: [[Double]] { (0..<stateCount).map { numbers(Place.state + $0) } }

  /// The network with the weights reached.
  var network: SpectrumNetwork {
    let parts = Self.split(Tensor(parameters), layout, shapes)
    let values = zip(layout.parts.map(\.name), parts)
    return SpectrumNetwork(
      model.architecture, values: Dictionary(uniqueKeysWithValues: values))
  }

  /// Checks that numbers are as many as those of this step.
  ///
  /// - Throws: `EstimatorError.size` if they are not.
  func check(parameters: [Double], optimizer: [[Double]]) throws(EstimatorError) {
    let counts = [layout.values.count] + (0..<stateCount).map { numbers(Place.state + $0).count }
    let given = [parameters.count] + optimizer.map(\.count)
    guard given != counts else { return }
    throw .size(
      what: "the checkpoint's numbers", given: given.reduce(0, +), expected: counts.reduce(0, +))
  }

  /// Continues from the state of another step.
  ///
  /// - Precondition: That had the same architecture.
  mutating func move(to parameters: [Double], optimizer: [[Double]], count: Int) {
    require(
      optimizer.count == stateCount, "SpectrumStep: a state of \(optimizer.count) tensors.")
    moveParameters(to: parameters)
    for (index, values) in optimizer.enumerated() { update.setInput(Place.state + index, values) }
    self.count = count
  }

  /// The profile of the gradient of a block.
  func profile(replays: Int) -> Profile {
    let inputs = block.program.inputShapes.enumerated().map { index, shape in
      Tensor(block.withInput(index) { span in span.indices.map { span[$0] } }, shape: shape)
    }
    return block.program.profile(inputs, replays: replays)
  }

  private func moveParameters(to parameters: [Double]) {
    block.setInput(Place.parameters, parameters)
    update.setInput(Place.parameters, parameters)
  }

  private func numbers(_ input: Int) -> [Double] {
    update.withInput(input) { span in span.indices.map { span[$0] } }
  }
}
