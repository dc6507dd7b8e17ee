import PPL
import Parallel

/// Chains that have run to their end, or until they were interrupted.
public struct MCMCRun<S: Sampler>: Sendable {
  /// The sampler and the settings of the chains.
  public let mcmc: MCMC<S>
  /// The chains, to continue from.
  public let checkpoint: MCMC<S>.Checkpoint
  /// The wall time of this run in seconds.
  public let seconds: Double
  private let model: Model<Void>
  private let density: LogDensity
  private let key: RandomKey

  init(
    mcmc: MCMC<S>, model: Model<Void>, density: LogDensity, checkpoint: MCMC<S>.Checkpoint,
    key: RandomKey, seconds: Double
  ) {
    (self.mcmc, self.model, self.density) = (mcmc, model, density)
    (self.checkpoint, self.key, self.seconds) = (checkpoint, key, seconds)
  }

  /// The number of draws of each chain: those of the shortest if the run was interrupted, and the first ones of a checkpoint
  /// that has more.
  public var drawsPerChain: Int {
    min(mcmc.draws, max(0, (checkpoint.iterations.min() ?? 0) - mcmc.warmup))
  }
  /// Whether all chains have made all their transitions.
  public var isFinished: Bool { drawsPerChain == mcmc.draws }
  /// The states of the chains after their last transitions.
  public var states: [S.State] { checkpoint.chains.map(\.state) }
  /// The sentences that say what the model read while it was recorded; it is recorded anew at each point if there are any.
  public var reads: [String] { density.reads }

  /// The unconstrained draws of all chains `[C S, n]`, those of the first chain first.
  public var unconstrained: Tensor {
    let (count, size) = (drawsPerChain, density.count)
    return Tensor(
      checkpoint.chains.flatMap { $0.positions.prefix(count * size) },
      shape: [checkpoint.chains.count * count, size])
  }

  /// The posterior of the draws, with every deterministic site recomputed for each.
  ///
  /// - Parameter pool: The threads that share the draws.
  /// - Throws: `InferenceError.count` if the run was interrupted before its first draws.
  public func posterior(pool: WorkPool = .automatic) throws -> Posterior {
    let count = checkpoint.chains.count * drawsPerChain
    try demandCount(count, "the number of draws")
    return try density.posterior(
      of: model, unconstrained: unconstrained, chains: checkpoint.chains.count,
      statistics: statistics, key: key.foldIn(.deterministicSites), pool: pool,
      origin: .init(method: mcmc.sampler.name, settings: settings))
  }

  /// The numbers of each draw by name, in the order of the draws.
  public var statistics: Draws {
    let names = mcmc.sampler.statistics
    let rows = checkpoint.chains.flatMap { $0.statistics.prefix(drawsPerChain * names.count) }
    let count = checkpoint.chains.count * drawsPerChain
    return Draws(
      count: count,
      sites: names.enumerated().map { column, name in
        (name, Tensor((0..<count).map { rows[$0 * names.count + column] }))
      })
  }

  private var settings: [String: String] {
    mcmc.sampler.settings.merging([
      "chains": "\(mcmc.chains)", "warmup": "\(mcmc.warmup)", "draws": "\(mcmc.draws)",
    ]) { $1 }
  }
}
