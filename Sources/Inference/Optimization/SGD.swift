import PPL

/// Stochastic gradient descent with momentum.
///
///     v <- momentum v + g,    change = -rate v
///
/// State: `t`, `v`.
///
/// - Reference: Robbins and Monro (1951), *A stochastic approximation method*; Polyak (1964), *Some methods of
///   speeding up the convergence of iteration methods*, eq. (9).
public struct SGD: GradientTransformation {
  let learningRate: Schedule
  let momentum: Double

  /// Gradient descent with a momentum in [0, 1); `validate()` throws for another, or an invalid schedule.
  public init(learningRate: Schedule, momentum: Double = 0) {
    (self.learningRate, self.momentum) = (learningRate, momentum)
  }

  public func validate() throws(InferenceError) {
    try learningRate.validate(asLearningRateOf: "SGD")
    try demand(
      (0..<1).contains(momentum), of: "SGD", "the momentum is \(momentum)", "must be in [0, 1)")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return [0] + (momentum == 0 ? [] : [.zeros(parameters.values.shape)])
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let rate = learningRate(state[0])
    let velocity = momentum == 0 ? gradient : Tensor(momentum) * state[1] + gradient
    state = [state[0] + 1] + (momentum == 0 ? [] : [velocity])
    return -(rate * velocity)
  }
}
