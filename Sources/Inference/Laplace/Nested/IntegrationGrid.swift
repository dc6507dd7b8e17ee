import Foundation

/// The points and volumes of quadrature over hyperparameters that are about standard normal.
enum IntegrationGrid {
  /// The points for these scales along the axes.
  static func points(_ scales: [(below: Double, above: Double)]) -> [ExplorationPoint] {
    scales.count <= 2 ? grid(scales) : compositeDesign(scales)
  }

  /// The trapezoidal rule on a grid of half a standard deviation, to four and a half of them.
  ///
  /// Its error for a normal distribution is 2 exp(-2 (π / 0.5)²), below rounding; that of the ends 7e-6.
  private static func grid(_ scales: [(below: Double, above: Double)]) -> [ExplorationPoint] {
    let spacing = 0.5
    var points = [ExplorationPoint(w: [], logVolume: 0)]
    for scale in scales {
      // One spacing for an axis, so that the rule keeps its accuracy where the sides meet.
      let unit = spacing * min(scale.below, scale.above)
      let (below, above) = (
        Int((4.5 * scale.below / unit).rounded(.up)), Int((4.5 * scale.above / unit).rounded(.up))
      )
      points = points.flatMap { point in
        (-below...above).map {
          ExplorationPoint(
            w: point.w + [Double($0) * unit], logVolume: point.logVolume + log(unit))
        }
      }
    }
    return points
  }

  /// The central composite design: the centre, two points on each axis, and a fraction of the corners of a cube of resolution
  /// V, all but the centre at the distance f √k with f = 1.1.
  ///
  /// The weights integrate 1 and |w|² of a standard normal exactly; the volumes of the sides of split normals are counted.
  ///
  /// - Reference: Rue, Martino and Chopin (2009), §6.5; Sanchez and Sanchez (2005), *Very large fractional factorial and
  ///   central composite designs*, for the corners.
  private static func compositeDesign(
    _ scales: [(below: Double, above: Double)]
  ) -> [ExplorationPoint] {
    let count = scales.count
    let (factor, radius) = (1.1, 1.1 * Double(count).squareRoot())
    var directions = corners(count).map { corner in corner.map { $0 / Double(count).squareRoot() } }
    for axis in 0..<count {
      for sign in [-1.0, 1] {
        var direction = Array(repeating: 0.0, count: count)
        direction[axis] = sign
        directions.append(direction)
      }
    }
    let logGaussian = 0.5 * Double(count) * log(2 * Double.pi)
    let outer =
      logGaussian + 0.5 * radius * radius - log(Double(directions.count) * factor * factor)
    let centre = logGaussian + log(1 - 1 / (factor * factor))
    func point(_ direction: [Double], _ logVolume: Double) -> ExplorationPoint {
      var logVolume = logVolume
      let w = zip(direction, scales).map { value, scale in
        let side =
          value > 0 ? scale.above : value < 0 ? scale.below : 0.5 * (scale.below + scale.above)
        logVolume += log(side)
        return value * radius * side
      }
      return ExplorationPoint(w: w, logVolume: logVolume)
    }
    return [point(Array(repeating: 0, count: count), centre)]
      + directions.map { point($0, outer) }
  }

  /// The corners of a two-level design in which no product of up to four factors is constant, by Walsh functions.
  static func corners(_ count: Int) -> [[Double]] {
    // The smallest indices of which no four, three or two have an exclusive or of 0.
    var indices: [Int] = []
    var taken: Set<Int> = []
    var candidate = 1
    while indices.count < count {
      defer { candidate += 1 }
      guard !taken.contains(candidate) else { continue }
      indices.append(candidate)
      let orNone = indices + [0]
      for i in orNone {
        for j in orNone { taken.insert(candidate ^ i ^ j) }
      }
    }
    var runs = 1
    while runs <= indices.last ?? 0 { runs *= 2 }
    return (0..<runs).map { run in
      indices.map { (run & $0).nonzeroBitCount.isMultiple(of: 2) ? 1 : -1 }
    }
  }
}
