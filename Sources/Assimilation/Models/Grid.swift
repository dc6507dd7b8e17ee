import Foundation
import Preconditions

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
