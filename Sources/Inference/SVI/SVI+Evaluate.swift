import PPL

extension SVI {
  /// The loss at the parameters of a state, without a step: the mean over `draws` of what a step would record.
  ///
  ///     let bound = -(try svi.evaluate(at: fit.state, draws: 1_000, key: key))
  ///
  /// Each draw has the particles of the loss. With one draw and the key of the state it is the loss that the next step
  /// from there records: NumPyro's `SVI.evaluate`. At other data it is that of an `SVI` of the model with those data.
  ///
  /// - Parameters:
  ///   - state: A state of the fit, such as `SVIFit.state`; it is left as it is.
  ///   - draws: The number of losses in the mean.
  ///   - key: The key of the draws; a single one uses the key itself.
  /// - Throws: `ModelError` from the model; `InferenceError.count` if `draws` is not positive.
  /// - Complexity: As so many steps.
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
}
