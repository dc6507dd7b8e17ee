import PPL

/// The optimizer Adagrad: steps scaled by the root of the sum of all squared gradients so far.
///
///     G <- G + g²,    m <- momentum m + (1 - momentum) g / sqrt(G),    change = -rate m
///
/// A parameter whose gradients were all 0 does not change. State: `t`, `G`, `m`. Entries of a gradient beyond 1e150 are
/// clipped to it, so that `G` stays finite.
///
/// - Reference: Duchi, Hazan, Singer (2011), *Adaptive subgradient methods for online learning and stochastic
///   optimization*, §1.3; momentum as NumPyro's `Adagrad`.
public struct Adagrad: GradientTransformation {
  let learningRate: Schedule
  let momentum: Double

  /// Adagrad with a momentum in [0, 1); `validate()` throws for another, or an invalid schedule.
  public init(learningRate: Schedule, momentum: Double = 0.9) {
    (self.learningRate, self.momentum) = (learningRate, momentum)
  }

  public func validate() throws(InferenceError) {
    try learningRate.validate(asLearningRateOf: "Adagrad")
    try demand(
      (0..<1).contains(momentum), of: "Adagrad", "the momentum is \(momentum)",
      "must be in [0, 1)")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    let zeros = Tensor.zeros(parameters.values.shape)
    return [0, zeros, zeros]
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let gradient = squarable(gradient)
    let sum = state[1] + square(gradient)
    let isSeen = sum .> 0
    let scaled = select(isSeen, gradient / sqrt(select(isSeen, sum, 1)), 0)
    let mean = Tensor(momentum) * state[2] + Tensor(1 - momentum) * scaled
    let rate = learningRate(state[0])
    state = [state[0] + 1, sum, mean]
    return -(rate * mean)
  }
}
