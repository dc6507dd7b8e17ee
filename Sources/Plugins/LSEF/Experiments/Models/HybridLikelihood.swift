import Assimilation
import Foundation
import LinearAlgebra
import SpectralFields
import SpectrumEstimator

/// The likelihood of innovations by the covariance of `ScaleHybridPrior`, of which its weights and factor are the largest.
///
///     -2 log p = sum over analyses of log det C + dᵀ C⁻¹ d,    C = H B Hᵀ + R
///
/// - Reference: Dee (1995), *On-line estimation of error covariance parameters for atmospheric data assimilation*.
struct HybridLikelihood {
  /// The innovations of an analysis, with the perturbations of its forecast.
  struct Innovation: Sendable {
    let perturbations: Matrix
    let points: [Int]
    let values, variances: [Double]

    init(_ perturbations: Matrix, _ estimate: [Double], _ observations: Observations) {
      (self.perturbations, points) = (perturbations, observations.points)
      values = zip(observations.values, points).map { $0 - estimate[$1] }
      variances = observations.variances
    }
  }

  private let innovations: [Innovation]
  private let prior: ScaleHybridPrior

  init(
    _ innovations: [Innovation], network: SpectrumNetwork, bank: FilterBank, taper: Taper
  ) throws {
    self.innovations = innovations
    prior = try ScaleHybridPrior(network, bank: bank, weights: ScaleWeights(), taper: taper)
  }

  /// The deviance, -2 log p up to a constant.
  ///
  /// - Parameters:
  ///   - weights: The weights of the ensemble's own covariance; nil for LSEF alone.
  ///   - factor: The factor of the covariance of LSEF.
  ///   - scale: The factor of the perturbations.
  func deviance(_ weights: ScaleWeights?, factor: Double = 1, scale: Double = 1) throws -> Double {
    var prior = prior
    (prior.weights, prior.factor) = (weights, factor)
    var sum = 0.0
    for own in innovations {
      var perturbations = own.perturbations
      perturbations.scale(by: scale)
      let B = try prior.estimated(from: perturbations)
      var C = B.observationCovariance(at: own.points)
      C.addToDiagonal(own.variances)
      let root = try CholeskyFactor(factoring: C)
      let distance = zip(own.values, root.solving(own.values)).reduce(0) { $0 + $1.0 * $1.1 }
      sum += root.logDeterminant + distance
    }
    return sum
  }

  /// The least deviance by the localized covariance and by that of LSEF, in nats for each observation, each with the best of
  /// seven factors of the perturbations; lower is better.
  struct Comparison: Sendable, Codable, Equatable {
    let localized, lsef: Double
  }

  func compared() throws -> Comparison {
    let scales = [0.5, 0.7, 0.85, 1, 1.2, 1.4, 2]
    let count = Double(innovations.reduce(0) { $0 + $1.points.count })
    let least = { (weights: ScaleWeights?) in
      try scales.map { try deviance(weights, scale: $0) }.min() ?? .nan
    }
    // Log odds of 40 leave nothing to LSEF.
    return Comparison(
      localized: try least(ScaleWeights(level: 40)) / count, lsef: try least(nil) / count)
  }

  /// The weights and the factor of largest likelihood, by a search along each coordinate with steps that shrink.
  func maximum(
    from weights: ScaleWeights, _ factor: Double
  ) throws -> (ScaleWeights, Double) {
    let made = { (x: [Double]) in
      (ScaleWeights(level: x[0], slope: x[1], contrast: x[2]), exp(x[3]))
    }
    var x = [weights.level, weights.slope, weights.contrast, log(factor)]
    let deviance = { (x: [Double]) in
      let (weights, factor) = made(x)
      return try self.deviance(weights, factor: factor)
    }
    var (best, step) = (try deviance(x), [1.0, 0.5, 0.5, 0.5])
    for _ in 0..<4 {
      for k in x.indices {
        for direction in [-1.0, 1] {
          var next = x
          next[k] = min(6, max(-6, x[k] + direction * step[k]))
          let value = try deviance(next)
          if value < best { (x, best) = (next, value) }
        }
      }
      for k in step.indices { step[k] *= 0.7 }
    }
    return made(x)
  }
}
