import Inference
import PPL

/// Regression by a network with two hidden layers, minibatches without replacement, and Adam at 1e-3.
///
///     q = affine(affineReLU(affineReLU(x, W1, b1), W2, b2), W3, b3),    loss = mean (q - y)²
///     y[k] = sin(3 x[k mod 6] + k / 10) x[(k + 1) mod 6],    k = 0 ..< 50,    x uniform in [-1, 1]⁶
///
/// Two programs: loss and gradient of a block of rows, small enough that its layers stay in a second-level cache, and
/// the update by the mean over the blocks.
struct NetworkTraining: ~Copyable {
  let stepsPerEpoch: Int
  let parameterCount: Int

  private let rows, batch, blocks: Int
  private let block: Execution
  private let update: Execution
  private let key: RandomKey
  private var order: [Double] = []
  private var position = 0
  private var epoch: UInt32 = 0

  /// Inputs of `update`, and its outputs but for the gradient.
  private enum Place { static let parameters = 0, gradient = 1, state = 2 }

  /// - Parameters:
  ///   - data: As `data(rows:)` makes them.
  ///   - blocks: A divisor of `batch`.
  init(_ data: (x: Tensor, y: Tensor), width: Int = 120, batch: Int = 2_500, blocks: Int = 10) {
    let keys = RandomKey(2024).split(3)
    let rows = data.x.shape[0]
    let shapes = [[6, width], [width], [width, width], [width], [width, 50], [50]]
    let start = Tensor(Self.start(shapes, keys[1]))
    (self.rows, self.batch, self.blocks, key) = (rows, batch, blocks, keys[2])
    (stepsPerEpoch, parameterCount) = (rows / batch, start.count)
    block = Execution(Self.gradientProgram(data.x, data.y, shapes, rows: batch / blocks))
    update = Execution(Self.updateProgram(start, blocks: blocks))
    block.setInput(1, start.scalars)
    update.setInput(Place.parameters, start.scalars)
  }

  /// Operations of a replay of both programs, and the bytes that they work in.
  var operations: Int { block.program.operationCount + update.program.operationCount }
  var memory: Int { block.program.memory + update.program.memory }

  /// Trains on the next minibatch; the loss before.
  mutating func step() -> Double {
    if position + batch > order.count {
      order = key.foldIn(epoch).permutation(rows).scalars
      (epoch, position) = (epoch + 1, 0)
    }
    var loss = 0.0
    let count = batch / blocks
    for number in 0..<blocks {
      block.withInput(0) { indices in
        for i in 0..<count { indices[i] = order[position + i] }
      }
      position += count
      block.run()
      loss += block.withOutput(0) { $0[0] }
      block.withOutput(1) { gradient in
        update.withInput(Place.gradient) { sum in
          if number == 0 {
            for i in gradient.indices { sum[i] = gradient[i] }
          } else {
            for i in gradient.indices { sum[i] += gradient[i] }
          }
        }
      }
    }
    update.run()
    update.carry(output: 0, toInput: Place.parameters)
    for place in 0..<3 { update.carry(output: 1 + place, toInput: Place.state + place) }
    update.withOutput(0) { new in
      block.withInput(1) { old in
        for i in new.indices { old[i] = new[i] }
      }
    }
    return loss / Double(blocks)
  }

  static func data(rows: Int = 160_000) -> (x: Tensor, y: Tensor) {
    let x = RandomKey(2024).split(3)[0].uniform([rows, 6], in: -1..<1)
    let k = Tensor.arange(50)
    let angle = 3 * x.taking(indices: Tensor((0..<50).map { Double($0 % 6) }), along: 1) + 0.1 * k
    let y = sin(angle) * x.taking(indices: Tensor((0..<50).map { Double(($0 + 1) % 6) }), along: 1)
    return (x, y)
  }

  /// Uniform within 1 / sqrt(inputs), as PyTorch's layers begin.
  private static func start(_ shapes: [[Int]], _ key: RandomKey) -> [Double] {
    zip(shapes, key.split(shapes.count)).enumerated().flatMap { layer, pair in
      let bound = 1 / Double(shapes[layer / 2 * 2][0]).squareRoot()
      return pair.1.uniform(pair.0, in: -bound..<bound).scalars
    }
  }

  /// From the indices of some rows and all parameters in a row to the loss and its gradient.
  private static func gradientProgram(
    _ x: Tensor, _ y: Tensor, _ shapes: [[Int]], rows: Int
  ) -> Program {
    let sizes = shapes.map { $0.reduce(1, *) }
    return Program(
      recording: { inputs in
        let (batchX, batchY) = (
          x.taking(indices: inputs[0], along: 0), y.taking(indices: inputs[0], along: 0)
        )
        var start = 0
        let parameters = zip(sizes, shapes).map { size, shape in
          defer { start += size }
          return inputs[1][.range(start..<start + size)].reshaped(to: shape)
        }
        let (loss, gradient) = valueWithGradient(
          of: { p in
            let h1 = affineReLU(batchX, p[0], p[1])
            let h2 = affineReLU(h1, p[2], p[3])
            return square(affine(h2, p[4], p[5]) - batchY).mean()
          }, at: parameters)
        return [loss, concatenate(gradient.map { $0.reshaped(to: [$0.count]) })]
      }, on: [.zeros([rows]), .zeros([sizes.reduce(0, +)])])
  }

  /// From parameters, the sum of the blocks' gradients and Adam's state to the next parameters and state.
  private static func updateProgram(_ start: Tensor, blocks: Int) -> Program {
    let optimizer = Adam(learningRate: 1e-3)
    let state = optimizer.initialState(ParameterVector([("all", start)]))
    return Program(
      recording: { inputs in
        var step = OptimizerStep(parameters: ParameterVector([("all", inputs[0])]), loss: 0)
        var state = Array(inputs.dropFirst(2))
        let change = optimizer.update(
          inputs[1] / Tensor(Double(blocks)), state: &state, step: &step)
        return [inputs[0] + change] + state
      }, on: [start, start] + state)
  }
}
