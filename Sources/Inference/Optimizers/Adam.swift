import CNumerics
import Foundation

/// Steps scaled by running moments of the gradient.
///
///     m <- b1 m + (1 - b1) g,    v <- b2 v + (1 - b2) g²
///     change = -rate m̂ / (sqrt(v̂) + eps),    m̂ = m / (1 - b1^t),  v̂ = v / (1 - b2^t)
///
/// - Reference: Kingma and Ba (2015), *Adam: a method for stochastic optimization*, alg. 1.
public struct Adam: Optimizer {
  public struct State: Sendable, Equatable, Codable {
    /// Steps so far.
    public var step = 0
    /// Running means of the gradient and of its square.
    public var mean, square: [Double]
  }

  let learningRate, decay, squareDecay, epsilon: Double

  /// - Precondition: The rate and `epsilon` are positive, the decays in [0, 1).
  public init(
    learningRate: Double, decay: Double = 0.9, squareDecay: Double = 0.999, epsilon: Double = 1e-8
  ) {
    precondition(learningRate > 0, "Adam: the rate is \(learningRate), but must be positive.")
    precondition(
      (0..<1).contains(decay) && (0..<1).contains(squareDecay),
      "Adam: the decays are \(decay) and \(squareDecay), but must be in [0, 1).")
    precondition(epsilon > 0, "Adam: epsilon is \(epsilon), but must be positive.")
    (self.learningRate, self.decay) = (learningRate, decay)
    (self.squareDecay, self.epsilon) = (squareDecay, epsilon)
  }

  public func initialState(_ parameters: [Double]) -> State {
    let zeros = Array(repeating: 0.0, count: parameters.count)
    return State(mean: zeros, square: zeros)
  }

  public func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord) {
    state.step += 1
    let meanBias = 1 - Foundation.pow(decay, Double(state.step))
    let squareBias = 1 - Foundation.pow(squareDecay, Double(state.step))
    var rates = ppl_adam_rates(
      learning_rate: learningRate, decay: decay, square_decay: squareDecay, epsilon: epsilon,
      over_mean_bias: 1 / meanBias, over_square_bias: 1 / squareBias)
    let count = gradient.count
    precondition(
      state.mean.count == count && state.square.count == count,
      "Adam: \(count) parameters met the state of \(state.mean.count).")
    ppl_adam(&rates, count, &gradient, &state.mean, &state.square)
  }

  public func copy(_ state: State, to copy: inout State) {
    copy.step = state.step
    copy.mean.copy(state.mean)
    copy.square.copy(state.square)
  }
}

extension [Double] {
  /// Takes over the numbers of another array of this count without its memory.
  mutating func copy(_ other: [Double]) {
    precondition(count == other.count, "copy: \(other.count) numbers for \(count) places.")
    withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: other) }
  }

  /// Adds another array of this count, number by number.
  mutating func add(_ other: [Double]) {
    precondition(count == other.count, "add: \(other.count) numbers to \(count).")
    other.withUnsafeBufferPointer { other in
      withUnsafeMutableBufferPointer { own in
        for i in own.indices { own[i] += other[i] }
      }
    }
  }
}
