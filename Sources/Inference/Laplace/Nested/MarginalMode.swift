import Foundation
import LinearAlgebra
import PPL
import Parallel

/// The mode of the marginal density of the hyperparameters, with coordinates in which it is about a standard normal.
struct MarginalMode: Sendable {
  /// The approximation at the mode.
  let anchor: Anchor
  /// The coordinates w along the eigenvectors of the Hessian at the mode, in standard deviations.
  let coordinates: HyperCoordinates
  /// The standard deviations below and above the mode along each axis, in units of w: where the log density falls less than
  /// that of a normal distribution, they are above 1.
  let scales: [(below: Double, above: Double)]
  /// The number of evaluations of the marginal density so far.
  let evaluations: Int
}

extension MarginalDensity {
  /// Finds the mode: L-BFGS on central differences of the marginal density, in coordinates scaled by the curvature of
  /// log p(x*(θ), θ, y), which are renewed a few times.
  ///
  /// - Throws: `NestedLaplaceError.noMarginalMode` where the slope stays large; an error of Newton's method at the start.
  func mode(theta: [Double], x: [Double]) throws -> MarginalMode {
    var anchor = try makeAnchor(theta: theta, from: x)
    var evaluations = 1
    guard !theta.isEmpty else {
      return MarginalMode(
        anchor: anchor, coordinates: try anchor.coordinates, scales: [], evaluations: 1)
    }
    var slope = Double.infinity
    for _ in 0..<12 {
      let coordinates = try anchor.coordinates
      var failure: (any Error)?
      let search = LBFGS(iterations: 6, gradientTolerance: slopeTolerance, relativeTolerance: 1e-10)
      let minimum = search.minimize(from: theta.map { _ in 0 }) { z in
        do {
          let found = try slopes(at: z, in: coordinates, from: anchor)
          evaluations += 2 * theta.count + 1
          return (-found.value, found.gradient.map(-))
        } catch {
          failure = failure ?? error
          return (.nan, z)
        }
      }
      if let failure { throw failure }
      slope = largest(minimum.gradient)
      let best = coordinates.theta(minimum.point)
      let moved = try makeAnchor(
        theta: best, from: anchor.predictedMode(best), orFrom: anchor.gaussian.mode)
      // The slope is small in the coordinates of a point that is now near.
      let isNear = largest(minimum.point) < 1
      anchor = moved
      evaluations += 1
      if minimum.isConverged && isNear { break }
    }
    guard slope < 0.5 else {
      throw NestedLaplaceError.noMarginalMode(
        split.described(anchor.gaussian.theta), slope: slope)
    }
    return try explored(around: anchor, evaluations)
  }

  /// The slope, in nats per standard deviation, at which the search for the mode ends: a last step by the Hessian follows, and
  /// the mode only places the points.
  private var slopeTolerance: Double { 0.1 }
  /// The half width of the differences, in standard deviations.
  private var width: Double { 0.05 }

  private func makeAnchor(
    theta: [Double], from x: [Double], orFrom other: [Double]
  ) throws -> Anchor {
    do { return try makeAnchor(theta: theta, from: x) } catch is NestedLaplaceError {
      return try makeAnchor(theta: theta, from: other)
    }
  }

  /// The log marginal density with its gradient, by central differences; NaN where a point has none.
  private func slopes(
    at z: [Double], in coordinates: HyperCoordinates, from anchor: Anchor
  ) throws -> (value: Double, gradient: [Double]) {
    let shifts = z.indices.flatMap { axis in
      [width, -width].map { shift in
        var point = z
        point[axis] += shift
        return point
      }
    }
    // The shifted points are started from the middle, which is near, so that its Hessian serves them.
    guard let middle = try evaluate([coordinates.theta(z)], from: anchor)[0].success else {
      return (.nan, z)
    }
    let values = try logMarginals(shifts.map(coordinates.theta), from: anchor.moved(to: middle))
    let gradient = z.indices.map { (values[2 * $0] - values[2 * $0 + 1]) / (2 * width) }
    let isFinite = gradient.allSatisfy(\.isFinite)
    return (isFinite ? middle.logMarginal : .nan, gradient)
  }

