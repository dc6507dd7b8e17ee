import Foundation
import PPL
import Parallel
import Preconditions

/// Draws of an approximation of a posterior, with the log densities of both: the input of importance sampling and of every
/// check of the approximation.
///
///     let sample = try fit.importanceSample(key: key)
///     sample.khat  // above 0.7: do not trust the fit
///     sample.elbo  // (value: -13.4, standardError: 0.02)
///
/// An approximation by any algorithm has one: `ImportanceSample(of: density, at: x, logProposal: q)`.
///
/// - Reference: Yao, Vehtari, Simpson and Gelman (2018), *Yes, but did it work?: evaluating variational inference*, for k-hat
///   of an approximation.
public struct ImportanceSample: Sendable {
  /// The draws of the latent sites on unconstrained space, each `[D] + shape`.
  public let draws: Draws
  /// The log density of the model, `LogJoint`, at each draw; NaN or an infinity where the data are impossible.
  public let logTarget: [Double]
  /// The log density of the approximation at each draw, on unconstrained space.
  public let logProposal: [Double]
  /// The gradient of the log density of the model at each draw, row-major `[D, n]`; empty if it is not known.
  let scores: [Double]
  /// The smoothed importance weights of all draws.
  public let smoothing: ParetoSmoothing
  /// The mean k-hat over sets of `setSize` draws, whose tails together have more draws than the tail of all.
  ///
  /// Above 0.7 the approximation leaves out parts of the posterior. It is 0 where both densities are the same up to rounding.
  public let khat: Double
  /// The standard error of k-hat, from its spread over the sets; NaN for a single set.
  public let khatError: Double

  /// The k-hat of the smoothed weights of all draws; 0 where both densities are the same up to rounding.
  public var khatOfAll: Double { khat == 0 ? 0 : smoothing.khat }
  /// Whether the weighted draws stand for the posterior: whether k-hat is at most 0.7, that of sets and that of all draws, and
  /// they are worth 100 independent draws, or half of their number if that is less (`ApproximationDiagnosis`).
  public var isReliable: Bool { hasReliableTail && isEfficient }

  /// Whether k-hat, that of sets and that of all draws, is at most 0.7.
  var hasReliableTail: Bool { max(khat, khatOfAll) <= ApproximationDiagnosis.largestKhat }

  /// Whether the weighted draws are worth enough independent ones.
  private var isEfficient: Bool {
    smoothing.effectiveSampleSize
      >= min(ApproximationDiagnosis.fewestEffectiveDraws, 0.5 * Double(count))
  }

  /// The number of draws of a set from which one k-hat is estimated.
  public static var setSize: Int { 250 }

  /// The sample of an approximation of a density.
  ///
  /// - Parameters:
  ///   - density: The density of the posterior, up to a constant.
  ///   - x: Independent draws of the approximation on unconstrained space, `[D, n]`.
  ///   - logProposal: The log density of the approximation at each draw.
  ///   - pool: The threads that share the draws.
  ///   - progress: The counter of the draws; nil for none.
  /// - Throws: `InferenceError.count` without draws, `.argument` for other shapes; what the model throws, if it is recorded
  ///   again because its control flow reads values; `CancellationError` of a density that is interrupted.
  /// - Complexity: D replays of the density with its gradient.
  public init(
    of density: LogDensity, at x: Tensor, logProposal: [Double], pool: WorkPool = .automatic,
    progress: ProgressCounter? = nil
  ) throws {
    try demandCount(logProposal.count, "the number of draws")
    try demand(
      x.shape == [logProposal.count, density.count], of: "ImportanceSample",
      "draws of shape \(x.shape) have \(logProposal.count) log densities",
      "must be [D, \(density.count)] with D log densities")
    let draws = Draws(
      count: logProposal.count, sites: density.vector.split(x).map { ($0.site.name, $0.value) })
    let (count, scalars) = (density.count, x.scalars)
    let parts = try pool.mapParts(of: logProposal.count) { range in
      let evaluator = density.evaluator()
      var gradient = Array(repeating: 0.0, count: count)
      var (values, scores): ([Double], [Double]) = ([], [])
      scores.reserveCapacity(range.count * count)
      for draw in range {
        let point = Array(scalars[(draw * count)..<((draw + 1) * count)])
        let value = try evaluator.value(at: point, gradient: &gradient)
        values.append(value + density.logJoint.constantTerm)
        scores += gradient
        progress?.advance()
      }
      return (values, scores)
    }
    self.init(
      draws, logTarget: parts.flatMap(\.0), logProposal: logProposal, scores: parts.flatMap(\.1))
  }

  /// The sample of densities that are known at each draw.
  init(_ draws: Draws, logTarget: [Double], logProposal: [Double], scores: [Double] = []) {
    (self.draws, self.logTarget, self.logProposal) = (draws, logTarget, logProposal)
    self.scores = scores
    let ratios = zip(logTarget, logProposal).map { $0 - $1 }
    smoothing = ParetoSmoothing(logRatios: ratios)
    (khat, khatError) = Self.khat(of: ratios)
  }

  private static func khat(of ratios: [Double]) -> (mean: Double, standardError: Double) {
    if let least = ratios.min(), let largest = ratios.max(), largest - least < 1e-6 {
      return (0, 0)
    }
    let sets = max(1, ratios.count / setSize)
    let found = (0..<sets).map { set in
      let range = (set * ratios.count / sets)..<((set + 1) * ratios.count / sets)
      return ParetoSmoothing(logRatios: Array(ratios[range])).khat
    }
    let mean = found.reduce(0, +) / Double(sets)
    let squares = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(sets - 1) / Double(sets)).squareRoot())
  }

  /// The number of draws D.
  public var count: Int { draws.count }

  /// The number of draws at which the model has no finite log density.
  public var impossibleCount: Int { logTarget.count { !$0.isFinite } }

  /// The evidence lower bound, the mean of log p - log q, with its Monte Carlo standard error, in nats.
  ///
  /// Draws without a finite log density under the model, which make the bound infinite, are left out and counted by
  /// `impossibleCount`; NaN if all are so.
  public var elbo: (value: Double, standardError: Double) {
    let ratios = zip(logTarget, logProposal).map { $0 - $1 }.filter(\.isFinite)
    let count = Double(ratios.count)
    let mean = ratios.reduce(0, +) / count
    let squares = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }

  /// The numbers of draws that importance resampling chooses, in ascending order; a draw may be chosen several times.
  ///
  /// - Parameters:
  ///   - count: How many to choose.
  ///   - key: The key of the choice.
  /// - Throws: `InferenceError.count` if `count` is not positive, `.argument` if no draw has a weight.
  /// - Reference: Kitagawa (1996), *Monte Carlo filter and smoother for non-Gaussian nonlinear state space models*, for
  ///   stratified resampling.
  public func resampled(_ count: Int, key: RandomKey) throws -> [Int] {
    try demandCount(count, "the number of draws")
    let weights = smoothing.weights
    try demand(
      weights.allSatisfy(\.isFinite), of: "ImportanceSample", "no draw has a finite weight",
      "must have draws where the model has a density")
    return resampledPlaces(weights, key.uniform([count]).scalars)
  }
}
