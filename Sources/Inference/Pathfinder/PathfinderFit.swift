import Foundation
import PPL
import Parallel

/// The result of Pathfinder: the paths with their normal approximations, and draws by importance resampling.
public struct PathfinderFit: Sendable {
  /// The paths that have an approximation.
  public let paths: [PathfinderPath]
  /// The resampled unconstrained draws, `[S, n]`.
  public let unconstrained: Tensor
  /// The k-hat of the importance weights: above 0.7 the draws cannot be believed.
  public let khat: Double
  /// The path with the largest evidence lower bound.
  public let best: PathfinderPath

  private let density: LogDensity
  private let proposals: [[Double]]
  /// The sums of the weights up to each proposal.
  private let cumulative: [Double]

  /// The fit of these paths, at least one.
  init(
    _ paths: [PathfinderPath], of density: LogDensity, draws: Int, key: RandomKey, pool: WorkPool
  ) throws {
    (self.paths, self.density) = (paths, density)
    best = paths.dropFirst().reduce(paths[0]) { $1.elbo > $0.elbo ? $1 : $0 }
    let keys = key.split(2)
    // As many proposals of each path.
    let each = max(1, (Self.fewestProposals + draws) / paths.count)
    let rows = try pool.mapParts(of: paths.count * each) { part in
      let evaluator = density.evaluator()
      return try part.map { index in
        let (path, draw) = (index / each, index % each)
        let own = paths[path].approximation
        let x = own.point(
          at: own.coordinates(ofDraw: draw, key: keys[0].foldIn(UInt32(path))))
        let mixture = logMeanExp(paths.map { $0.approximation.logDensity(at: x) })
        let value = try evaluator.value(at: x)
        return (x: x, ratio: value.isFinite ? value - mixture : -.infinity)
      }
    }.flatMap(\.self)
    let smoothed = ParetoSmoothing(logRatios: rows.map(\.ratio))
    khat = smoothed.khat
    proposals = rows.map(\.x)
    var sum = 0.0
    cumulative = smoothed.weights.map { weight in
      sum += weight.isFinite ? weight : 0
      return sum
    }
    try demand(
      sum > 0, of: "Pathfinder", "no draw has a finite density",
      "must be some; take more paths or other starts")
    let chosen = independentPlaces(cumulative, keys[1].uniform([draws]).scalars)
    unconstrained = Tensor(
      chosen.flatMap { [proposals] in proposals[$0] }, shape: [draws, density.count])
  }

  /// Resampled unconstrained points `[n]` that differ from each other as far as there are different ones.
  func points(_ count: Int, key: RandomKey) throws -> [[Double]] {
    var found: [Int] = []
    let candidates = independentPlaces(cumulative, key.uniform([64 * count]).scalars)
    for index in candidates where !found.contains(index) {
      found.append(index)
      if found.count == count { break }
    }
    return (0..<count).map { proposals[found[$0 % found.count]] }
  }

  /// The draws on the supports of the sites, with every deterministic site computed for each.
  ///
  /// - Parameters:
  ///   - key: The key for random numbers of the model that are not sites.
  ///   - pool: The threads that share the draws.
  /// - Throws: `ModelError` from a run of the model.
  /// - Complexity: One run of the model for each draw.
  public func posterior(key: RandomKey, pool: WorkPool = .automatic) throws -> Posterior {
    try density.posterior(
      of: density.logJoint.model, unconstrained: unconstrained, key: key, pool: pool,
      origin: .init(method: "Pathfinder", settings: ["paths": "\(paths.count)"]))
  }

  /// The number of proposals beyond those that are resampled.
  private static let fewestProposals = 1_000
}
