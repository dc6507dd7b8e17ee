import PPL

extension SVI {
  /// The time of a step by operation and site, from replays at a state.
  ///
  ///     print(try svi.profile(at: fit.state))
  ///
  /// - Parameters:
  ///   - state: The state of the fit at which to measure.
  ///   - steps: The number of replays in the mean.
  /// - Returns: One entry an operation of the guide's draw, the model, the reverse pass and the update, for one
  ///   particle with an undivided minibatch.
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
