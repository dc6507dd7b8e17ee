import Autodiff
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
    var step = AdamStep(
      learningRate: learningRate, decay: decay, squareDecay: squareDecay, epsilon: epsilon,
      meanBias: meanBias, squareBias: squareBias)
    step(&gradient, mean: &state.mean, square: &state.square)
  }

  public func copy(_ state: State, to copy: inout State) {
    copy.step = state.step
    copy.mean.copy(state.mean)
    copy.square.copy(state.square)
  }
}
