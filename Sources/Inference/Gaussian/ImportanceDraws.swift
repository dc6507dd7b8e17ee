import Foundation
import PPL
import Parallel

/// Draws of a Gaussian approximation with their importance weights for the posterior, Pareto smoothed.
public struct ImportanceDraws: Sendable {
  /// The unconstrained draws, `[S, n]`.
  public let draws: Tensor
  /// The smoothed weights and their k-hat.
  public let smoothing: ParetoSmoothing
  /// The shape k of the tail of the importance ratios; above 0.7 neither weights nor approximation can be trusted.
  public var khat: Double { smoothing.khat }
  /// Whether k-hat is at most the threshold of this number of draws, 0.7 for more than 2,000.
  public var isReliable: Bool { khat <= smoothing.threshold }

  /// Draws by systematic resampling with the weights, `[count, n]`: one that has twice the weight comes twice as often.
  ///
  /// Where the weights are not reliable these are the first draws of the approximation itself.
  ///
  /// - Reference: Douc, Cappé and Moulines (2005), *Comparison of resampling schemes for particle filtering*.
  func resampled(_ count: Int, key: RandomKey) -> Tensor {
    let rows = draws.shape[0]
    guard isReliable else {
      return draws.taking(indices: Tensor((0..<count).map { Double($0 % rows) }), along: 0)
    }
    let weights = smoothing.weights
    let (placeKey, orderKey) = key.split()
    let offset = placeKey.uniform([], in: 0..<1).scalar
    var (row, covered) = (0, weights[0])
    var chosen: [Int] = []
    for k in 0..<count {
      let level = (Double(k) + offset) / Double(count)
      while covered < level, row + 1 < rows {
        row += 1
        covered += weights[row]
      }
      chosen.append(row)
    }
    // Equal draws would be neighbours, which diagnostics of chains take for correlation.
    let order = orderKey.normal([count]).scalars
    let shuffled = chosen.indices.sorted { (order[$0], $0) < (order[$1], $1) }
    return draws.taking(indices: Tensor(shuffled.map { Double(chosen[$0]) }), along: 0)
  }
}

extension GaussianApproximation {
  /// Draws with importance weights for a density, Pareto smoothed.
  ///
  /// - Parameters:
  ///   - density: The log density that was approximated.
  ///   - count: The number of draws S.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.argument` for the density of another number of values, `.count` unless the number is positive.
  /// - Complexity: S evaluations of the density.
  /// - Reference: Vehtari, Simpson, Gelman, Yao and Gabry (2024), *Pareto smoothed importance sampling*; Yao, Vehtari, Simpson
  ///   and Gelman (2018), *Yes, but did it work? Evaluating variational inference*.
  public func importanceDraws(
    of density: LogDensity, count: Int = 10_000, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> ImportanceDraws {
    try demandSize(of: density)
    try demandCount(count, "the number of draws")
    let parts = try pool.mapParts(of: count) { part -> (points: [Double], ratios: [Double]) in
      let evaluator = density.evaluator()
      var (x, gradient) = (mean, mean)
      var (points, ratios): ([Double], [Double]) = ([], [])
      for index in part {
        let z = coordinates(ofDraw: index, key: key)
        write(pointAt: z, &x)
        points += x
        ratios.append(
          try evaluator.value(at: x, gradient: &gradient) - logDensity(atCoordinates: z))
      }
      return (points, ratios)
    }
    return ImportanceDraws(
      draws: Tensor(parts.flatMap(\.points), shape: [count, self.count]),
      smoothing: ParetoSmoothing(logRatios: parts.flatMap(\.ratios)))
  }
}
