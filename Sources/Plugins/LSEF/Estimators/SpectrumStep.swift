import Inference
import LinearAlgebra
import PPL

/// A step of a network's training, recorded once and replayed on other pairs.
///
/// Its loss and gradient are those of `SpectrumModel` as `SVI` takes them, divided by the number of pairs. It is a recording
/// of its own because an epoch goes through all pairs once, while the subsamples of `SVI` are drawn for each step alone.
struct SpectrumStep: ~Copyable {
  let batchSize: Int
  /// How many steps have been taken.
  private(set) var count = 0

  private let architecture: SpectrumArchitecture
  private let layout: ParameterVector
  private let shapes: [[Int]]
  private let constant: Double
  private let data: (inputs: Tensor, roots: Tensor)
  private let execution: Execution
  /// How many tensors the optimizer has; they follow the parameters among inputs and outputs.
  private let stateCount: Int

  init(
    _ model: SpectrumModel, on pairs: SpectrumPairs, batchSize: Int, learningRate: Double,
    key: RandomKey
  ) throws {
    let (total, constant) = (pairs.count, model.constant)
    let names = model.architecture.parameters.map(\.name)
    let start = try Model { p in _ = model.startingParameters(&p) }.seeded(by: key).trace()
    let values = names.map { name in (name: name, value: start[name]?.value ?? 0) }
    let shapes = values.map(\.value.shape)
    let layout = ParameterVector(values)

    let state = Adam(learningRate: .constant(learningRate)).initialState(layout)
    let inputs = Tensor.zeros([batchSize, model.architecture.bandCount])
    let roots = Tensor.zeros([batchSize, model.architecture.spectrumCount])
    let examples = [layout.values] + state + [inputs, roots, Tensor(learningRate)]
    let program = try Program(
      recording: { start in
        let batch = (inputs: start[start.count - 3], roots: start[start.count - 2])
        let program = model.model(total, batchSize, weights: { model.startingParameters(&$0) }) {
          _ in batch
        }
        // The rows are those of the inputs, whatever the plate would have chosen.
        let indices = Tensor.arange(batchSize)
        let (loss, gradient) = try valueWithGradient(
          of: { values in
            let given = Dictionary(
              uniqueKeysWithValues: zip(names + ["pair"], values + [indices]))
            let density = try program.substituting(given).trace().logDensity()
            return -density / Tensor(Double(total))
          },
          at: Self.split(start[0], layout, shapes))
        var state = Array(start[1..<(start.count - 3)])
        let rate = start[start.count - 1]
        var step = OptimizerStep(parameters: layout, loss: loss)
        let change = Adam(learningRate: Schedule { _ in rate }).update(
          concatenate(gradient.map { $0.reshaped(to: [-1]) }), state: &state, step: &step)
        let next = start[0] + change
        let isUsable = isFinite(next).all() .& isFinite(loss)
        return [stack([loss - Tensor(constant), isUsable]), next] + state
      }, on: examples)

    precondition(program.isReplayable, "SpectrumStep: \(program.reads)")
    execution = Execution(program)
    for (index, tensor) in examples.enumerated() { execution.setInput(index, tensor.scalars) }
    (self.batchSize, architecture, self.layout) = (batchSize, model.architecture, layout)
    (self.shapes, self.constant, stateCount) = (shapes, constant, state.count)
    data = model.tensors(pairs)
  }

  /// How many batches the pairs make.
  var stepsAnEpoch: Int { data.inputs.shape[0] / batchSize }

  /// Takes a step on the first pairs of `order`.
  ///
  /// - Returns: Their mean loss before it.
  /// - Throws: `EstimatorError.diverged` if it or a weight after it is not finite.
  mutating func run(
    _ order: ArraySlice<Double>, learningRate: Double
  ) throws(EstimatorError) -> Double {
    let rows = order.prefix(batchSize)
    put(rows, of: data.inputs, into: 1 + stateCount)
    put(rows, of: data.roots, into: 2 + stateCount)
    execution.setInput(3 + stateCount, [learningRate])
    execution.run()
    count += 1
    let report = execution.output(0)
    guard report[1] == 1 else { throw .diverged(step: count) }
    for index in 0...stateCount { execution.carry(output: index + 1, toInput: index) }
    return report[0]
  }

  private func put(_ rows: ArraySlice<Double>, of data: Tensor, into input: Int) {
    let width = data.shape[1]
    let scalars = data.scalars
    execution.withInput(input) { span in
      var place = 0
      for row in rows {
        let start = Int(row) * width
        for column in 0..<width {
          span[place] = scalars[start + column]
          place += 1
        }
      }
    }
  }

  /// The network with the weights reached.
  var network: SpectrumNetwork {
    let reached = execution.withInput(0) { input in
      Tensor(input.span.indices.map { input[$0] })
    }
    let values = zip(layout.parts.map(\.name), Self.split(reached, layout, shapes))
    return SpectrumNetwork(architecture, values: Dictionary(uniqueKeysWithValues: values))
  }

  private static func split(
    _ vector: Tensor, _ layout: ParameterVector, _ shapes: [[Int]]
  ) -> [Tensor] {
    zip(layout.parts, shapes).map { part, shape in
      vector[.range(part.range)].reshaped(to: shape)
    }
  }
}
