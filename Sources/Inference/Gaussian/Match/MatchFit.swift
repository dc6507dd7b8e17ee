import Foundation
import PPL
import Parallel
import Preconditions

/// The result of batch and match: a normal distribution of the unconstrained values, with the tests that say whether to trust it.
public struct MatchFit: Sendable {
  /// The settings of the fit.
  public let settings: BatchAndMatch
  /// The state after the last iteration, to continue from.
  public let state: BatchAndMatch.State
  /// The fitted normal distribution.
  public let approximation: GaussianApproximation
  /// Draws of it with their importance weights, and k-hat.
  public let importance: ImportanceSample
  /// The wall time of this run in seconds.
  public let seconds: Double
  private let density: LogDensity

  /// The number of importance draws after an interruption.
  private static let fewDraws = 1_250

  /// Whether the means and standard deviations have settled, by the test of the iterations.
  public var isConverged: Bool { settings.isConverged(state) }
  /// Whether the draws stand for the posterior: whether the fit has converged and its importance weights are reliable.
  public var isReliable: Bool { isConverged && importance.isReliable }
  /// Whether the fit was interrupted before its tests were passed or its iterations used up.
  public var isInterrupted: Bool { !isConverged && state.iteration < settings.iterations }
  /// The largest standard error of a fitted mean, in standard deviations, or relative one of a standard deviation; nil before
  /// there are enough iterations.
  public var standardError: Double? { state.convergence?.standardError }
  /// The sentences that say what the model read while it was recorded; it is recorded anew at each point if there are any.
  public var reads: [String] { density.reads }

  init(
    _ settings: BatchAndMatch, _ density: LogDensity, _ state: BatchAndMatch.State,
    key: RandomKey, pool: WorkPool, seconds: Double
  ) throws {
    (self.settings, self.density, self.state) = (settings, density, state)
    let matched = state.covariance.approximation(state.mean, base: state.base) ?? state.base
    // After an interruption there is no time for all of the tests.
    let isEnded = settings.isConverged(state) || state.iteration >= settings.iterations
    let count =
      isEnded ? settings.importanceDraws : min(settings.importanceDraws, Self.fewDraws)
    (approximation, importance) = try matched.adapted(
      to: density, count: count, rounds: settings.rank == nil && isEnded ? 3 : 0,
      key: key.foldIn(.importance), pool: pool)
    self.seconds = seconds
  }

  /// The posterior as draws: those of the fit, resampled by their importance weights if these are reliable, with every
  /// deterministic site computed for each.
  ///
  /// - Parameters:
  ///   - count: The number of draws.
  ///   - key: The key of the resampling.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.count` unless the number is positive; `ModelError` from a run of the model.
  /// - Complexity: One run of the model for each draw.
  public func posterior(
    draws count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Posterior {
    try demandCount(count, "the number of draws")
    let (choice, latent) = (key.foldIn(.resampling), key.foldIn(.importance))
    let isEnough = 2 * count <= importance.count
    let sample =
      isEnough
      ? importance
      : try approximation.importanceSample(of: density, draws: 4 * count, key: latent, pool: pool)
    let rows = try sample.chosen(count, key: choice).map(Double.init)
    return try density.posterior(
      of: density.logJoint.model,
      unconstrained: sample.vectors(of: density.vector).taking(indices: Tensor(rows), along: 0),
      key: key.foldIn(MatchKeys.modelRuns), pool: pool,
      origin: .init(
        method: "BatchAndMatch",
        settings: ["iterations": "\(state.iteration)", "gradients": "\(state.gradients)"]))
  }

  /// The verdict, a sentence: the tests, what they found and what to do next.
  public var verdict: String {
    let khat = String(format: "k-hat %.2f", max(importance.khat, importance.khatOfAll))
    let error = standardError.map { String(format: "%.3f", $0) } ?? "unknown"
    guard importance.isReliable || !importance.hasReliableTail else {
      return String(
        format: "the fit cannot be trusted: its %d weighted draws are worth %.0f independent ones, "
          + "below %.0f (%@); take --backend nuts.", importance.count,
        importance.smoothing.effectiveSampleSize, ApproximationDiagnosis.fewestEffectiveDraws, khat)
    }
    guard importance.isReliable else {
      return
        "the fit cannot be trusted: \(khat) is above 0.70, so the posterior is far from a normal distribution; "
        + "take --backend nuts."
    }
    guard isConverged else {
      return
        "not converged in \(counted(state.iteration, "iteration")): the means still move, with a standard error of "
        + "\(error) standard deviations (\(khat)); take more --iterations, or --backend nuts."
    }
    return
      "converged in \(counted(state.iteration, "iteration")): the means have a standard error of \(error) standard "
      + "deviations, and \(khat) is below 0.7; the draws are weighted for the rest."
  }
}
