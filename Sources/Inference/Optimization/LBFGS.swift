import PPL
import Preconditions

/// The minimizer L-BFGS, limited-memory BFGS with a line search that satisfies the strong Wolfe conditions: for smooth
/// functions without noise.
///
///     let minimum = try LBFGS().minimize(from: [-1.2, 1]) { x in 100 * ... }
///
/// `SVI.minimized(by:key:)` fits a guide with it: the mode of a posterior with `AutoDelta` or `AutoLaplaceApproximation`.
///
/// - Complexity: O(*m n*) numbers and operations an iteration in addition to the function, with memory m.
/// - Reference: Nocedal and Wright (2006), *Numerical Optimization*, alg. 7.4 and 7.5; line search alg. 3.5 and 3.6.
public struct LBFGS: Sendable {
  let memory, iterations: Int
  let gradientTolerance, relativeTolerance: Double

  /// A minimizer with positive counts and tolerances that are not negative; `validate()` throws for others.
  ///
  /// - Parameters:
  ///   - memory: The number of steps from which the curvature is estimated.
  ///   - iterations: The largest number of iterations.
  ///   - gradientTolerance: The largest magnitude of an entry of the gradient at which the search has converged.
  ///   - relativeTolerance: The decrease, relative to the magnitude of the function, below which a step may be due to
  ///     rounding. The search has then converged if no entry of the gradient exceeds `gradientTolerance` times the magnitude
  ///     of the function; otherwise it restarts once along the steepest descent.
  public init(
    memory: Int = 10, iterations: Int = 1_000, gradientTolerance: Double = 1e-6,
    relativeTolerance: Double = 1e-14
  ) {
    (self.memory, self.iterations) = (memory, iterations)
    (self.gradientTolerance, self.relativeTolerance) = (gradientTolerance, relativeTolerance)
  }

  /// Checks the settings.
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

  /// The result of a minimization.
  public struct Minimum: Sendable, Equatable {
    /// The point at which the search ended, `[n]`.
    public let point: [Double]
    /// The value of the function at that point.
    public let value: Double
    /// The gradient at that point, `[n]`, nearly 0 if the search converged.
    public let gradient: [Double]
    /// The value at the start and after each iteration.
    public let values: [Double]
    /// The Euclidean norm of the gradient at the start and after each iteration.
    public let gradientNorms: [Double]
    /// The reason why the search ended.
    public let termination: Termination
    /// Whether the gradient is small enough for a minimum.
    public var isConverged: Bool { termination == .smallGradient }
  }

  /// The reason why a search ended.
  public enum Termination: Sendable, Equatable {
    /// No entry of the gradient exceeds the tolerance or, where rounding prevents further descent or the iterations ran out,
    /// the tolerance times the magnitude of the function.
    case smallGradient
    /// The gradient is not small, but no step lowers the function, not even along the steepest descent.
    case noDescent
    /// The iterations ran out.
    case iterationsExhausted
    /// The function or its gradient is not finite at the start.
    case notFinite
  }

