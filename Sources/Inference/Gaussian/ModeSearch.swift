import LinearAlgebra
import PPL
import Parallel

/// The search for the mode of a log density: L-BFGS from several starts, then Newton's method with all eigenvalues.
///
/// Newton's method makes the units of the parameters and their correlations irrelevant, and its last step says how far the
/// mode is in posterior standard deviations.
struct ModeSearch: Sendable {
  let density: LogDensity
  /// The number of unconstrained values up to which the whole Hessian is formed.
  let denseLimit: Int
  let key: RandomKey

  /// A point where a search ended.
  struct End: Sendable {
    var point: [Double]
    var value: Double
    var gradient: [Double]
    /// The curvature at the point; nil before it is computed, or where it is not finite.
    var curvature: Curvature?
    /// Some of the points on the way, each better than those before.
    var path: [[Double]] = []

    /// The length of the Newton step in standard deviations.
    var distance: Double { curvature.map { $0.step(gradient).length } ?? .infinity }
    /// Whether the point is a mode, to a thousandth of a standard deviation.
    func isMode(within tolerance: Double) -> Bool {
      curvature?.isPositive == true && distance < tolerance
    }
    /// The log of the integral of the density by the approximation at the point, up to a constant.
    func logEvidence(floor: Double = 0) -> Double {
      let approximation = curvature?.approximation(point, floor: floor)
      return approximation.map { value + $0.factor.logDeterminant } ?? -.infinity
    }
  }

  var isDense: Bool { density.count <= denseLimit }
  /// The distance of a mode in standard deviations; without the whole Hessian it is a rougher number.
  var tolerance: Double { isDense ? 1e-3 : 0.05 }

  /// The end of L-BFGS from a start; after some steps of Adam where no step of it lowers the function.
  func climb(from start: [Double]) throws -> End {
    let first = try lbfgs(from: start)
    guard first.1 == .noDescent || first.1 == .notFinite else { return first.0 }
    let again = try lbfgs(from: try adam(from: start, steps: 300)).0
    return again.value > first.0.value || !first.0.value.isFinite ? again : first.0
  }

  private func lbfgs(from start: [Double]) throws -> (End, LBFGS.Termination) {
    let evaluator = density.evaluator()
    var failure: (any Error)?
    var path = ThinnedPath()
    var best = -Double.infinity
    let minimum = LBFGS(iterations: isDense ? 300 : 3_000).minimize(from: start) { point in
      var gradient = Array(repeating: 0.0, count: point.count)
      do {
        let value = try evaluator.value(at: point, gradient: &gradient)
        if value > best {
          best = value
          path.append(point)
        }
        return (-value, gradient.map { -$0 })
      } catch {
        failure = failure ?? error
        return (.nan, point)
      }
    }
    if let failure { throw failure }
    let end = End(
      point: minimum.point, value: -minimum.value, gradient: minimum.gradient.map { -$0 },
      path: path.points)
    return (end, minimum.termination)
  }

  private func adam(from start: [Double], steps: Int) throws -> [Double] {
    let adam = Adam(learningRate: 0.05)
    let evaluator = density.evaluator()
    var (point, gradient) = (start, start)
    var parameters = ParameterVector([("x", Tensor(start))])
    var state = adam.initialState(parameters)
    for _ in 0..<steps {
      let value = try evaluator.value(at: point, gradient: &gradient)
      guard value.isFinite, gradient.allSatisfy(\.isFinite) else { break }
      var step = OptimizerStep(parameters: parameters, loss: Tensor(-value))
      let change = adam.update(-Tensor(gradient), state: &state, step: &step)
      parameters = ParameterVector([("x", parameters.values + change)])
      point = parameters.values.scalars
    }
    return point
  }

  /// The curvature at a point.
  ///
  /// - Throws: `CancellationError` if the density is interruptible, and interrupted.
  func curvature(_ hessian: borrowing HessianProduct) throws -> Curvature? {
    let check = density.checkInterruption
    guard isDense else {
      return try Curvature(
        hessian, count: density.count, rank: 80, key: key.foldIn(GaussianKeys.curvature),
        check: check)
    }
    return try Curvature(hessian, count: density.count, check: check)
  }

  /// Newton's method from an end of L-BFGS.
  func polished(_ start: End) throws -> End {
    var end = start
    var hessian = try density.hessianProduct(at: end.point)
    end.curvature = try curvature(hessian)
    let evaluator = density.evaluator()
    for _ in 0..<(isDense ? 40 : 5) {
      guard let curvature = end.curvature else { break }
      let (step, length) = curvature.step(end.gradient)
      if length < 1e-7 { break }
      guard let next = try improved(end, step, evaluator) else { break }
      (end.point, end.value, end.gradient) = next
      end.path.append(end.point)
      try hessian.move(to: end.point)
      end.curvature = try self.curvature(hessian)
    }
    return end
  }

  /// The point of the longest of the halved steps that raises the density.
  private func improved(
    _ end: End, _ step: [Double], _ evaluator: borrowing GradientEvaluator
  ) throws -> (point: [Double], value: Double, gradient: [Double])? {
    var length = 1.0
    var gradient = end.gradient
    for _ in 0..<30 {
      let point = zip(end.point, step).map { $0 + length * $1 }
      let value = try evaluator.value(at: point, gradient: &gradient)
      if value > end.value, gradient.allSatisfy(\.isFinite) { return (point, value, gradient) }
      length /= 2
    }
    return nil
  }
}

/// Evenly spaced points of a path of unknown length, at most 48: when they are full, every second one is left out.
struct ThinnedPath: Sendable {
  static let capacity = 48
  private(set) var points: [[Double]] = []
  /// The number of points of the path from one that is kept to the next.
  private var stride = 1
  /// The number of points of the path so far.
  private var count = 0

  /// Adds the next point of the path.
  mutating func append(_ point: [Double]) {
    defer { count += 1 }
    guard count.isMultiple(of: stride) else { return }
    if points.count == Self.capacity {
      points = points.indices.filter { $0.isMultiple(of: 2) }.map { points[$0] }
      stride *= 2
    }
    // The capacity is even, so that the point is the next of those that are kept.
    points.append(point)
  }
}
