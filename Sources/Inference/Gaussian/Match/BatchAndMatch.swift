import PPL
import Parallel
import Preconditions

/// Batch and match: a normal distribution fitted to the scores of the posterior, the gradients of its log density.
///
///     let density = try LogDensity(posterior)
///     let fit = try BatchAndMatch().run(density, key: RandomKey(0))
///     guard fit.isConverged, fit.importance.khat < 0.7 else { … }
///     let drawn = try fit.posterior(draws: 1_000, key: RandomKey(1))
///
/// It begins at the Laplace approximation. In each iteration the scores of a batch of draws are matched in closed form,
/// without a learning rate of gradient steps: a normal posterior is found in a few iterations. Once the changes are noise around
/// 0, the weight of the newest batch falls as 1 / t, so that the noise averages out. At the end importance weights show how far the posterior is
/// from the fit; where k-hat is above 1/2, a full covariance is replaced by the weighted moments as long as that lowers it.
///
/// - Complexity: `batch` gradients and O(n² (n + batch)) an iteration; O(n (rank + batch)²) with a rank.
/// - Reference: Cai, Modi, Pillaud-Vivien, Margossian, Gower, Blei and Saul (2024), *Batch and match: black-box variational
///   inference with a score-based divergence*, arXiv 2402.14758, alg. 1; Modi, Cai and Saul (2025), *Batch, match, and patch:
///   low-rank approximations for score-based variational inference*, for the rank.
public struct BatchAndMatch: Sendable {
  /// The number of draws in a batch B; max(32, 2 n), at most 256, if nil.
  public let batch: Int?
  /// The largest number of iterations.
  public let iterations: Int
  /// The number of factors r of a covariance of low rank plus diagonal; a full covariance if nil.
  public let rank: Int?
  /// The standard error of the fitted means, in fitted standard deviations, at which the iterations end.
  public let tolerance: Double
  /// The number of draws from which k-hat and the importance weights are computed.
  public let importanceDraws: Int

  /// A fit by batch and match; `validate()` throws for numbers that are not positive.
  public init(
    batch: Int? = nil, iterations: Int = 3_000, rank: Int? = nil, tolerance: Double = 0.03,
    importanceDraws: Int = 10_000
  ) {
    (self.batch, self.iterations, self.rank) = (batch, iterations, rank)
    (self.tolerance, self.importanceDraws) = (tolerance, importanceDraws)
  }

  /// Checks the settings.
  ///
  /// - Throws: `InferenceError.argument`.
  public func validate() throws(InferenceError) {
    try demand(
      batch ?? 2 >= 2, of: "BatchAndMatch", "batch is \(batch ?? 0)", "must be at least 2")
    try demand(
      iterations > 0, of: "BatchAndMatch", "iterations is \(iterations)", "must be positive")
    try demand(rank ?? 1 > 0, of: "BatchAndMatch", "rank is \(rank ?? 0)", "must be positive")
    try demand(
      tolerance > 0 && tolerance.isFinite, of: "BatchAndMatch", "tolerance is \(tolerance)",
      positive(tolerance))
    try demandCount(importanceDraws, "the number of importance draws")
  }

  /// The number of draws in a batch for n unconstrained values.
  func batchSize(count: Int) -> Int { batch ?? min(max(32, 2 * count), 256) }

  /// The weight of the newest batch falls as `decay / t`, once the fit has settled.
  static let decay = 4.0

  /// Fits a log density, from the Laplace approximation or from a checkpoint.
  ///
  /// - Parameters:
  ///   - density: The log density of the unconstrained values.
  ///   - start: The rule for the starts of the search for the mode.
  ///   - approximation: The approximation to begin at; the Laplace approximation, or that near the best point if there is no
  ///     mode, if nil.
  ///   - key: The random numbers of the search and of the batches.
  ///   - checkpoint: The state to continue from, of the same settings, density and key.
  ///   - pool: The threads that share the draws; results do not depend on their number.
  ///   - progress: The display of the iterations.
  ///   - isInterrupted: Asked before every iteration and every draw of it; the fit ends where it says so.
  ///   - interval: The time between two calls of `save`.
  ///   - save: Called with the state as it is.
  /// - Throws: `InferenceError.argument` for settings that are not allowed, `.noScores` where no draw of a batch has a finite
  ///   score; as `GaussianApproximation.nearMode`; what `save` throws.
  public func run(
    _ density: LogDensity, start: Initialization = .uniform(),
    from approximation: GaussianApproximation? = nil, key: RandomKey,
    checkpoint: State? = nil, pool: WorkPool = .automatic,
    progress: ProgressDisplay = .automatic,
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    every interval: Duration = .seconds(60), save: (State) throws -> Void = { _ in }
  ) throws -> MatchFit {
    try validate()
    // Before the search for the mode, which may be long.
    try demand(
      rank ?? 0 <= density.count, of: "BatchAndMatch", "rank is \(rank ?? 0)",
      "must be at most \(density.count), the number of unconstrained values")
    let began = ContinuousClock.now
    var state =
      try checkpoint ?? started(density, start, approximation, key.foldIn(.mode), pool)
    try demand(
      state.mean.count == density.count, of: "BatchAndMatch",
      "the checkpoint has \(state.mean.count) numbers",
      "the density has \(density.count) unconstrained values")
    let counter = progress.counter("match", iterations, done: state.iteration)
    defer { counter.finish() }
    let batchKey = key.foldIn(.batches)
    var saved = ContinuousClock.now
    while state.iteration < iterations, !isConverged(state), !isInterrupted() {
      do {
        try step(&state, density.interruptible(by: isInterrupted), batchKey, pool)
      } catch is CancellationError where isInterrupted() {
        break
      }
      counter.advance()
      if ContinuousClock.now - saved >= interval {
        try save(state)
        saved = .now
      }
    }
    return try MatchFit(
      self, density, state, key: key, pool: pool,
      seconds: (ContinuousClock.now - began) / .seconds(1))
  }

  /// Whether the fit has settled and its standard error is small.
  func isConverged(_ state: State) -> Bool {
    state.isSettled && state.convergence?.isReached(tolerance) == true
  }

  private func started(
    _ density: LogDensity, _ start: Initialization, _ given: GaussianApproximation?,
    _ key: RandomKey, _ pool: WorkPool
  ) throws -> State {
    try given?.demandSize(of: density)
    let (found, isMode) =
      try given.map { ($0, false) }
      ?? GaussianApproximation.nearMode(of: density, start: start, key: key, pool: pool)
    return try State(found, isMode: isMode, rank: rank)
  }
}

/// The purposes of keys that are folded out of the key of a fit.
enum MatchKeys: UInt32 {
  case mode, batches, importance, resampling, modelRuns
}

extension RandomKey {
  func foldIn(_ purpose: MatchKeys) -> RandomKey { foldIn(purpose.rawValue) }
}
