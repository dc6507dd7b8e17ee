import PPL

/// The optimizer RMSProp: steps scaled by a running mean of the squared gradient.
///
///     v <- decay v + (1 - decay) g²,    change = -rate g / sqrt(v + eps)
///
/// State: `t`, `v`. Entries of a gradient beyond 1e150 are clipped to it, so that `v` stays finite.
///
/// - Reference: Tieleman and Hinton (2012), *Lecture 6.5: rmsprop*; `eps` under the root as in NumPyro's `RMSProp`.
public struct RMSProp: GradientTransformation {
  let learningRate: Schedule
  let decay, epsilon: Double

  /// RMSProp with a decay in [0, 1) and a positive `epsilon`; `validate()` throws for others, or an invalid schedule.
  public init(learningRate: Schedule, decay: Double = 0.9, epsilon: Double = 1e-8) {
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
  }

  public func validate() throws(InferenceError) {
    try learningRate.validate(asLearningRateOf: "RMSProp")
    try demand(
      (0..<1).contains(decay), of: "RMSProp", "the decay is \(decay)", "must be in [0, 1)")
    try demand(
      epsilon > 0 && epsilon.isFinite, of: "RMSProp", "epsilon is \(epsilon)", positive(epsilon))
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return [0, .zeros(parameters.values.shape)]
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let gradient = squarable(gradient)
    let meanSquare = Tensor(decay) * state[1] + Tensor(1 - decay) * square(gradient)
    let rate = learningRate(state[0])
    state = [state[0] + 1, meanSquare]
    return -(rate * gradient / sqrt(meanSquare + Tensor(epsilon)))
  }
}
