import PPL
import Parallel
import Synchronization

/// Markov chains of a sampler on the posterior of a model.
///
///     let run = try MCMC(NUTS(), chains: 4, warmup: 1_000, draws: 1_000).run(posterior, key: RandomKey(0))
///     print(try run.posterior().table(of: ["mu", "tau"]))
///
/// Each chain has its own key, start and adaptation, so that results do not depend on the number of threads.
public struct MCMC<S: Sampler>: Sendable {
  /// The sampler of every chain.
  public let sampler: S
  /// The number of chains C.
  public let chains: Int
  /// The number of transitions of each chain that adapt the sampler and are not kept.
  public let warmup: Int
  /// The number of draws of each chain that are kept.
  public let draws: Int

  /// Chains of a sampler.
  public init(_ sampler: S, chains: Int = 4, warmup: Int = 1_000, draws: Int = 1_000) {
    (self.sampler, self.chains) = (sampler, chains)
    (self.warmup, self.draws) = (warmup, draws)
  }

  /// The state of all chains: a run that continues from it has the digits of one that was not interrupted.
  public struct Checkpoint: Sendable, Codable {
    var chains: [Chain]
    /// The number of transitions that each chain has made, warm-up included.
    public var iterations: [Int] { chains.map(\.iteration) }
  }

  /// One chain with its draws.
  struct Chain: Sendable, Codable {
    var state: S.State
    /// The number of transitions made.
    var iteration = 0
    /// The draws that are kept `[s, n]`, and the statistics of each.
    var positions: [Double] = []
    var statistics: [Double] = []
  }

  /// Runs the chains to their end, or until they are interrupted.
  ///
  /// - Parameters:
  ///   - model: The model conditioned on its data.
  ///   - start: The rule for the starting point of each chain; `ChainStart` has others.
  ///   - key: The random numbers of all chains.
  ///   - checkpoint: The chains to continue from, of the same settings, model and key; new ones if nil.
  ///   - pool: The threads that share the chains.
  ///   - progress: The display of the transitions made.
  ///   - isInterrupted: Asked before every transition; the chains end where it says so.
  ///   - interval: The time between two calls of `save`.
  ///   - save: Called with the chains as they are.
  /// - Throws: `InferenceError` for settings that are not allowed, a checkpoint of other chains, or where no start has a finite
  ///   density; what the model and `save` throw.
  /// - Complexity: A gradient of the log density for each leapfrog step.
  public func run<Output>(
    _ model: Model<Output>, start: Initialization = .uniform(), key: RandomKey,
    from checkpoint: Checkpoint? = nil, pool: WorkPool = .automatic,
    progress: ProgressDisplay = .automatic, isInterrupted: @Sendable () -> Bool = { false },
    every interval: Duration = .seconds(60), save: (Checkpoint) throws -> Void = { _ in }
  ) throws -> MCMCRun<S> {
    try run(
      model, start: .rule(start), key: key, from: checkpoint, pool: pool, progress: progress,
      isInterrupted: isInterrupted, every: interval, save: save)
  }

