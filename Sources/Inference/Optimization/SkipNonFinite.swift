import PPL

extension GradientTransformation {
  /// This optimizer, but for steps whose loss or gradient is not finite: those change nothing and are counted.
  ///
  /// The records of the fit say which steps were skipped, and `SVIFit.skipped` names the sites.
  public func skippingNonFinite() -> some GradientTransformation { SkipNonFinite(base: self) }
}

/// Leaves parameters and state as they are where there is nothing to go by.
private struct SkipNonFinite<Base: GradientTransformation>: GradientTransformation {
  let base: Base

  func initialState(_ parameters: ParameterVector) -> [Tensor] { base.initialState(parameters) }

  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    let isUsable = isFinite(step.loss) .& isFinite(gradient).all()
    var next = state
    let change = base.change(select(isUsable, gradient, 0), state: &next, step: &step)
    state = zip(state, next).map { select(isUsable, $1, $0) }
    step.isSkipped = maximum(step.isSkipped, not(isUsable))
    return select(isUsable, change, 0)
  }

  func validate() throws(InferenceError) { try base.validate() }
}
