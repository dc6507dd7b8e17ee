import Preconditions

/// Several copies of a grid, one for each of several times: the distance of two points does not depend on their times.
///
/// A localization on it damps the covariances of a four-dimensional ensemble by distance alone.
public struct TiledGrid: Grid {
  /// The grid of one time.
  public let base: any Grid
  /// The number of copies.
  public let copies: Int

  /// A grid of this many copies of another.
  ///
  /// - Precondition: There is a copy.
  public init(_ base: any Grid, copies: Int) {
    require(copies > 0, "TiledGrid: \(copies) copies.")
    (self.base, self.copies) = (base, copies)
  }

  public var pointCount: Int { copies * base.pointCount }

  public var cellAreas: [Double] { (0..<copies).flatMap { _ in base.cellAreas } }

  public func distance(_ i: Int, _ j: Int) -> Double {
    base.distance(i % base.pointCount, j % base.pointCount)
  }
}
