import PPL

extension SVI {
  /// Fits by minimizing the loss at one set of draws, which is a smooth function of the parameters without noise.
  ///
  /// For a guide without randomness, `AutoDelta` and `AutoLaplaceApproximation`, this is the mode; for others it
  /// is as good as the loss's particles are many. The optimizer is not used.
  ///
  /// - Returns: A fit with one record an iteration.
  /// - Throws: As `initialState(key:)`; what the model throws on the way.
  /// - Reference: Giordano, Ingram, Broderick (2024), *Black box variational inference with a deterministic objective*.
  public func minimized(by minimizer: LBFGS = LBFGS(), key: RandomKey) throws -> SVIFit {
    var state = try initialState(key: key)
    let function = function(state)
    let keys = function.particleKeys(state.key.words)
    let program = try Program(
      recording: { try Self.mean(function, $0[0], keys) }, on: [Tensor(state.parameters)])
    let execution = Execution(program)
    var failure: (any Error)?
    let minimum = minimizer.minimize(from: state.parameters) { parameters in
      guard !program.isReplayable else {
        execution.setInput(0, parameters)
        execution.run()
        return (execution.withOutput(0) { $0[0] }, execution.output(1))
      }
      do {
        let results = try Self.mean(function, Tensor(parameters), keys)
        return (results[0].scalar, results[1].scalars)
      } catch {
        failure = failure ?? error
        return (.nan, parameters)
      }
    }
    if let failure { throw failure }
    state.parameters = minimum.point
    state.step = minimum.values.count - 1
    return SVIFit(
      model: model, state: state, records: minimum.values.dropFirst().map { StepRecord(loss: $0) },
      reads: program.reads, skipped: [])
  }

  /// The mean loss of all particles, and its gradient.
  private static func mean(
    _ function: StepFunction, _ parameters: Tensor, _ keys: Tensor
  ) throws -> [Tensor] {
    let terms = try (0..<function.loss.particles).map {
      try function.particle(parameters, key: keys[.at($0)])
    }
    let count = Tensor(Double(terms.count))
    return [
      terms.dropFirst().reduce(terms[0].loss) { $0 + $1.loss } / count,
      terms.dropFirst().reduce(terms[0].gradient) { $0 + $1.gradient } / count,
    ]
  }
}
