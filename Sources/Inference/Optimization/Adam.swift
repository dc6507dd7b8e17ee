import PPL

/// The optimizer Adam: steps scaled by running moments of the gradient.
///
///     m <- b1 m + (1 - b1) g,    v <- b2 v + (1 - b2) g²
///     change = -rate m̂ / (sqrt(v̂) + eps),    m̂ = m / (1 - b1^t),  v̂ = v / (1 - b2^t)
///
/// State: `t`, `m`, `v`. Entries of a gradient beyond 1e150 are clipped to it, so that `v` stays finite. Steps after such a
/// gradient stay small, since its part of sqrt(v) decreases by the factor sqrt(b2) in each step only: clip gradients first.
///
/// - Reference: Kingma and Ba (2015), *Adam: a method for stochastic optimization*, alg. 1.
public struct Adam: GradientTransformation {
  let learningRate: Schedule
  let decay, squareDecay, epsilon: Double

  /// Adam with a positive `epsilon` and decays in [0, 1); `validate()` throws for others, or an invalid schedule.
  public init(
    learningRate: Schedule, decay: Double = 0.9, squareDecay: Double = 0.999, epsilon: Double = 1e-8
  ) {
    (self.learningRate, self.decay) = (learningRate, decay)
    (self.squareDecay, self.epsilon) = (squareDecay, epsilon)
  }

  public func validate() throws(InferenceError) { try validate(as: "Adam") }

  /// Checks the settings that an optimizer of this name shares with Adam.
  func validate(as optimizer: String) throws(InferenceError) {
    try learningRate.validate(asLearningRateOf: optimizer)
    try demand(
      (0..<1).contains(decay) && (0..<1).contains(squareDecay), of: optimizer,
      "the decays are \(decay) and \(squareDecay)", "must be in [0, 1)")
    try demand(
      epsilon > 0 && epsilon.isFinite, of: optimizer, "epsilon is \(epsilon)", positive(epsilon))
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
    let count = state[0] + 1
    let mean = Tensor(1 - decay) * gradient + Tensor(decay) * state[1]
    let meanSquare = Tensor(1 - squareDecay) * square(gradient) + Tensor(squareDecay) * state[2]
    let unbiased = mean / (1 - pow(Tensor(decay), count))
    let unbiasedSquare = meanSquare / (1 - pow(Tensor(squareDecay), count))
    let rate = learningRate(state[0])
    state = [count, mean, meanSquare]
    return -(rate * (unbiased / (sqrt(unbiasedSquare) + Tensor(epsilon))))
  }
}

/// The optimizer AdamW: Adam with decoupled weight decay.
///
///     change = change of Adam - rate weightDecay x
///
/// - Reference: Loshchilov and Hutter (2019), *Decoupled weight decay regularization*, alg. 2.
public struct AdamW: GradientTransformation {
  let adam: Adam
  let weightDecay: Double

  /// AdamW with the numbers of `Adam` and a `weightDecay` that is not negative; `validate()` throws for others.
  public init(
    learningRate: Schedule, weightDecay: Double = 1e-4, decay: Double = 0.9,
    squareDecay: Double = 0.999, epsilon: Double = 1e-8
  ) {
    adam = Adam(
      learningRate: learningRate, decay: decay, squareDecay: squareDecay, epsilon: epsilon)
    self.weightDecay = weightDecay
  }

  public func validate() throws(InferenceError) {
    try adam.validate(as: "AdamW")
    try demand(
      weightDecay >= 0 && weightDecay.isFinite, of: "AdamW", "weightDecay is \(weightDecay)",
      weightDecay == .infinity ? "must be finite" : "must not be negative")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return adam.initialState(parameters)
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let rate = adam.learningRate(state[0])
    let change = adam.update(gradient, state: &state, step: &step)
    return change - rate * (Tensor(weightDecay) * step.parameters.values)
  }
}

/// Adam after clipping each entry of the gradient to `[-limit, limit]`.
///
/// - Parameters:
///   - learningRate: The learning rate, a number or a schedule over the steps.
///   - limit: The largest magnitude of an entry, NumPyro's `clip_norm`.
public func clippedAdam(learningRate: Schedule, limit: Double = 10) -> some GradientTransformation {
  ClipValues(limit).then(Adam(learningRate: learningRate))
}
