import Foundation
import Inference

/// The score of the predictive distribution of one observation.
public struct PredictionScore: Sendable, Codable, Equatable {
  /// The log predictive density of the observed value (the log score), nats.
  public var logDensity: Double
  /// The log predictive density given all data, from which the effective number of parameters follows; nil for folds.
  public var fittedDensity: Double?
  /// The Pareto k-hat, by which a leave-one-out estimate is judged; nil for folds.
  public var khat: Double?
  /// The probability integral transform: the predictive probability of a smaller value; nil for values without an order.
  public var pit: Double?
  /// The continuous ranked probability score, in the unit of the value; nil for values without an order.
  public var crps: Double?
}

/// The predictive distribution of an observation, a mixture over draws.
public protocol PredictiveMixture {
  /// The log density of the observed value for each draw.
  var logDensities: [Double] { get }

  /// The probability integral transform and the continuous ranked probability score; nil for values without an order.
  ///
  /// - Parameter weights: The weight of each draw, with sum 1.
  func score(_ weights: [Double]) -> (pit: Double, crps: Double)?
}

/// The weighting of draws in the predictive distribution of an observation.
public enum PredictionWeighting: Sendable {
  /// All draws alike, for an observation that the fit did not see.
  case equal
  /// Pareto smoothed importance weights, for an observation that the fit saw: the distribution given all others.
  case leaveOneOut(relativeEfficiency: Double)

  /// The score of a predictive distribution.
  ///
  /// - Reference: Vehtari, Gelman and Gabry (2017), *Practical Bayesian model evaluation using leave-one-out cross-validation
  ///   and WAIC*, §2.2.
  public func score(_ mixture: some PredictiveMixture) -> PredictionScore {
    let logs = mixture.logDensities
    var score = PredictionScore(logDensity: logMeanExp(logs))
    var weights = Array(repeating: 1 / Double(logs.count), count: logs.count)
    if case .leaveOneOut(let efficiency) = self {
      let smoothing = ParetoSmoothing(
        logRatios: logs.map { -$0 }, relativeEfficiency: efficiency)
      weights = smoothing.weights
      (score.fittedDensity, score.khat) = (score.logDensity, smoothing.khat)
      score.logDensity = logSumExp(zip(smoothing.logWeights, logs).map { $0 + $1 })
    }
    if let found = mixture.score(weights) { (score.pit, score.crps) = (found.pit, found.crps) }
    return score
  }
}

/// A predictive distribution that is represented by a simulated value for each draw.
public struct SimulatedMixture: PredictiveMixture {
  public let logDensities: [Double]
  private let observed: Double
  private let simulated: [Double]

  /// The distribution of simulated values.
  ///
  /// - Parameters:
  ///   - observed: The observed value.
  ///   - simulated: A value for each draw; empty for values without an order.
  ///   - logDensities: The log density of the observed value for each draw.
  public init(observed: Double, simulated: [Double], logDensities: [Double]) {
    (self.observed, self.simulated, self.logDensities) = (observed, simulated, logDensities)
  }

  /// The weighted share of smaller values, with half of equal ones, and the score of the weighted sample.
  ///
  /// - Complexity: O(D log D).
  /// - Reference: Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, eq. (21).
  public func score(_ weights: [Double]) -> (pit: Double, crps: Double)? {
    guard !simulated.isEmpty else { return nil }
    var (pit, distance, spread, below) = (0.0, 0.0, 0.0, 0.0)
    for (value, weight) in zip(simulated, weights).sorted(by: { $0.0 < $1.0 }) {
      if value < observed { pit += weight } else if value == observed { pit += weight / 2 }
      distance += weight * abs(value - observed)
      // Half of the mean distance of two values: each counts with the share below less the share above.
      spread += weight * value * (2 * below + weight - 1)
      below += weight
    }
    return (min(pit, 1), distance - spread)
  }
}
