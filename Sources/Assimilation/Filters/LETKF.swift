import Autodiff
import LinearAlgebra
import Preconditions

/// The local ensemble transform Kalman filter (LETKF): an analysis for each block of points, with nearby observations only,
/// whose precisions decrease with distance.
///
/// - Reference: Hunt, Kostelich and Szunyogh (2007), *Efficient data assimilation for spatiotemporal chaos: a local ensemble
///   transform Kalman filter*, section 2.3 and eqs. (20)-(24); section 3.1 for the taper of precisions.
public struct LETKF: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  /// The rotation of the deviations after each analysis.
  public let rotation: EnsembleRotation
  /// The blocks of points that are updated together.
  public let blocks: [[Int]]
  /// The points around each block, with the square roots of the taper there.
  private let surroundings: [[(point: Int, root: Double)]]
  /// The localization of the innovation covariance, by the taper of precisions applied to covariances.
  public let localization: Localization?

  /// A filter with this ensemble size and localization.
  ///
  /// - Parameters:
  ///   - members: The ensemble size N, at least 2.
  ///   - inflation: The factor of deviations from the mean after each analysis.
  ///   - rotation: The rotation of the deviations after each analysis.
  ///   - taper: The factor of an observation's precision, by its mean distance from the points of a block.
  ///   - grid: The grid of the points.
  ///   - blocks: The partition of the points of the grid; each on its own if not given.
  /// - Precondition: Each point of the grid is in one block.
  public init(
    members: Int, inflation: Double = 1, rotation: EnsembleRotation = .none, taper: Taper,
    on grid: any Grid, blocks: [[Int]]? = nil
  ) {
    let blocks = blocks ?? (0..<grid.pointCount).map { [$0] }
    require(
      blocks.joined().sorted() == Array(0..<grid.pointCount),
      "LETKF: the blocks do not have each of the \(grid.pointCount) points once.")
    (self.members, self.inflation, self.rotation) = (members, inflation, rotation)
    self.blocks = blocks.filter { !$0.isEmpty }
    surroundings = self.blocks.map { block in
      (0..<grid.pointCount).compactMap { point in
        let sum = block.reduce(0) { $0 + grid.distance($1, point) }
        let weight = taper(sum / Double(block.count))
        return weight > 0 ? (point, weight.squareRoot()) : nil
      }
    }
    localization = Localization(taper, on: grid)
  }

  public var name: String { "LETKF" }

  /// Updates the mean and the deviations of each block by the observations around it.
  ///
  /// - Throws: `AnalysisError`, also for exact observations; `NoEigenvalues`.
  /// - Complexity: O(N³ + N² q) for each block with q observations around it.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    let all = try y.scaled(by: ensemble)
    let forecast = ensemble.anomalies
    // The index of the observation of each point.
    var indices = Array(repeating: -1, count: forecast.columns)
    for (k, point) in y.points.enumerated() { indices[point] = k }
    for (number, block) in blocks.enumerated() {
      let nearby = surroundings[number].filter { indices[$0.point] >= 0 }
      guard !nearby.isEmpty else { continue }
      var observed = all.observed.taking(rows: nearby.map { indices[$0.point] })
      for (row, place) in nearby.enumerated() { observed.scale(row: row, by: place.root) }
      let innovations = nearby.map { all.innovations[indices[$0.point]] * $0.root }
      let analysis = try EnsembleTransform(observed: observed, innovations: innovations)
      let own = forecast.taking(columns: block)
      let increment = own.transposeMultiplied(by: analysis.weights)
      let transformed = Matrix.product(analysis.transform, own)
      for (k, point) in block.enumerated() {
        ensemble.mean[point] += increment[k]
        for member in 0..<forecast.rows {
          ensemble.anomalies[member, point] = transformed[member, k]
        }
      }
    }
    rotation.apply(to: &ensemble.anomalies, key: key)
  }
}

extension Ring {
  /// The blocks of `size` neighbours each; the last block has the remaining points.
  ///
  /// - Precondition: The size is positive.
  public func blocks(of size: Int) -> [[Int]] {
    require(size > 0, "Ring: blocks of \(size) points.")
    return stride(from: 0, to: pointCount, by: size).map {
      Array($0..<min($0 + size, pointCount))
    }
  }
}
