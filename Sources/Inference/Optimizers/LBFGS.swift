import Preconditions
import PPL

/// A minimizer of smooth functions without noise, by gradients alone: limited-memory BFGS with a line search that
/// keeps the strong Wolfe conditions.
///
///     let minimum = try LBFGS().minimize(from: [-1.2, 1]) { x in 100 * ... }
///
/// For a fit, `SVI.minimized(by:key:)`: the mode of a posterior with `AutoDelta` or `AutoLaplaceApproximation`.
///
/// - Complexity: O(*m n*) numbers and operations an iteration beside the function, with memory m.
/// - Reference: Nocedal and Wright (2006), *Numerical Optimization*, alg. 7.4 and 7.5; line search alg. 3.5 and 3.6.
public struct LBFGS: Sendable {
  let memory, iterations: Int
  let gradientTolerance, relativeTolerance: Double

  /// - Parameters:
  ///   - memory: How many steps the curvature is estimated from.
  ///   - iterations: At most so many.
  ///   - gradientTolerance: Ends where no entry of the gradient is larger.
  ///   - relativeTolerance: Ends where the function falls by less of its own size.
  ///
  /// The counts are positive, the tolerances not negative; `validate()` throws for others.
  public init(
    memory: Int = 10, iterations: Int = 1_000, gradientTolerance: Double = 1e-6,
    relativeTolerance: Double = 1e-14
  ) {
    (self.memory, self.iterations) = (memory, iterations)
    (self.gradientTolerance, self.relativeTolerance) = (gradientTolerance, relativeTolerance)
  }

  /// Checks the numbers that it was made with.
  ///
  /// - Throws: `InferenceError.argument`.
  public func validate() throws(InferenceError) {
    try demand(
      memory > 0 && iterations > 0, of: "LBFGS",
      "memory is \(memory) and iterations \(iterations)", "must be positive")
    try demand(
      gradientTolerance >= 0 && relativeTolerance >= 0, of: "LBFGS",
      "the tolerances are \(gradientTolerance) and \(relativeTolerance)", "must not be negative")
  }

  /// Where a function is least, or as far as the search came.
  public struct Minimum: Sendable, Equatable {
    /// Where the search ended.
    public let point: [Double]
    /// The function there.
    public let value: Double
    /// Its gradient there, nearly 0 if the search converged.
    public let gradient: [Double]
    /// The value at the start and after each iteration.
    public let values: [Double]
    /// The Euclidean norm of the gradient at the start and after each iteration.
    public let gradientNorms: [Double]
    /// Whether a tolerance was reached; if not, the iterations ran out or no step went down.
    public let isConverged: Bool
  }

  /// Minimizes `f`, recorded once.
  ///
  /// - Parameters:
  ///   - start: Where the search begins, `[n]`.
  ///   - f: From a vector `[n]` to a scalar.
  /// - Throws: What `f` throws; `InferenceError.argument` from `validate()`, `.expression` for shapes in `f` that do not
  ///   fit.
  public func minimize(
    from start: [Double], _ f: @Sendable (Tensor) throws -> Tensor
  ) throws -> Minimum {
    try validate()
    let program = try typingMistakes {
      try Program(
        recording: { inputs in
          let (value, gradient) = try valueWithGradient(of: { try f($0[0]) }, at: inputs)
          return [value, gradient[0]]
        }, on: [Tensor(start)])
    }
    let execution = Execution(program)
    return minimize(from: start) { point in
      execution.setInput(0, point)
      execution.run()
      return (execution.withOutput(0) { $0[0] }, execution.output(1))
    }
  }

  /// Minimizes a function that returns its value and its gradient.
  public func minimize(
    from start: [Double], _ f: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Minimum {
    do { try validate() } catch { requirementFailed("\(error)") }
    var here = Point(start, f)
    var (values, gradientNorms) = ([here.value], [norm(here.gradient)])
    var history: [(step: [Double], change: [Double])] = []
    var isConverged = largest(here.gradient) <= gradientTolerance
    for iteration in 0..<iterations where !isConverged {
      let direction = direction(here.gradient, history)
      let first = iteration == 0 ? min(1, 1 / norm(here.gradient)) : 1
      let found = withoutActuallyEscaping(f) { f in
        LineSearch(from: here, along: direction, f).point(first: first)
      }
      guard let next = found else {
        // A direction from old curvature may not go down any more: begin again with the steepest one.
        if history.isEmpty { break }
        history = []
        continue
      }
      let pair = (difference(next.x, here.x), difference(next.gradient, here.gradient))
      if dot(pair.0, pair.1) > 1e-10 * dot(pair.1, pair.1).squareRoot() * norm(pair.0) {
        history.append(pair)
        if history.count > memory { history.removeFirst() }
      }
      let scale = max(here.value.magnitude, next.value.magnitude, 1)
      isConverged =
        largest(next.gradient) <= gradientTolerance
        || here.value - next.value <= relativeTolerance * scale
      here = next
      values.append(here.value)
      gradientNorms.append(norm(here.gradient))
    }
    return Minimum(
      point: here.x, value: here.value, gradient: here.gradient, values: values,
      gradientNorms: gradientNorms, isConverged: isConverged)
  }

  /// Minus the estimated inverse Hessian times the gradient, by two loops over the history.
  private func direction(
    _ gradient: [Double], _ history: [(step: [Double], change: [Double])]
  ) -> [Double] {
    var q = gradient
    var weights: [Double] = []
    for (step, change) in history.reversed() {
      let alpha = dot(step, q) / dot(step, change)
      weights.append(alpha)
      for i in q.indices { q[i] -= alpha * change[i] }
    }
    if let (step, change) = history.last {
      let scale = dot(step, change) / dot(change, change)
      for i in q.indices { q[i] *= scale }
    }
    for ((step, change), alpha) in zip(history, weights.reversed()) {
      let beta = dot(change, q) / dot(step, change)
      for i in q.indices { q[i] += (alpha - beta) * step[i] }
    }
    return q.map { -$0 }
  }
}

/// A function's value and gradient at a point.
private struct Point {
  let x: [Double]
  let value: Double
  let gradient: [Double]