  /// Minimizes a function, recorded once.
  ///
  /// - Parameters:
  ///   - start: The starting point, `[n]`.
  ///   - f: The function from a vector `[n]` to a scalar.
  /// - Throws: What `f` throws; `InferenceError.argument` from `validate()`, `.expression` for shapes in `f` that do not
  ///   fit.
  public func minimize(
    from start: [Double], _ f: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> Minimum {
    try validate()
    return try minimize(
      RecordedGradient(at: start) { x in
        let (value, gradient) = try valueWithGradient(of: { try f($0[0]) }, at: [x])
        return (value, gradient[0])
      }, from: start)
  }

  /// Minimizes a recorded function.
  ///
  /// - Throws: The first error of the function, if it is recorded at each point.
  func minimize(_ function: RecordedGradient, from start: [Double]) throws -> Minimum {
    let evaluator = GradientEvaluator(function)
    var failure: (any Error)?
    let minimum = minimize(from: start) { point in
      var gradient = Array(repeating: 0.0, count: point.count)
      do {
        return (try evaluator.value(at: point, gradient: &gradient), gradient)
      } catch {
        failure = failure ?? error
        return (.nan, point)
      }
    }
    if let failure { throw failure }
    return minimum
  }

  /// Minimizes a function that returns its value and its gradient.
  ///
  /// - Parameters:
  ///   - start: The starting point, `[n]`.
  ///   - f: The function from a vector `[n]` to its value and gradient `[n]`.
  /// - Precondition: `validate()` throws nothing.
  public func minimize(
    from start: [Double], _ f: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Minimum {
    minimize(from: start, visiting: { _ in }, f)
  }

  /// The same, with the start and each iterate passed to `visit`.
  func minimize(
    from start: [Double], visiting visit: (EvaluatedPoint) -> Void,
    _ f: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Minimum {
    do { try validate() } catch { requirementFailed("\(error)") }
    var here = EvaluatedPoint(start, f)
    visit(here)
    var (values, gradientNorms) = ([here.value], [norm(here.gradient)])
    var history: History = []
    var hasRestarted = false
    var termination = here.isFinite ? end(at: here, after: 0) : .notFinite
    while termination == nil {
      let next = step(from: here, history, f)
      var hasFallen = false
      if let next {
        remember(next, after: here, in: &history)
        let scale = max(here.value.magnitude, next.value.magnitude, 1)
        hasFallen = here.value - next.value > relativeTolerance * scale
        here = next
        visit(here)
        values.append(here.value)
        gradientNorms.append(norm(here.gradient))
      }
      if hasFallen {
        hasRestarted = false
      } else if isSmall(here) {
        termination = .smallGradient
      } else if hasRestarted || next == nil && history.isEmpty {
        termination = .noDescent
      } else {
        // A direction from old curvature may not be a descent: restart with the steepest one.
        history = []
        hasRestarted = true
      }
      termination = termination ?? end(at: here, after: values.count - 1)
    }
    return Minimum(
      point: here.x, value: here.value, gradient: here.gradient, values: values,
      gradientNorms: gradientNorms, termination: termination ?? .iterationsExhausted)
  }

  /// The steps of the latest iterations with the changes of the gradient along them.
  private typealias History = [(step: [Double], change: [Double])]

  /// The reason to end the search at a point; nil to continue.
  private func end(at here: EvaluatedPoint, after iterations: Int) -> Termination? {
    if largest(here.gradient) <= gradientTolerance { return .smallGradient }
    guard iterations >= self.iterations else { return nil }
    return isSmall(here) ? .smallGradient : .iterationsExhausted
  }

  /// The point of the next iteration; nil where no step lowers the function.
  private func step(
    from here: EvaluatedPoint, _ history: History,
    _ f: ([Double]) -> (value: Double, gradient: [Double])
  ) -> EvaluatedPoint? {
    let direction = direction(here.gradient, history)
    let first = history.isEmpty ? min(1, 1 / norm(here.gradient)) : 1
    return withoutActuallyEscaping(f) { f in
      LineSearch(from: here, along: direction, f).point(first: first)
    }
  }

  /// Adds a step to the history, unless its curvature is not positive beyond rounding.
  private func remember(
    _ next: EvaluatedPoint, after here: EvaluatedPoint, in history: inout History
  ) {
    let (step, change) = (difference(next.x, here.x), difference(next.gradient, here.gradient))
    guard dot(step, change) > 1e-10 * dot(change, change).squareRoot() * norm(step) else { return }
    history.append((step, change))
    if history.count > memory { history.removeFirst() }
  }

  /// Whether the gradient is small relative to the magnitude of the function, at its rounding level.
  private func isSmall(_ point: EvaluatedPoint) -> Bool {
    largest(point.gradient) <= gradientTolerance * max(1, point.value.magnitude)
  }

  /// The search direction, minus the estimated inverse Hessian times the gradient, by the two-loop recursion.
  private func direction(_ gradient: [Double], _ history: History) -> [Double] {
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
