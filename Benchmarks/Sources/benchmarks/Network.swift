import ArgumentParser
import Foundation
import Inference
import PPL

/// Regression by a network with two hidden layers, minibatches and Adam: what an epoch costs.
///
///     q = affine(affineReLU(affineReLU(x, W1, b1), W2, b2), W3, b3),    loss = mean (q - y)²
///     y[k] = sin(3 x[k mod 6] + k / 10) x[(k + 1) mod 6],    k = 0 ..< 50,    x uniform in [-1, 1]⁶
struct Network: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time of an epoch of training a network 6-H-H-50 on minibatches.")

  @Option(help: "How wide the two hidden layers are.")
  var width = 120

  @Option(help: "How many rows the data have.")
  var rows = 160_000

  @Option(help: "How many rows a minibatch has.")
  var batch = 2_500

  @Option(help: "How many epochs to run; the best one counts.")
  var epochs = 4

  /// The best epoch in seconds, and the mean loss of the last one.
  struct Result: Codable {
    let thread, wall, loss: Double
  }

  func validate() throws {
    guard width > 0, epochs > 0, batch > 0, rows >= batch else {
      throw ValidationError(
        "--width, --epochs and --batch must be positive, and --rows at least --batch.")
    }
  }

  func run() throws {
    let keys = RandomKey(2024).split(3)
    let (x, y) = data(keys[0])
    let shapes = [[6, width], [width], [width, width], [width], [width, 50], [50]]
    var parameters = initialParameters(shapes, keys[1])
    let program = program(x, y, shapes)
    let execution = Execution(program)
    let optimizer = Adam(learningRate: 1e-3)
    var state = optimizer.initialState(parameters)
    var gradient = parameters
    var record = StepRecord(loss: 0)

    var best = (thread: Double.infinity, wall: Double.infinity)
    var loss = 0.0
    for epoch in 0..<epochs {
      let start = Clock.now
      let order = keys[2].foldIn(UInt32(epoch)).permutation(rows).scalars
      loss = 0
      for step in 0..<(rows / batch) {
        execution.withInput(0) { for i in 0..<batch { $0[i] = order[step * batch + i] } }
        execution.setInput(1, parameters)
        execution.run()
        loss += execution.withOutput(0) { $0[0] }
        execution.withOutput(1) { for i in gradient.indices { gradient[i] = $0[i] } }
        optimizer.update(&gradient, state: &state, record: &record)
        for i in parameters.indices { parameters[i] += gradient[i] }
      }
      loss /= Double(rows / batch)
      let end = Clock.now
      best.thread = min(best.thread, end.thread - start.thread)
      best.wall = min(best.wall, end.wall - start.wall)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let result = try encoder.encode(Result(thread: best.thread, wall: best.wall, loss: loss))
    print(String(decoding: result, as: UTF8.self))
  }

  private func data(_ key: RandomKey) -> (x: Tensor, y: Tensor) {
    let x = key.uniform([rows, 6], in: -1..<1)
    let k = Tensor.arange(50)
    let angle = 3 * x.taking(indices: Tensor((0..<50).map { Double($0 % 6) }), along: 1) + 0.1 * k
    let y = sin(angle) * x.taking(indices: Tensor((0..<50).map { Double(($0 + 1) % 6) }), along: 1)
    return (x, y)
  }

  /// Uniform within 1 / sqrt(inputs), as PyTorch's layers begin.
  private func initialParameters(_ shapes: [[Int]], _ key: RandomKey) -> [Double] {
    zip(shapes, key.split(shapes.count)).enumerated().flatMap { layer, pair in
      let bound = 1 / Double(shapes[layer / 2 * 2][0]).squareRoot()
      return pair.1.uniform(pair.0, in: -bound..<bound).scalars
    }
  }

  /// From the indices of a minibatch and all parameters in a row to the loss and its gradient.
  private func program(_ x: Tensor, _ y: Tensor, _ shapes: [[Int]]) -> Program {
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
      }, on: [.zeros([batch]), .zeros([sizes.reduce(0, +)])])
  }
}
