import Foundation
import LinearAlgebra
import PPL
import Parallel

/// Draws of (x, θ) from explored points, weighted by the exact joint density where that is asked for.
struct JointDraws: Sendable {
  /// The unconstrained draws of all sites `[draws, n]`.
  let values: [Double]
  /// The logarithm of the ratio of exact and approximate joint density at each draw.
  let logRatios: [Double]
  /// The number of candidates that the draws were chosen from.
  let candidates: Int
  /// The k-hat of the ratios; nil without correction.
  let khat: Double?
  /// The logarithm of the mean ratio, by which the correction changes the evidence.
  let logEvidenceChange: Double

  /// The draws: candidates at the points in proportion to their weights, x from the Gaussian there, then as many as asked
  /// for by their weights.
  ///
  /// - Complexity: A value of the log density for each candidate: four for each draw, at least 4,000.
  init(
    _ count: Int, from explored: ExploredPoints, _ marginal: MarginalDensity, isCorrected: Bool,
    key: RandomKey
  ) throws {
    let candidates = isCorrected ? max(4 * count, 4_000) : count
    let (pointKey, chosenKey, orderKey) = (key.foldIn(0), key.foldIn(1), key.foldIn(2))
    let places = SmoothedWeights.resampled(
      explored.weights, count: candidates, uniform: chosenKey.uniform().scalar)
    let counts = places.reduce(into: Array(repeating: 0, count: explored.gaussians.count)) {
      $0[$1] += 1
    }
    let used = counts.indices.filter { counts[$0] > 0 }
    let split = marginal.split
    let parts = try marginal.pool.mapParts(of: used.count) { part in
      let evaluator = marginal.conditional.evaluator()
      return try part.map { index -> (x: Matrix, logRatios: [Double]) in
        if marginal.isInterrupted() { throw CancellationError() }
        let gaussian = explored.gaussians[used[index]]
        let normals = pointKey.foldIn(UInt32(used[index]))
          .normal([counts[used[index]], gaussian.mode.count])
        let (x, logDensities) = gaussian.draws(
          Matrix(rows: normals.shape[0], columns: normals.shape[1], normals.scalars))
        evaluator.setTheta(gaussian.theta)
        let logRatios = (0..<x.rows).map { row in
          let value = isCorrected ? evaluator.value(at: Array(x.row(row))) : .nan
          let ratio = value - gaussian.logMarginal - logDensities[row]
          return isCorrected ? (ratio.isNaN ? -.infinity : ratio) : 0
        }
        return (x, logRatios)
      }
    }.flatMap(\.self)
    let ratios = parts.flatMap(\.logRatios)
    let owners = used.indices.flatMap { place in
      (0..<parts[place].x.rows).map { (place: place, row: $0) }
    }
    let smoothed = SmoothedWeights(ratios, isSmoothed: isCorrected)
    let chosen = SmoothedWeights.resampled(
      smoothed.weights, count: count, uniform: chosenKey.foldIn(1).uniform().scalar)
    // In random order, as draws of a chain whose first part is a sample too.
    let order = orderKey.permutation(count).scalars.map { chosen[Int($0)] }
    values = order.flatMap { candidate in
      let owner = owners[candidate]
      return split.joined(
        x: Array(parts[owner.place].x.row(owner.row)),
        theta: explored.gaussians[used[owner.place]].theta)
    }
    logRatios = order.map { ratios[$0] }
    self.candidates = candidates
    khat = isCorrected ? smoothed.khat : nil
    logEvidenceChange =
      isCorrected ? logSumExp(ratios) - log(Double(candidates)) : 0
  }
}
