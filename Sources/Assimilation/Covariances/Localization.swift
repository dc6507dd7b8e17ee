import LinearAlgebra

/// A covariance localization: the correlations of a taper between the points of a grid, which damp sample covariances.
///
/// - Complexity: One value of the taper for each class of pairs of points: `HomogeneousCovariance`.
public struct Localization: Sendable {
  /// The taper of each pair of points.
  let correlations: HomogeneousCovariance
  /// The error of a taper that is not a covariance on this grid; nil if it is one.
  private let fault: AnalysisError?

  /// A localization by a taper between all points of a grid.
  public init(_ taper: Taper, on grid: any Grid) {
    correlations = HomogeneousCovariance(on: grid) { taper(grid.distance($0, $1)) }
    fault = taper.fault(on: grid)
  }

  /// The number of grid points n, the dimension of states that are analysed with it.
  public var pointCount: Int { correlations.pointCount }

  /// Refuses a taper that is not a covariance.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  func checkIsCovariance() throws(AnalysisError) {
    if let fault { throw fault }
  }
}
