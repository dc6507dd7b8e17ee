/// The points of a field, with the distances and cells that localization and errors are reckoned by.
public protocol Grid: Sendable {
  /// How many points there are.
  var pointCount: Int { get }
  /// The area of the cell of each point, in any unit.
  var cellAreas: [Double] { get }
  /// How far two points are from each other, in the unit of localization lengths.
  func distance(_ i: Int, _ j: Int) -> Double
  /// Points that rotations carry into each other, one after the other in order of longitude: rings of one size, and rings
  /// of a single point. By default each point is a ring by itself, which promises no symmetry.
  var rings: [Range<Int>] { get }
}

extension Grid {
  public var rings: [Range<Int>] { (0..<pointCount).map { $0..<($0 + 1) } }
}
