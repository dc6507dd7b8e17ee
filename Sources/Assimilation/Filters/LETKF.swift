import Autodiff
import LinearAlgebra
import Preconditions

/// The local ensemble transform Kalman filter: an analysis of its own for each block of points, from the observations around
/// it, whose precisions fade with distance.
///
/// - Reference: Hunt, Kostelich and Szunyogh (2007), *Efficient data assimilation for spatiotemporal chaos: a local ensemble
///   transform Kalman filter*, section 2.3 and eqs. (20)-(24); section 3.1 for the taper of precisions.
public struct LETKF: EnsembleFilter {
  public let members: Int
  /// The factor of the members' deviations from their mean after each analysis.
  public let inflation: Double
  /// The rotation of the deviations after each analysis.
  public let rotation: EnsembleRotation
  /// The blocks of points that are updated together.
  public let blocks: [[Int]]
  /// The taper around each block.
  private let surroundings: Localization
  /// The taper for the covariance of innovations, in which one of covariances stands for that of precisions.
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
    surroundings = Localization(taper, on: grid, centres: self.blocks)
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
    // The place of the observation of each point.
    var indices = Array(repeating: -1, count: forecast.columns)
    for (k, point) in y.points.enumerated() { indices[point] = k }
    for (number, block) in blocks.enumerated() {
      let (nearby, factors) = local(number, indices)
      guard !nearby.isEmpty else { continue }
      var observed = all.observed.taking(rows: nearby)
      for (row, factor) in factors.enumerated() { observed.scale(row: row, by: factor) }
      let innovations = zip(nearby, factors).map { all.innovations[$0] * $1 }
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

  /// The observations around a block, and the square roots of the taper of their precisions.
  private func local(_ block: Int, _ indices: [Int]) -> (nearby: [Int], factors: [Double]) {
    let (places, weights) = surroundings.around(block)
    var (nearby, factors) = ([Int](), [Double]())
    for (place, weight) in zip(places, weights) where indices[Int(place)] >= 0 {
      nearby.append(indices[Int(place)])
      factors.append(weight.squareRoot())
    }
    return (nearby, factors)
  }
}

extension Ring {
  /// The blocks of so many neighbours each; the last block has the points that are left.
  ///
  /// - Precondition: The size is positive.
  public func blocks(of size: Int) -> [[Int]] {
    require(size > 0, "Ring: blocks of \(size) points.")
    return stride(from: 0, to: pointCount, by: size).map {
      Array($0..<min($0 + size, pointCount))
    }
  }
}
