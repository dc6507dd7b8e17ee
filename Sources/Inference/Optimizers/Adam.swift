import PPL

/// Steps scaled by running moments of the gradient.
///
///     m <- b1 m + (1 - b1) g,    v <- b2 v + (1 - b2) g²
///     change = -rate m̂ / (sqrt(v̂) + eps),    m̂ = m / (1 - b1^t),  v̂ = v / (1 - b2^t)
///
/// State: `t`, `m`, `v`.
///
/// - Reference: Kingma and Ba (2015), *Adam: a method for stochastic optimization*, alg. 1.
public struct Adam: Optimizer {
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

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    let zeros = Tensor.zeros(parameters.values.shape)
    return [0, zeros, zeros]
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let count = state[0] + 1
    let mean = Tensor(1 - decay) * gradient + Tensor(decay) * state[1]
    let meanSquare = Tensor(1 - squareDecay) * square(gradient) + Tensor(squareDecay) * state[2]
    state = [count, mean, meanSquare]
    let unbiased = mean / (1 - pow(Tensor(decay), count))
    let unbiasedSquare = meanSquare / (1 - pow(Tensor(squareDecay), count))
    return -(Tensor(learningRate) * (unbiased / (sqrt(unbiasedSquare) + Tensor(epsilon))))
  }
}
