import PPL

/// The computation of a step of a fit, as functions of tensors that are recorded.
///
/// A step starts from parameters, the words of its key, and the tensors of the optimizer's state, in this order.
struct StepFunction: Sendable {
  let model, guide: Model<Void>
  let layout: ParameterLayout
  let loss: any ELBO
  let optimizer: any GradientTransformation
  /// The sites of guide and model in every step.
  let sites: SiteList
  /// The layout of the seeds of its terms.
  let seedLayout: SeedLayout

  /// The whole step of one term: the guide's draw, the model, their reverse pass, and the update.
  ///
  /// - Returns: As `end(_:loss:gradient:)`.
  func whole(_ start: [Tensor]) throws -> [Tensor] {
    let key = keys(start[1]).step
    let (loss, gradient) = try term(start[0], seed: key.words, in: .unsharded)
    return end(start, loss: loss, gradient: gradient)
  }

  /// The loss of a particle, or of a shard of one, and its gradient, `[P]`.
  func term(_ parameters: Tensor, seed: Tensor) throws -> (loss: Tensor, gradient: Tensor) {
    try term(parameters, seed: seed, in: seedLayout)
  }

  private func term(
    _ parameters: Tensor, seed: Tensor, in layout: SeedLayout
  ) throws -> (loss: Tensor, gradient: Tensor) {
    try lossWithGradient(at: parameters) { values in
      let (key, shard) = layout.read(seed)
      let traces = try loss.traces(model, guide, parameters: values, key: key, under: shard)
      try sites.check(traces, isShard: shard != nil)
      return traces
    }
  }

  /// The summed loss of the rows of a minibatch and its gradient, `[P]`.
  func sum(
    _ parameters: Tensor, over rows: Minibatch, of plan: EpochPlan
  ) throws -> (loss: Tensor, gradient: Tensor) {
    try lossWithGradient(at: parameters) { values in
      // No random numbers: all sites with a density are data.
      let traces = try loss.traces(
        model, guide, parameters: values, key: RandomKey(0), under: rows)
      try sites.check(traces, isShard: false, minibatchOf: plan.plate)
      try plan.check(traces)
      return traces
    }
  }

  private func lossWithGradient(
    at parameters: Tensor,
    _ traces: ([String: Tensor]) throws -> (guide: Trace, model: Trace)
  ) throws -> (loss: Tensor, gradient: Tensor) {
    let (value, gradient) = try valueWithGradient(
      of: { parameters in
        let traces = try traces(layout.constrained(parameters))
        return loss.loss(guide: traces.guide, model: traces.model)
      }, at: layout.split(parameters))
    let flat = gradient.map { $0.reshaped(to: [-1]) }
    return (value, flat.isEmpty ? Tensor([]) : concatenate(flat))
  }

  /// The end of a step: its update.
  ///
  /// - Returns: The step's report, then the tensors from which the next step starts.
  func end(_ start: [Tensor], loss: Tensor, gradient: Tensor) -> [Tensor] {
    var state = Array(start.dropFirst(2))
    var step = OptimizerStep(parameters: layout.vector(start[0]), loss: loss)
    let parameters = start[0] + optimizer.change(gradient, state: &state, step: &step)
    let isLossUsable = not(isNaN(loss)) .| step.isSkipped
    let isUsable = isFinite(parameters).all() .& isLossUsable
    return [step.report(isUsable: isUsable), parameters, keys(start[1]).next.words] + state
  }

  /// The two keys that the key of a state is split into: that of the next state, and that of the step's draws.
  private func keys(_ words: Tensor) -> (next: RandomKey, step: RandomKey) {
    RandomKey(words: words).split()
  }

  /// The seed of each term, `[terms, width]`, from the words of a state's key.
  ///
  /// - Parameter parameters: The parameters at which the model is run; without influence on the seeds.
  func seeds(_ parameters: Tensor, key: Tensor) throws -> Tensor {
    let key = keys(key).step
    // A single particle uses the key itself.
    let ofParticles = loss.particles == 1 ? [key] : key.split(loss.particles)
    let values = layout.constrained(layout.split(parameters))
    return concatenate(
      try ofParticles.map {
        try loss.seeds(model, guide, parameters: values, key: $0, in: seedLayout)
      })
  }

  /// The sites whose log density is not finite at the start of a step, as text, or the error of the model there.
  func complaint(_ start: [Tensor]) -> String? {
    let values = layout.constrained(layout.split(start[0]))
    do {
      let seeds = try seeds(start[0], key: start[1])
      for term in 0..<loss.terms {
        let (key, shard) = seedLayout.read(seeds[.at(term)])
        let traces = try loss.traces(model, guide, parameters: values, key: key, under: shard)
        let densities = traces.guide.logDensities() + traces.model.logDensities()
        let bad = densities.filter { !$0.value.scalar.isFinite }
        guard bad.isEmpty else {
          return bad.map { "site \"\($0.name)\" has log density \($0.value.scalar)" }
            .joined(separator: ", ")
        }
      }
      return nil
    } catch {
      let sentence = "\(error)"
      return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
  }
}
