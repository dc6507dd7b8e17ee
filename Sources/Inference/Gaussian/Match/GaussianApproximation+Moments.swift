import Foundation
import LinearAlgebra
import PPL
import Parallel

extension GaussianApproximation {
  /// The approximation with the moments of its importance-weighted draws, in rounds that each lower k-hat.
  ///
  /// Moments of the posterior give a wider fit than scores, whose weights have a lighter tail.
  ///
  /// - Parameters:
  ///   - density: The log density that is approximated.
  ///   - count: The number of importance draws.
  ///   - rounds: The largest number of rounds.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws.
  /// - Returns: The approximation with the least k-hat, and its importance sample.
  /// - Complexity: `count` evaluations of the density a round, and one before them.
  /// - Reference: Oh and Berger (1992), *Adaptive importance sampling in Monte Carlo integration*.
  func adapted(
    to density: LogDensity, count: Int, rounds: Int, key: RandomKey, pool: WorkPool
  ) throws -> (approximation: GaussianApproximation, sample: ImportanceSample) {
    var best = (self, try importanceSample(of: density, draws: count, key: key, pool: pool))
    let roundKeys = key.foldIn(GaussianKeys.rounds).split(rounds)
    for roundKey in roundKeys {
      guard best.1.khat > 0.5, let next = best.0.withMoments(of: best.1, density) else { break }
      let sample = try next.importanceSample(
        of: density, draws: count, key: roundKey, pool: pool)
      guard sample.khat < best.1.khat else { break }
      best = (next, sample)
    }
    return best
  }

  /// The normal distribution with the weighted mean and covariance of draws of this one.
  ///
  /// - Returns: Nil where the weights have too few effective draws for a covariance of n values.
  private func withMoments(
    of sample: ImportanceSample, _ density: LogDensity
  ) -> GaussianApproximation? {
    guard sample.smoothing.effectiveSampleSize > Double(20 * count) else { return nil }
    let (rows, weights) = (
      sample.vectors(of: density.vector).scalars, sample.smoothing.weights
    )
    var z = Matrix(
      rows: weights.count, columns: count,
      weights.indices.flatMap { row in
        coordinates(of: Array(rows[(row * count)..<((row + 1) * count)]))
      })
    let mean = z.transposeMultiplied(by: weights)
    z.shiftRows(from: mean, to: Array(repeating: 0, count: count))
    for (row, weight) in weights.enumerated() { z.scale(row: row, by: weight.squareRoot()) }
    let covariance = Matrix.symmetricProduct(z.transposed())
    guard let factor = try? CholeskyFactor(factoring: covariance) else { return nil }
    return MatchCovariance.dense(factor: factor.lowerTriangle).approximation(mean, base: self)
  }
}
