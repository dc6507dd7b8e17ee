import Foundation
import Preconditions

/// Grid points with the distances and cell areas used for localization and domain means.
public protocol Grid: Sendable {
  /// The number of points n.
  var pointCount: Int { get }
  /// The area of the cell of each point, `[n]`, in any unit.
  var cellAreas: [Double] { get }
  /// The distance of two points, in the unit of localization lengths.
  func distance(_ i: Int, _ j: Int) -> Double
  /// Points that rotations carry into each other, one after the other in order of longitude: rings of one size, and rings
  /// of a single point. By default each point is a ring by itself, which promises no symmetry.
  var rings: [Range<Int>] { get }
}

extension Grid {
  public var rings: [Range<Int>] { (0..<pointCount).map { $0..<($0 + 1) } }
}

/// A ring of equally spaced points, the grid of most test models.
public struct Ring: Grid {
  /// The distance of two points.
  public enum Metric: Sendable, Equatable {
    /// The number of steps from one to the other along the ring.
    case steps
    /// The length of the straight line between them, on a ring of this radius.
    case chord(radius: Double)
  }

  public let pointCount: Int
  /// The metric of the distances.
  public let metric: Metric

  /// A ring of this many points.
  ///
  /// - Precondition: There is a point.
  public init(points: Int, metric: Metric = .steps) {
    require(points > 0, "Ring: \(points) points.")
    (pointCount, self.metric) = (points, metric)
  }

  /// Equal areas of 1.
  public var cellAreas: [Double] { Array(repeating: 1, count: pointCount) }

  /// The one ring that all points make up.
  public var rings: [Range<Int>] { [0..<pointCount] }

  public func distance(_ i: Int, _ j: Int) -> Double {
    let steps = abs(i - j) % pointCount
    let shorter = Double(min(steps, pointCount - steps))
    return switch metric {
    case .steps: shorter
    case .chord(let radius): 2 * radius * sin(.pi * shorter / Double(pointCount))
    }
  }
}
