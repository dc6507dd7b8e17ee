import PPL

/// An optimizer whose learning rate is the first tensor of its state, so that a loop can change it between steps.
///
/// - Reference: Optax, `inject_hyperparams`.
struct AdjustableRate: GradientTransformation {
  /// The initial learning rate.
  let rate: Double
  let optimizer: @Sendable (Schedule) -> any GradientTransformation

  func initialState(_ parameters: ParameterVector) -> [Tensor] {
    [Tensor(rate)] + optimizer(.constant(rate)).initialState(parameters)
  }

  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    let rate = state[0]
    var own = Array(state.dropFirst())
    let change = optimizer(Schedule { _ in rate }).change(gradient, state: &own, step: &step)
    state = [rate] + own
    return change
  }

  func validate() throws(InferenceError) { try optimizer(.constant(rate)).validate() }
}
