import PPL

extension SVI {
  /// The share of each site in the loss, by the mean over draws of the guide: which part of a model a fit struggles with.
  ///
  ///     try svi.siteLosses(at: fit.state, key: key)  // ["mu": 0.31, "y": 42.7]
  ///
  /// A latent site counts `log q - log p`, an observed one or a factor `-log p`; the sum is `TraceELBO`. By
  /// `TraceMeanFieldELBO` a latent site counts its divergence where there is a closed form.
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
}
