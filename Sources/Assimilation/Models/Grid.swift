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
  /// Rings of points that rotations map into each other, in order of longitude; each ring has either a common size or a single
  /// point. By default each point is a ring, which implies no symmetry.
  var rings: [Range<Int>] { get }
}

extension Grid {
  public var rings: [Range<Int>] { (0..<pointCount).map { $0..<($0 + 1) } }
}

/// A ring of equally spaced points, the grid of most test models.
public struct Ring: Grid {
  /// The distance of two points.
  public enum Metric: Sendable, Equatable {
    /// The number of steps between two points along the ring.
    case steps
    /// The length of the chord between two points, on a ring of this radius.
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

  /// The single ring of all points.
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
