import PPL

extension SVI {
  /// The loss at the parameters of a state, without a step: the mean of `draws` losses of a step.
  ///
  ///     let bound = -(try svi.evaluate(at: fit.state, draws: 1_000, key: key))
  ///
  /// Each draw has the particles of the loss. With one draw and the key of the state it is the loss of the next step:
  /// NumPyro's `SVI.evaluate`. For other data, make an `SVI` of the model with those data.
  ///
  /// - Parameters:
  ///   - state: A state of the fit, such as `SVIFit.state`.
  ///   - draws: The number of losses in the mean.
  ///   - key: The key of the draws; a single one uses the key itself.
  /// - Throws: `ModelError` from the model; `InferenceError.count` if `draws` is not positive.
  /// - Complexity: The time of `draws` steps.
  public func evaluate(at state: State, draws: Int = 1, key: RandomKey) throws -> Double {
    try demandCount(draws, "the number of draws")
    var replay = try StepReplay(try function(state), from: state.start)
    let keys = draws == 1 ? [key] : key.split(draws)
    let losses = try keys.map { key in
      replay.start(with: key)
      return try replay.run().record.loss
    }
    return losses.reduce(0, +) / Double(draws)
  }

  /// The share of each site in the loss, the mean over draws of the guide, to find the part of a model that fits badly.
  ///
  ///     try svi.siteLosses(at: fit.state, key: key)  // ["mu": 0.31, "y": 42.7]
  ///
  /// The share of a latent site is `log q - log p`, that of an observed site or a factor `-log p`; their sum is `TraceELBO`.
  /// With `TraceMeanFieldELBO` that of a latent site is its divergence, if available in closed form.
  ///
  /// - Throws: As the model; `InferenceError.count` if `draws` is not positive.
  public func siteLosses(
    at state: State, draws: Int = 100, key: RandomKey
  ) throws -> [String: Double] {
    try demandCount(draws, "the number of draws")
    try validate()
    let values = state.layout.constrained(state.parameters)
    var sums: [String: Double] = [:]
    for key in key.split(draws) {
      let (guide, model) = try loss.traces(
        model, state.guide.model, parameters: values, key: key)
      for (name, value) in loss.siteLosses(guide: guide, model: model) {
        sums[name, default: 0] += value.scalar
      }
    }
    return sums.mapValues { $0 / Double(draws) }
  }

  /// The time of a step by operation and site, from replays at a state.
  ///
  ///     print(try svi.profile(at: fit.state))
  ///
  /// - Parameters:
  ///   - state: The state of the fit at which to measure.
  ///   - steps: The number of replays in the mean.
  /// - Returns: An entry for each operation of the guide's draw, the model, the reverse pass and the update, for one particle
  ///   with an undivided minibatch.
  /// - Throws: `ModelError` from the model; `InferenceError.count` if `steps` is not positive.
  public func profile(at state: State, steps: Int = 300) throws -> Profile {
    guard steps > 0 else { throw InferenceError.count("the number of steps", steps) }
    let function = try function(state)
    let program = try throwingMistakesAsErrors {
      try Program(recording: function.whole, on: state.start)
    }
    return program.profile(state.start, replays: steps)
  }
}
