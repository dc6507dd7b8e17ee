import Autodiff
import Foundation
import LinearAlgebra

/// A filter of weighted particles: a conforming type implements the analysis only.
///
/// The estimate after an analysis is the weighted mean before resampling, which has less noise than the one after it.
public protocol WeightedFilter: Filter {
  /// The number of particles N.
  var members: Int { get }
  /// The scheme of resampling.
  var resampling: Resampling { get }
  /// The effective number of particles, over N, up to which they are resampled, in [0, 1].
  var threshold: Double { get }
  /// The standard deviation of the noise of copies after resampling, as a multiple of N^(-1/(n + 4)) deviations of the particles.
  var jitter: Double { get }
}

extension WeightedFilter {
  /// The number of particles.
  public var memberCount: Int? { members }

  /// Draws particles of equal weight.
  ///
  /// - Throws: `FilterError.setting` for a threshold or a jitter out of its range; `AnalysisError` for fewer than two particles
  ///   or draws that are not finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(
      "threshold", threshold, (0...1).contains(threshold), "in [0, 1]", of: name)
    try FilterError.check(
      "jitter", jitter, jitter >= 0 && jitter.isFinite, "finite and not negative", of: name)
    guard members >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: members, needed: 2)
    }
    let particles = initial.draws(members, key)
    try AnalysisError.check(particles, "members")
    var state = FilterState(estimate: particles.columnMeans, ensemble: particles)
    state.weights = Array(repeating: 1 / Double(members), count: members)
    return state
  }

  /// Advances each particle with independent model errors; the estimate is their weighted mean.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    guard let weights = state.weights else { throw FilterError.missing("weights") }
    guard var particles = state.ensemble.take() else { throw FilterError.missing("ensemble") }
    try model.advance(&particles, from: state.step, to: step, noise: key)
    state.step = step
    state.estimate = particles.transposeMultiplied(by: weights)
    state.ensemble = particles
  }

  /// The weighted variances of the particles, `[n]`, without bias for weights that do not depend on them.
  public func variances(of state: FilterState) -> [Double]? {
    guard let root = state.weightedRoot else { return state.ensemble?.columnVariances }
    let zero = Array(repeating: 0.0, count: root.columns)
    return root.columnSquares(about: zero).map { $0 * Double(root.rows) }
  }

  /// The innovation covariance, with the weighted covariance of the particles.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    guard let root = state.weightedRoot?.taking(columns: points) else { return nil }
    var result = Matrix.product(root, root, transposingFirst: true)
    result.addToDiagonal(variances)
    return result
  }

  /// The observations that an analysis of particles uses, after checks of the state.
  func prepared(
    _ state: FilterState, _ observations: Observations
  ) throws -> (seen: Observations, particles: Matrix, weights: [Double])? {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    if let particles = state.ensemble { try AnalysisError.check(particles, "members") }
    guard seen.count > 0 else { return nil }
    try seen.requireErrors()
    guard let particles = state.ensemble else { throw FilterError.missing("ensemble") }
    guard let weights = state.weights else { throw FilterError.missing("weights") }
    return (seen, particles, weights)
  }

  /// Sets the state to weighted particles, and resamples them if they are effectively few.
  func finish(
    _ state: inout FilterState, _ particles: Matrix, logWeights: [Double], key: RandomKey
  ) throws {
    let largest = logWeights.max() ?? 0
    let raw = logWeights.map { exp($0 - largest) }
    let sum = raw.reduce(0, +)
    guard sum > 0, sum.isFinite else {
      throw FilterError.noLikelihood(filter: name, step: state.step)
    }
    let weights = raw.map { $0 / sum }
    state.estimate = particles.transposeMultiplied(by: weights)
    (state.ensemble, state.weights) = (particles, weights)
    guard effectiveSize(weights) <= threshold * Double(members) else { return }
    let (first, second) = key.split()
    let indices = resampling.indices(weights, key: first)
    let root = jitter > 0 ? try state.jitterRoot() : nil
    var resampled = particles.taking(rows: indices)
    if let root {
      let scale = jitter * pow(Double(members), -1 / Double(resampled.columns + 4))
      resampled.addNoise(scale, root, toCopies: indices, key: second)
    }
    state.ensemble = resampled
    state.weights = Array(repeating: 1 / Double(members), count: members)
  }
}

extension FilterState {
  /// A root of the covariance of weighted particles, `[N, n]`: rows sqrt(w_k / (1 - sum w²)) (x_k - x̄). If one particle has
  /// all the weight, weights are taken as equal. Nil without weights.
  var weightedRoot: Matrix? {
    guard let ensemble, let weights else { return nil }
    let degenerate = 1 - 1 / effectiveSize(weights) < 1e-10
    let used = degenerate ? weights.map { _ in 1 / Double(weights.count) } : weights
    var root = ensemble
    root.shiftRows(
      from: ensemble.transposeMultiplied(by: used), to: Array(repeating: 0, count: root.columns))
    let correction = 1 - 1 / effectiveSize(used)
    for k in used.indices { root.scale(row: k, by: (used[k] / correction).squareRoot()) }
    return root
  }

  /// A root of the same covariance with as few rows as it needs.
  func jitterRoot() throws(NoEigenvalues) -> Matrix? {
    guard let root = weightedRoot, root.rows > root.columns else { return weightedRoot }
    return try SymmetricEigen(Matrix.product(root, root, transposingFirst: true))
      .applying { max(0, $0).squareRoot() }
  }
}

extension Matrix {
  /// Adds normal noise with the covariance scale² rootᵀ root to each row whose index occurs more than once.
  fileprivate mutating func addNoise(
    _ scale: Double, _ root: Matrix, toCopies indices: [Int], key: RandomKey
  ) {
    var z = Matrix(rows: rows, columns: root.rows, key.normal([rows, root.rows]).scalars)
    for k in indices.indices {
      let isCopy =
        (k > 0 && indices[k - 1] == indices[k])
        || (k + 1 < indices.count && indices[k + 1] == indices[k])
      if !isCopy { z.scale(row: k, by: 0) }
    }
    accumulate(z, root, scaledBy: scale)
  }
}
