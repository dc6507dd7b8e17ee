import Inference
import LinearAlgebra
import PPL

/// A step of a network's training, recorded once and replayed on other pairs.
///
/// Its loss and gradient are those of `SpectrumModel` as `SVI` takes them, divided by the number of pairs. It is a recording
/// of its own because an epoch goes through all pairs once, while the subsamples of `SVI` are drawn for each step alone.
///
/// There are two programs: the summed loss of a block of pairs with its gradient, small enough for its layers to stay in a
/// second-level cache, and Adam's update by the mean over all blocks of a minibatch. Rows that fill up the last block have
/// mask 0, so that one recording serves minibatches of every size.
struct SpectrumStep: ~Copyable {
  /// How many steps have been taken.
  private(set) var count = 0

  private let model: SpectrumModel
  private let layout: ParameterVector
  private let shapes: [[Int]]
  private let inputs, roots: [Double]
  private let blockSize: Int
  private let block: Execution
  private let update: Execution

  /// About how many pairs a block has.
  private static let usualBlockSize = 250

  /// Inputs of the two programs, and the first of their outputs that is carried.
  private enum Place {
    static let parameters = 0
    static let (inputs, roots, mask) = (1, 2, 3)
    static let (gradient, share, rate, state) = (1, 2, 3, 4)
  }

  /// - Parameters:
  ///   - batchSize: Of the largest minibatch.
  ///   - key: Decides the weights at the start.
  init(
    _ model: SpectrumModel, on pairs: SpectrumPairs, batchSize: Int, key: RandomKey
  ) throws {
    let names = model.architecture.parameters.map(\.name)
    let start = try Model { p in _ = model.startingParameters(&p) }.seeded(by: key).trace()
    let values = names.map { name in (name: name, value: start[name]?.value ?? 0) }
    let layout = ParameterVector(values)
    let shapes = values.map(\.value.shape)
    let blocks = (batchSize + Self.usualBlockSize - 1) / Self.usualBlockSize
    let blockSize = (batchSize + blocks - 1) / blocks
    let gradient = try Self.gradientProgram(model, layout, shapes, rows: blockSize)
    let data = model.tensors(pairs)
    (self.model, self.layout, self.shapes) = (model, layout, shapes)
    (inputs, roots) = (data.inputs.scalars, data.roots.scalars)
    self.blockSize = blockSize
    block = Execution(gradient)
    update = Execution(Self.updateProgram(layout))
    moveParameters(to: layout.values.scalars)
  }

  /// From parameters, inputs, roots and mask to the summed negative log density and its gradient.
  private static func gradientProgram(
    _ model: SpectrumModel, _ layout: ParameterVector, _ shapes: [[Int]], rows: Int
  ) throws -> Program {
    let names = layout.parts.map(\.name)
    let examples = [
      layout.values, .zeros([rows, model.architecture.bandCount]),
      .zeros([rows, model.architecture.spectrumCount]), .ones([rows]),
    ]
    let program = try Program(
      recording: { given in
        let batch = (inputs: given[Place.inputs], roots: given[Place.roots])
        let program = model.model(
          rows, rows, mask: given[Place.mask], weights: { model.startingParameters(&$0) }
        ) { _ in batch }
        let (loss, gradient) = try valueWithGradient(
          of: { values in
            let given = Dictionary(uniqueKeysWithValues: zip(names, values))
            return -(try program.substituting(given).trace().logDensity())
          }, at: split(given[Place.parameters], layout, shapes))
        return [loss, concatenate(gradient.map { $0.reshaped(to: [-1]) })]
      }, on: examples)
    precondition(program.isReplayable, "SpectrumStep: \(program.reads)")
    return program
  }

  /// From parameters, a summed gradient, one over the number of pairs, the rate and Adam's state to the next parameters and
  /// state.
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

  /// Takes a step on the pairs of these numbers.
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

  /// How many tensors the optimizer has.
  private var stateCount: Int { update.program.inputShapes.count - Place.state }

  private func put(_ rows: ArraySlice<Double>) {
    put(rows, of: inputs, model.architecture.bandCount, into: Place.inputs)
    put(rows, of: roots, model.architecture.spectrumCount, into: Place.roots)
    block.withInput(Place.mask) { mask in
      for k in mask.indices { mask[k] = k < rows.count ? 1 : 0 }
    }
  }

  /// What is masked keeps the rows of the block before, which are finite.
  private func put(_ rows: ArraySlice<Double>, of data: [Double], _ width: Int, into input: Int) {
    block.withInput(input) { span in
      var place = 0
      for row in rows {
        let start = Int(row) * width
        for column in 0..<width {
          span[place] = data[start + column]
          place += 1
        }
      }
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

  /// What Adam remembers: the number of steps and two moments of each weight.
  var optimizer: [[Double]] { (0..<stateCount).map { numbers(Place.state + $0) } }

  /// The network with the weights reached.
  var network: SpectrumNetwork {
    let parts = Self.split(Tensor(parameters), layout, shapes)
    let values = zip(layout.parts.map(\.name), parts)
    return SpectrumNetwork(
      model.architecture, values: Dictionary(uniqueKeysWithValues: values))
  }

  /// Goes on from where another step stood.
  ///
  /// - Precondition: That had the same architecture.
  mutating func move(to parameters: [Double], optimizer: [[Double]], count: Int) {
    precondition(
      optimizer.count == stateCount, "SpectrumStep: a state of \(optimizer.count) tensors.")
    moveParameters(to: parameters)
    for (index, values) in optimizer.enumerated() { update.setInput(Place.state + index, values) }
    self.count = count
  }

  /// Where the time of the gradient of a block goes.
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
