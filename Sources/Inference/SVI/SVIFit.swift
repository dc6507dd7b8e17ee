import PPL
import Parallel

/// The result of a variational fit: the fitted guide, the records of the steps, and the state for further steps.
public struct SVIFit: Sendable {
  let model: Model<Void>
  let loss: any ELBO
  /// The state after the last step, from which `SVI.run(steps:from:)` continues.
  public internal(set) var state: SVI.State
  /// The records of the steps with their counts, in bounded memory.
  public let history: StepHistory
  /// The descriptions of values that the model's control flow read, which prevents replay; empty for most fits.
  public let reads: [String]
  /// The skipped steps, with the sites that were not finite; at most the first 1,000.
  public let skipped: [SkippedStep]
  /// The end of the search of `SVI.minimized(by:key:)`; nil for a fit by steps.
  public let minimization: Minimization?

  init(
    _ svi: SVI, state: SVI.State, history: StepHistory, reads: [String], skipped: [SkippedStep],
    minimization: Minimization? = nil
  ) {
    (model, loss, self.state) = (svi.model, svi.loss, state)
    (self.history, self.reads, self.skipped) = (history, reads, skipped)
    self.minimization = minimization
  }

  /// The end of a search for the least loss.
  public struct Minimization: Sendable, Equatable, CustomStringConvertible {
    /// The reason why the search ended.
    public let termination: LBFGS.Termination
    /// The number of iterations.
    public let iterations: Int
    /// The Euclidean norm of the loss's gradient at the fitted parameters, unconstrained: nearly 0 at a minimum.
    public let gradientNorm: Double

    /// Whether the gradient is small enough for a minimum.
    public var isConverged: Bool { termination == .smallGradient }
  }

  /// The record of each step; for fits of more than 100,000 steps those that `history` keeps.
  public var records: [StepRecord] { history.records }

  /// The loss of each step of `records`, before its update.
  public var losses: [Double] { records.map(\.loss) }

  /// The fitted parameters on their supports, by name.
  public var parameters: [String: Tensor] { state.layout.constrained(state.parameters) }

  /// The fitted parameters on unconstrained space, by name: NumPyro's `svi.optim.get_params(state.optim_state)`.
  public var unconstrainedParameters: [String: Tensor] {
    state.layout.unconstrained(state.parameters)
  }

  /// Draws from the fitted guide, with every deterministic site of the model recomputed for each.
  ///
  /// NumPyro's `sample_posterior`.
  ///
  /// - Parameters:
  ///   - count: The number of draws.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws.
  public func draws(
    _ count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Draws {
    try demandCount(count, "the number of draws")
    try pool.validate()
    let latent = try state.guide.draws(count, parameters: parameters, key: key, pool: pool)
    return try latent.completed(by: fittedModel, key: key.foldIn(1), pool: pool)
  }

  /// The model at the fitted parameters.
  var fittedModel: Model<Void> { model.under(Substitute(parameters)) }

  /// The guide's quantiles at `levels`, with deterministic sites computed from them; nil if it has none in closed form.
  public func quantiles(_ levels: [Double]) throws -> Draws? {
    for level in levels {
      try demand(
        (0...1).contains(level), of: "quantiles", "a level is \(level)", "must be in [0, 1]")
    }
    return try state.guide.quantiles(levels, parameters: parameters)
      .map { try $0.completed(by: fittedModel, key: RandomKey(0), pool: .serial) }
  }

  /// The guide's medians, with deterministic sites computed from them; nil if it has none in closed form.
  public func median() throws -> [String: Tensor]? {
    guard let one = try quantiles([0.5]) else { return nil }
    return Dictionary(uniqueKeysWithValues: one.names.map { ($0, one[$0][0]) })
  }

  /// Draws of guide and model together, for predictions: NumPyro's `Predictive(model, guide=...)`.
  ///
  /// - Parameters:
  ///   - model: The model to predict with: the fitted one without its data, or at other places.
  ///   - count: The number of draws.
  ///   - key: The key of the draws.
  ///   - sites: The sites to keep; by default all that are not in the guide. Only what they depend on is computed.
  ///   - pool: The threads that share the draws.
  public func predictions<Output>(
    _ model: Model<Output>, _ count: Int, key: RandomKey, sites: Set<String>? = nil,
    pool: WorkPool = .automatic
  ) throws -> Draws {
    try demandCount(count, "the number of draws")
    try pool.validate()
    let (modelKey, guideKey) = key.split()
    let guide = try state.guide.fittedModel(parameters)
    let fitted = model.under(Substitute(parameters))
    let keys = (guideKey.split(count), modelKey.split(count))
    return try Draws.mapped(keys: keys.0, keys.1, pool: pool) { guideKey, modelKey in
      let trace = try guide.seeded(by: guideKey).trace()
      // Each draw has the rows of subsampled plates that it was made with.
      let drawn = trace.latent + trace.filter { $0.kind == .plate }
      let values = Dictionary(
        uniqueKeysWithValues: drawn.compactMap { site in site.value.map { (site.name, $0) } })
      return try fitted.predicted(given: values, key: modelKey, sites: sites)
    }
  }
}
