import Foundation
import Preconditions

/// Equally spaced points on a ring, as most test beds have them.
public struct Ring: Grid {
  /// How the distance of two points is measured.
  public enum Metric: Sendable, Equatable {
    /// By the steps from one to the other along the ring.
    case steps
    /// Along the straight line between them, on a ring of this radius.
    case chord(radius: Double)
  }

  public let pointCount: Int
  /// How distances are measured.
  public let metric: Metric

  /// - Precondition: There is a point.
  public init(points: Int, metric: Metric = .steps) {
    require(points > 0, "Ring: \(points) points.")
    (pointCount, self.metric) = (points, metric)
  }

  /// All equal to 1.
  public var cellAreas: [Double] { Array(repeating: 1, count: pointCount) }

  /// One ring.
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
