import PPL
import Parallel

extension Draws {
  /// The pointwise log likelihood of each draw, `[count]` + batch, the input of leave-one-out cross-validation and WAIC.
  ///
  ///     log p(y[n] | draw[s])
  ///     try fit.draws(1_000, key: key).logLikelihood(of: "y", in: posterior)  // [1000, N]
  ///
  /// A masked point has 0. The scale of a site or a plate is ignored: a point counts once.
  ///
  /// - Parameters:
  ///   - site: An observed site of the model.
  ///   - model: The model with its data, without subsampling.
  ///   - parameters: The values of its `parameter` sites, if any: `SVIFit.parameters`.
  ///   - pool: The threads that share the draws.
  /// - Returns: `[count]` + the batch of the site.
  /// - Throws: `InferenceError.unknownSite` if no observed site has this name, `.missingValue` for a latent site, a
  ///   parameter or a subsampled plate without a value, `.count` if there are no draws; `ModelError` from the run.
  /// - Reference: Vehtari, Gelman, Gabry (2017), *Practical Bayesian model evaluation using leave-one-out
  ///   cross-validation and WAIC*, §2; NumPyro's `log_likelihood`.
  public func logLikelihood<Output>(
    of site: String, in model: Model<Output>, parameters: [String: Tensor] = [:],
    pool: WorkPool = .automatic
  ) throws -> Tensor {
    try demandCount(count, "the number of draws")
    let found = try Draws.mapped(self, pool: pool) { _, values in
      let trace = try model.given(values, parameters: parameters)
      let observed = trace.filter { $0.kind == .sample && $0.isObserved }
      guard var data = observed.first(where: { $0.name == site }) else {
        throw InferenceError.unknownSite(site, known: observed.map(\.name))
      }
      data.scale = nil
      return data.logProb().map { [(site, $0)] } ?? []
    }
    return found[site]
  }
}

extension Model {
  /// The trace of one run in which every latent site and every parameter has a given value.
  func given(
    _ values: [String: Tensor], parameters: [String: Tensor]
  ) throws -> Trace {
    let given = substituting { site in
      switch site.kind {
      case .sample: site.isObserved ? nil : values[site.name]
      case .parameter: parameters[site.name]
      default: nil
      }
    }
    let trace: Trace
    do {
      trace = try given.trace()
    } catch ModelError.missingKey(let site) {
      throw InferenceError.missingValue(site)
    }
    for site in trace where site.kind == .parameter && parameters[site.name] == nil {
      throw InferenceError.missingValue(site.name)
    }
    return trace
  }
}
