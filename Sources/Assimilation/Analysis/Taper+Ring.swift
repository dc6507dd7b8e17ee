import Foundation

extension Taper {
  /// Refuses a taper that is no covariance between the points of a ring, as one is that wraps.
  ///
  /// A covariance in space is one of straight-line distances on any circle or sphere. Of distances along the arc it stays one
  /// if it vanishes from half the circumference on; beyond that the two ways round meet with a kink, and eigenvalues become
  /// negative. The check is by the eigenvalues themselves, so that tapers with long tails count as far as they matter. Grids
  /// of more than one ring are not checked.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  /// - Complexity: O(*n²*) time.
  /// - Reference: Gneiting (2013), *Strictly and non-strictly positive definite functions on spheres*, theorem 3; Gaspari and
  ///   Cohn (1999), *Construction of correlation functions in two and three dimensions*, section 2.
  func check(on grid: any Grid) throws(AnalysisError) {
    let n = grid.pointCount
    guard self != .none, grid.rings == [0..<n] else { return }
    let distances = (0..<n).map { grid.distance(0, $0) }
    let lags = distances.map(callAsFunction)
    // The covariance is cyclic; its eigenvalues are sums of cosines.
    let cosines = (0..<n).map { cos(2 * .pi * Double($0) / Double(n)) }
    let eigenvalues = (0...n / 2).map { k in
      lags.indices.reduce(0) { $0 + lags[$1] * cosines[k * $1 % n] }
    }
    let (least, most) = (eigenvalues.min() ?? 0, eigenvalues.max() ?? 0)
    // Rounding of n terms.
    if least >= -1e-12 * most { return }
    let halfWay = distances.max() ?? 0
    let largest: Double? = if case .gaspariCohn = self { halfWay / 2 } else { nil }
    throw .wrappingTaper(
      taper: "\(self)", points: n, leastEigenvalue: least, largestLength: largest)
  }

  /// What `check(on:)` throws, if it throws.
  func fault(on grid: any Grid) -> AnalysisError? {
    do throws(AnalysisError) {
      try check(on: grid)
      return nil
    } catch {
      return error
    }
  }
}