  private func logMarginals(_ thetas: [[Double]], from anchor: Anchor) throws -> [Double] {
    try evaluate(thetas, from: anchor).map { $0.success?.logMarginal ?? .nan }
  }

  /// The coordinates along the eigenvectors of the Hessian, by second differences, and the scales along them.
  private func explored(around anchor: Anchor, _ before: Int) throws -> MarginalMode {
    let base = try anchor.coordinates
    let count = anchor.slopes.count
    let step = 0.3
    func point(_ moves: (axis: Int, sign: Double)...) -> [Double] {
      var z = Array(repeating: 0.0, count: count)
      for move in moves { z[move.axis] += move.sign * step }
      return base.theta(z)
    }
    var points = (0..<count).flatMap { [point(($0, 1)), point(($0, -1))] }
    let pairs = (0..<count).flatMap { i in (0..<i).map { (i, $0) } }
    points += pairs.flatMap { [point(($0, 1), ($1, 1)), point(($0, -1), ($1, -1))] }
    let values = try logMarginals(points, from: anchor)
    let centre = anchor.gaussian.logMarginal
    func curvature(_ ahead: Double, _ behind: Double) -> Double {
      let value = -(ahead + behind - 2 * centre) / (step * step)
      return value.isFinite ? value : 1
    }
    var hessian = Matrix(rows: count, columns: count)
    for i in 0..<count { hessian[i, i] = curvature(values[2 * i], values[2 * i + 1]) }
    for (place, (i, j)) in pairs.enumerated() {
      let at = 2 * count + 2 * place
      let mixed = 0.5 * (curvature(values[at], values[at + 1]) - hessian[i, i] - hessian[j, j])
      hessian[i, j] = mixed
      hessian[j, i] = mixed
    }
    // The search ended near the mode: the last step to it, in the coordinates of the anchor.
    let slopes = (0..<count).map { axis in
      let slope = (values[2 * axis] - values[2 * axis + 1]) / (2 * step)
      return slope.isFinite ? slope : 0
    }
    let shift = (try? CholeskyFactor(factoring: hessian).solving(slopes)) ?? slopes.map { _ in 0 }
    let isShort = largest(shift) < 1
    let coordinates = try HyperCoordinates(
      origin: isShort ? base.theta(shift) : base.origin, curvature: hessian,
      leastCurvature: 0.03, within: base)
    let top = centre + (isShort ? 0.5 * dot(shift, slopes) : 0)
    let scales = try scales(in: coordinates, below: top, from: anchor)
    return MarginalMode(
      anchor: anchor, coordinates: coordinates, scales: scales,
      evaluations: before + points.count + 2 * count)
  }

  /// The standard deviation on each side along each axis, from the fall of the log density at √2 standard deviations.
  ///
  /// - Reference: Martins, Simpson, Lindgren and Rue (2013), *Bayesian computing with INLA: new features*, §4.
  private func scales(
    in coordinates: HyperCoordinates, below top: Double, from anchor: Anchor
  ) throws -> [(below: Double, above: Double)] {
    let count = coordinates.origin.count
    let distance = 2.0.squareRoot()
    let points = (0..<count).flatMap { axis in
      [-distance, distance].map { value in
        var w = Array(repeating: 0.0, count: count)
        w[axis] = value
        return coordinates.theta(w)
      }
    }
    let falls = try logMarginals(points, from: anchor).map { top - $0 }
    let scales = falls.map { $0 > 0 ? min(max(1 / $0.squareRoot(), 0.3), 3) : $0 <= 0 ? 3 : 0.3 }
    return (0..<count).map { (scales[2 * $0], scales[2 * $0 + 1]) }
  }
}
