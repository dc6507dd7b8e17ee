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
  /// The importance effective sample size of the candidates; nil without correction.
  let effectiveCandidates: Double?
  /// The logarithm of the mean ratio, by which the correction changes the evidence.
  let logEvidenceChange: Double

  /// The draws: pairs of candidates at the points in proportion to their weights, mirrored in the mode of x there, then as
  /// many pairs as asked for by their weights, of which each gives two draws by the weights in it.
  ///
  /// Both of most pairs are taken, so that their noise cancels in means of x.
  ///
  /// - Complexity: A value of the log density for each candidate: four for each draw, at least 4,000.
  init(
    _ count: Int, from explored: ExploredPoints, _ marginal: MarginalDensity, isCorrected: Bool,
    key: RandomKey
  ) throws {
    let chosenCount = (count + 1) / 2
    let pairCount = isCorrected ? max(4 * chosenCount, 2_000) : chosenCount
    let candidateKey = key.foldIn(Purpose.candidates.rawValue)
    let orderKey = key.foldIn(Purpose.order.rawValue)
    func uniforms(_ purpose: Purpose, _ shape: [Int] = []) -> Tensor {
      key.foldIn(purpose.rawValue).uniform(shape)
    }
    func systematic(_ weights: [Double], _ count: Int, _ purpose: Purpose) -> [Int] {
      resampledPlaces(weights, Array(repeating: uniforms(purpose).scalar, count: count))
    }
    let places = systematic(explored.weights, pairCount, .points)
    let counts = places.reduce(into: Array(repeating: 0, count: explored.gaussians.count)) {
      $0[$1] += 1
    }
    let used = counts.indices.filter { counts[$0] > 0 }
    let parts = try marginal.pool.mapParts(of: used.count) { part in
      let evaluator = marginal.conditional.evaluator()
      return try part.map { index in
        if marginal.isInterrupted() { throw CancellationError() }
        return Candidates(
          pairs: counts[used[index]], of: explored.gaussians[used[index]], evaluator,
          isCorrected: isCorrected, key: candidateKey.foldIn(UInt32(used[index])))
      }
    }.flatMap(\.self)

    let ratios = parts.flatMap(\.logRatios)
    let smoothed = SmoothedWeights(ratios, isSmoothed: isCorrected)
    let weights = (0..<pairCount).map { smoothed.weights[2 * $0] + smoothed.weights[2 * $0 + 1] }
    let pairs = systematic(weights, chosenCount, .pairs)
    let chosen = zip(pairs, uniforms(.members, [chosenCount]).scalars).flatMap { pair, uniform in
      // How many of the two draws are the first of the pair: twice its share, rounded up or down.
      let share = weights[pair] > 0 ? smoothed.weights[2 * pair] / weights[pair] : 0.5
      let first = min(Int(2 * share + uniform), 2)
      return (0..<2).map { 2 * pair + ($0 < first ? 0 : 1) }
    }
    // In random order, as draws of a chain whose first part is a sample too.
    let order = orderKey.permutation(chosen.count).scalars.prefix(count).map { chosen[Int($0)] }
    let owners = parts.indices.flatMap { part in
      (0..<parts[part].x.rows).map { (part: part, row: $0) }
    }
    values = order.flatMap { candidate in
      let owner = owners[candidate]
      return marginal.split.joined(
        x: Array(parts[owner.part].x.row(owner.row)),
        theta: explored.gaussians[used[owner.part]].theta)
    }
    logRatios = order.map { ratios[$0] }
    candidates = ratios.count
    khat = isCorrected ? smoothed.khat : nil
    effectiveCandidates =
      isCorrected ? 1 / smoothed.weights.reduce(0) { $0 + $1 * $1 } : nil
    logEvidenceChange = isCorrected ? logMeanExp(ratios) : 0
  }

  /// The purposes of the random numbers: the candidates at the points, the order of the draws, the points of the candidates,
  /// the pairs that are chosen, and the members of those.
  private enum Purpose: UInt32 { case candidates, order, points, pairs, members }
}

/// Candidates of x at one point, in pairs that are mirrored in the mode, with the log ratios of exact and approximate density.
private struct Candidates: Sendable {
  /// The candidates `[2 pairs, n]`, those of a pair one after the other.
  let x: Matrix
  let logRatios: [Double]

  init(
    pairs: Int, of gaussian: ConditionalGaussian, _ evaluator: borrowing ConditionalEvaluator,
    isCorrected: Bool, key: RandomKey
  ) {
    let size = gaussian.mode.count
    let normals = key.normal([pairs, size]).scalars
    var mirrored: [Double] = []
    mirrored.reserveCapacity(2 * normals.count)
    for start in stride(from: 0, to: normals.count, by: size) {
      let row = normals[start..<(start + size)]
      mirrored += row
      mirrored += row.map(-)
    }
    let (x, logDensities) = gaussian.draws(Matrix(rows: 2 * pairs, columns: size, mirrored))
    self.x = x
    guard isCorrected else {
      logRatios = Array(repeating: 0, count: 2 * pairs)
      return
    }
    evaluator.setTheta(gaussian.theta)
    logRatios = logDensities.indices.map { row in
      let ratio =
        evaluator.value(at: Array(x.row(row))) - gaussian.logMarginal - logDensities[row]
      return ratio.isNaN ? -.infinity : ratio
    }
  }
}