  init(_ x: [Double], _ f: ([Double]) -> (value: Double, gradient: [Double])) {
    self.x = x
    (value, gradient) = f(x)
  }
}

/// The search for a step along a direction that keeps the strong Wolfe conditions.
private struct LineSearch {
  let start: Point
  let direction: [Double]
  let slope: Double
  let f: ([Double]) -> (value: Double, gradient: [Double])
  let sufficientDecrease = 1e-4
  let curvature = 0.9

  /// A step and what is there.
  private typealias Trial = (length: Double, point: Point, slope: Double)

  init(
    from start: Point, along direction: [Double],
    _ f: @escaping ([Double]) -> (value: Double, gradient: [Double])
  ) {
    (self.start, self.direction, self.f) = (start, direction, f)
    slope = dot(start.gradient, direction)
  }

  /// Nothing where the direction does not go down, or no step is better than none.
  func point(first: Double) -> Point? {
    guard slope < 0 else { return nil }
    var before: Trial = (0, start, slope)
    var length = first
    for iteration in 0..<40 {
      let trial = trial(length)
      // Where the function is not a number the step was too long.
      if !trial.point.value.isFinite || isTooHigh(trial)
        || iteration > 0 && trial.point.value >= before.point.value
      {
        return zoom(before, trial)
      }
      if abs(trial.slope) <= -curvature * slope { return trial.point }
      if trial.slope >= 0 { return zoom(trial, before) }
      before = trial
      length *= 2
    }
    return before.length > 0 ? before.point : nil
  }

  private func trial(_ length: Double) -> Trial {
    let point = Point(zip(start.x, direction).map { $0 + length * $1 }, f)
    return (length, point, dot(point.gradient, direction))
  }

  private func isTooHigh(_ trial: Trial) -> Bool {
    trial.point.value > start.value + sufficientDecrease * trial.length * slope
  }

  /// Narrows an interval whose lower end is the best step so far.
  private func zoom(_ low: Trial, _ high: Trial) -> Point? {
    var (low, high) = (low, high)
    for _ in 0..<60 {
      let next = trial(interpolated(low, high))
      if !next.point.value.isFinite || isTooHigh(next) || next.point.value >= low.point.value {
        high = next
      } else {
        if abs(next.slope) <= -curvature * slope { return next.point }
        if next.slope * (high.length - low.length) >= 0 { high = low }
        low = next
      }
      if abs(high.length - low.length) <= 1e-14 * max(low.length, high.length) { break }
    }
    return low.length > 0 ? low.point : nil
  }

  /// The minimum of the cubic through both ends, kept away from them; the middle where there is no such minimum.
  private func interpolated(_ low: Trial, _ high: Trial) -> Double {
    let middle = 0.5 * (low.length + high.length)
    let width = high.length - low.length
    guard high.point.value.isFinite, high.slope.isFinite else { return middle }
    let d1 = low.slope + high.slope - 3 * (high.point.value - low.point.value) / width
    let root = d1 * d1 - low.slope * high.slope
    guard root >= 0 else { return middle }
    let d2 = root.squareRoot() * (width < 0 ? -1 : 1)
    let best = high.length - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
    let (near, far) = (low.length + 0.1 * width, low.length + 0.9 * width)
    guard best.isFinite else { return middle }
    return Swift.min(Swift.max(best, Swift.min(near, far)), Swift.max(near, far))
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func norm(_ a: [Double]) -> Double {
  let squares = dot(a, a)
  if squares > 1e-290 && squares < 1e300 { return squares.squareRoot() }
  // The squares may have left the range of numbers where the norm has not.
  let unit = largest(a)
  guard unit > 0, unit.isFinite else { return squares.squareRoot() }
  let scaled = a.map { $0 / unit }
  return unit * dot(scaled, scaled).squareRoot()
}
/// The largest magnitude; NaN where one of them is, which `max` would pass over.
private func largest(_ a: [Double]) -> Double {
  a.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1.magnitude) }
}
private func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
