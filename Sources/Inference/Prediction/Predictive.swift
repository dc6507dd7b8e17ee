import PPL
import Parallel

/// A prior or posterior predictive distribution: draws of every site of a model, given the draws of some sites.
///
///     let prior = try Predictive(model, draws: 1_000)(key: RandomKey(0))
///     let ahead = try Predictive(forecast, given: posterior)(key: RandomKey(4))
///
/// Deterministic sites are recomputed for each draw. For a fitted guide, `SVIFit.predictions` draws guide and model
/// together.
public struct Predictive<Output: Sendable>: Sendable {
  let model: Model<Output>
  let given: Draws

  /// Predictions from the prior.
  public init(_ model: Model<Output>, draws: Int) {
    self.init(model, given: Draws(count: draws, sites: []))
  }

  /// Predictions from the model with the sites of `given` held at its draws, one after another.
  public init(_ model: Model<Output>, given: Draws) {
    (self.model, self.given) = (model, given)
  }

  /// Draws the sites of the model, each `[count] + shape`.
  ///
  /// - Parameters:
  ///   - key: The key of the draws; one key is split off for each.
  ///   - sites: The sites to return; by default every random site that is not given, and every deterministic one.
  ///   - pool: The threads that share the draws.
  /// - Throws: `ModelError` from the run; `InferenceError.count` if there are no draws, `.unknownSite` for a name in
  ///   `sites` that the model does not have.
  public func callAsFunction(
    key: RandomKey, sites: Set<String>? = nil, pool: WorkPool = .automatic
  ) throws -> Draws {
    try demandCount(given.count, "the number of draws")
    // A single draw uses the key itself, as NumPyro's does.
    let keys = given.count == 1 ? [key] : key.split(given.count)
    return try Draws.mapped(given, keys: keys, pool: pool) { key, values in
      try model.predicted(given: values, key: key, sites: sites)
    }
  }
}

extension Model {
  /// The sites of one run with some latent sites given, which take no key.
  func predicted(
    given values: [String: Tensor], key: RandomKey, sites: Set<String>?
  ) throws -> [(name: String, value: Tensor)] {
    let trace = try substituting { site in
      guard site.kind != .deterministic, let value = values[site.name] else { return nil }
      // The rows of a guide's plate apply only if the model's plate has the same size.
      guard let size = site.plateSize else { return value }
      return size.used == value.count && size.used < size.full ? value : nil
    }.seeded(by: key).trace()
    if let unknown = sites?.sorted().first(where: { trace[$0] == nil }) {
      throw InferenceError.unknownSite(unknown, known: trace.names)
    }
    return trace.compactMap { site in
      let isWanted =
        sites?.contains(site.name)
        ?? (site.kind == .deterministic || site.kind == .sample && values[site.name] == nil)
      return isWanted && site.kind != .plate ? site.value.map { (site.name, $0) } : nil
    }
  }
}
