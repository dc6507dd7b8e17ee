import PPL
import Parallel

extension SVIFit {
  /// The posterior as draws of the fitted guide, with every deterministic site of the model recomputed for each.
  ///
  /// - Parameters:
  ///   - count: The number of draws of the single chain.
  ///   - key: The key of the draws, as in `draws(_:key:pool:)`.
  ///   - pool: The threads that share the draws.
  /// - Throws: As `draws(_:key:pool:)`.
  public func posterior(
    draws count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Posterior {
    let draws = try draws(count, key: key, pool: pool)
    return try Posterior(
      draws, axes: draws.axes(in: fittedModel, key: key),
      origin: .init(
        method: minimization == nil ? "SVI" : "SVI.minimized",
        settings: [
          "steps": "\(state.step)", "loss": String(describing: type(of: loss)),
        ]))
  }
}