  /// Runs the chains from starting points of their own, such as `.pathfinder()` or `.draws(_:)`.
  ///
  /// - Parameters:
  ///   - model: The model conditioned on its data.
  ///   - start: The starting points of the chains.
  ///   - key: The random numbers of all chains.
  ///   - checkpoint: The chains to continue from, of the same settings, model and key; new ones if nil.
  ///   - pool: The threads that share the chains.
  ///   - progress: The display of the transitions made.
  ///   - isInterrupted: Asked before every transition; the chains end where it says so.
  ///   - interval: The time between two calls of `save`.
  ///   - save: Called with the chains as they are.
  /// - Throws: As the other `run`; what the starting points throw.
  public func run<Output>(
    _ model: Model<Output>, start: ChainStart, key: RandomKey,
    from checkpoint: Checkpoint? = nil, pool: WorkPool = .automatic,
    progress: ProgressDisplay = .automatic, isInterrupted: @Sendable () -> Bool = { false },
    every interval: Duration = .seconds(60), save: (Checkpoint) throws -> Void = { _ in }
  ) throws -> MCMCRun<S> {
    try validate(checkpoint)
    let began = ContinuousClock.now
    let keys = key.foldIn(.chains).split(chains)
    let density = try LogDensity(model)
    let sampler = try sampler.prepared(for: density.vector)
    let total = warmup + draws
    var states = try checkpoint?.chains ?? started(sampler, density, start, keys, pool)
    let done = states.reduce(0) { $0 + $1.iteration }
    let counter = progress.counter(sampler.name, chains * total, done: done)
    defer { counter.finish() }
    var saved = ContinuousClock.now
    while !isInterrupted(), states.contains(where: { $0.iteration < total }) {
      // Chains take turns, so that all have draws where they are more than the threads.
      let deadline = ContinuousClock.now + min(interval, .milliseconds(500))
      states = try advanced(states, pool) { chain, state in
        let evaluator = density.evaluator()
        while state.iteration < total, !isInterrupted() {
          try advance(&state, by: sampler, of: evaluator, keys[chain])
          counter.advance()
          if ContinuousClock.now >= deadline { break }
        }
      }
      if ContinuousClock.now >= saved + interval {
        try save(Checkpoint(chains: states))
        saved = .now
      }
    }
    return MCMCRun(
      mcmc: self, model: model.discardingOutput, density: density,
      checkpoint: Checkpoint(chains: states), key: key,
      seconds: (ContinuousClock.now - began) / .seconds(1))
  }
}

/// The purposes of keys that are folded out of the key of a run, and out of that of a chain.
enum ChainKeys: UInt32 {
  case chains, deterministicSites
  case start, transitions
}

extension RandomKey {
  func foldIn(_ purpose: ChainKeys) -> RandomKey { foldIn(purpose.rawValue) }
}

extension MCMC {
  private func validate(_ checkpoint: Checkpoint?) throws {
    try sampler.validate()
    try demandCount(chains, "the number of chains")
    try demandCount(draws, "the number of draws of a chain")
    try demand(warmup >= 0, of: "MCMC", "warmup is \(warmup)", "must not be negative")
    guard let stored = checkpoint?.chains.count else { return }
    try demand(
      stored == chains, of: "MCMC", "the checkpoint has \(stored) chains",
      "must have \(chains), as the run")
  }

  /// The chains before their first transition.
  private func started(
    _ sampler: S, _ density: LogDensity, _ start: ChainStart, _ keys: [RandomKey], _ pool: WorkPool
  ) throws -> [Chain] {
    let startKeys = keys.map { $0.foldIn(.start).split() }
    let found = try start(density, startKeys.map(\.0), pool)
    return try pool.mapParts(of: chains) { part -> [Chain] in
      let evaluator = density.evaluator()
      return try part.map { chain in
        let (point, key) = (found.points[chain], startKeys[chain].1)
        guard let massMatrix = found.massMatrix else {
          return Chain(
            state: try sampler.initialState(at: point, of: evaluator, warmup: warmup, key: key))
        }
        return Chain(
          state: try sampler.initialState(
            at: point, massMatrix: massMatrix, of: evaluator, warmup: warmup, key: key))
      }
    }.flatMap(\.self)
  }

  private func advance(
    _ chain: inout Chain, by sampler: S, of density: borrowing GradientEvaluator, _ key: RandomKey
  ) throws {
    try sampler.step(
      &chain.state, of: density,
      key: key.foldIn(.transitions).foldIn(UInt32(chain.iteration)))
    chain.iteration += 1
    guard chain.iteration > warmup else { return }
    chain.positions += chain.state.position
    chain.statistics += chain.state.statistics
  }

  /// The chains after `body`, those that are behind first.
  private func advanced(
    _ states: [Chain], _ pool: WorkPool, _ body: @Sendable (Int, inout Chain) throws -> Void
  ) throws -> [Chain] {
    let order = states.indices.sorted { states[$0].iteration < states[$1].iteration }
    let results = Mutex<[Int: Result<Chain, any Error>]>([:])
    pool.forEach(order.count) { place in
      let chain = order[place]
      let result = Result {
        var state = states[chain]
        try body(chain, &state)
        return state
      }
      results.withLock { $0[chain] = result }
    }
    let advanced = results.withLock(\.self)
    return try states.indices.map { try advanced[$0]?.get() ?? states[$0] }
  }
}
