import Assimilation
import PPL

/// The Gaspari-Cohn taper for localization, with a length that may have a prior.
///
/// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
public struct EnsembleTaper: Sendable {
  /// The distance between each pair of points, `[n, n]`.
  public let distances: Tensor
  /// The length, in the unit of the distances; correlations vanish from twice this distance on.
  public let length: Tensor
  /// The grid of the distances; nil for a taper made from distances.
  private let grid: (any Grid)?

  /// A taper of given distances.
  ///
  /// - Parameters:
  ///   - distances: The distance between each pair of points, `[n, n]`, in any unit.
  ///   - length: The length, one number in the same unit.
  public init(distances: Tensor, length: Tensor) {
    (self.distances, self.length, grid) = (distances, length, nil)
  }

  /// A taper of the distances of a grid. With distances along a ring the length is at most a quarter of the ring; a longer one
  /// wraps, and is refused by filters, or makes their likelihood NaN where the length is being recorded.
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
