import PPL

/// What a step of a fit computes, as functions of tensors that are recorded.
///
/// A step starts from parameters, the words of its key, and the tensors of the optimizer's state, in this order.
struct StepFunction: Sendable {
  let model, guide: Model<Void>
  let layout: ParameterLayout
  let loss: TraceELBO
  let optimizer: any Optimizer

  /// The guide's draw, the model, their reverse pass, and the update.
  ///
  /// - Returns: As `end(_:loss:gradient:)`.
  func whole(_ start: [Tensor]) throws -> [Tensor] {
    let key = RandomKey(words: start[1]).split().1
    let (loss, gradient) = try particle(start[0], key: key.words)
    return end(start, loss: loss, gradient: gradient)
  }

  /// The loss by one draw and its gradient, `[P]`.
  func particle(_ parameters: Tensor, key: Tensor) throws -> (loss: Tensor, gradient: Tensor) {
    let (value, gradient) = try valueWithGradient(
      of: { parameters in
        let values = layout.constrained(parameters)
        return try loss(model, guide, parameters: values, key: RandomKey(words: key))
      }, at: layout.split(parameters))
    let flat = gradient.map { $0.reshaped(to: [-1]) }
    return (value, flat.isEmpty ? Tensor([]) : concatenate(flat))
  }

  /// - Returns: The step's report, then what the next step starts from.
  func end(_ start: [Tensor], loss: Tensor, gradient: Tensor) -> [Tensor] {
    var state = Array(start.dropFirst(2))
    var step = OptimizerStep(parameters: layout.vector(start[0]), loss: loss)
    let parameters = start[0] + optimizer.update(gradient, state: &state, step: &step)
    let nextKey = RandomKey(words: start[1]).split().0
    return [step.report(isFinite: isFinite(parameters).all()), parameters, nextKey.words] + state
  }

  /// The words of each particle's key from those of the step's: `[particles, 2]`.
  func particleKeys(_ key: Tensor) -> Tensor {
    let key = RandomKey(words: key).split().1
    // A single particle uses the key itself.
    let keys = loss.particles == 1 ? [key] : key.split(loss.particles)
    return stack(keys.map(\.words))
  }
}
