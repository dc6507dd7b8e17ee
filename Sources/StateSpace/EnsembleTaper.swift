import Assimilation
import PPL

/// The taper of Gaspari and Cohn, with a length that may have a prior.
///
/// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
public struct EnsembleTaper: Sendable {
  /// The distance of each point from each other, `[n, n]`.
  public let distances: Tensor
  /// The length, in the unit of the distances; correlations vanish from twice this distance on.
  public let length: Tensor
  /// The grid of the distances, if they are a grid's.
  private let grid: (any Grid)?

  /// A taper of given distances.
  ///
  /// - Parameters:
  ///   - distances: The distance of each point from each other, `[n, n]`, in any unit.
  ///   - length: The length, one number in the same unit.
  public init(distances: Tensor, length: Tensor) {
    (self.distances, self.length, grid) = (distances, length, nil)
  }

  /// A taper of the distances of a grid. On a ring whose distances go along it, the length is at most a quarter of the ring; a
  /// filter refuses one that wraps, and has no likelihood (NaN) where it is recorded with such a length.
  public init(_ grid: some Grid, length: Tensor) {
    let n = grid.pointCount
    let distances = (0..<n).flatMap { i in (0..<n).map { grid.distance(i, $0) } }
    (self.distances, self.length) = (Tensor(distances, shape: [n, n]), length)
    self.grid = grid
  }

  /// Refuses a length, where it is known, at which the taper wraps.
  func checkIsCovariance() throws(FilteredError) {
    guard let grid, !length.isRecorded else { return }
    do throws(AnalysisError) {
      try Taper.gaspariCohn(length.scalar).checkIsCovariance(on: grid)
    } catch {
      throw .taper(error.description)
    }
  }

  /// The correlations of all points, `[n, n]`.
  func correlations() -> Tensor { gaspariCohn(distances / length) }

  /// The correlations of some points with all, `[m, n]`.
  func correlations(of points: [Int]) -> Tensor {
    gaspariCohn(distances.taking(indices: Tensor(points.map(Double.init)), along: 0) / length)
  }
}
