/// Conjugate gradients that did not come to an end.
public struct NotConverged: Error, Equatable, Sendable, CustomStringConvertible {
  /// How many were made.
  public let iterations: Int
  /// The norm of the residual, relative to that of the right side; NaN if a number was not finite.
  public let residual: Double

  public var description: String {
    "conjugate gradients have a relative residual of \(residual) after \(iterations) iterations. "
      + "Allow more iterations or a larger tolerance; NaN says that the operator or the right side has it."
  }
}

/// The solution of a system by conjugate gradients, and how it was come by.
public struct ConjugateGradientSolution: Sendable, Equatable {
  /// x.
  public let solution: [Double]
  /// How many products with A it took.
  public let iterations: Int
  /// The norm of the residual, relative to that of the right side, as the recursion has it.
  public let residual: Double
}

/// Solves `A x = b` for a symmetric positive definite A that is known by its products with vectors only.
///
/// - Parameters:
///   - b: The right side.
///   - apply: `A x`.
///   - tolerance: The norm of the residual, relative to that of `b`, at which to stop.
///   - maximumIterations: After how many to give up.
/// - Throws: `NotConverged` if the tolerance is not reached, or A is not positive along a direction, or NaN comes up.
/// - Reference: Hestenes and Stiefel (1952), *Methods of conjugate gradients for solving linear systems*.
public func conjugateGradients(
  _ b: [Double], tolerance: Double = 1e-10, maximumIterations: Int = 1_000,
  applying apply: ([Double]) throws -> [Double]
) throws -> ConjugateGradientSolution {
  var x = Array(repeating: 0.0, count: b.count)
  var r = b
  var p = b
  var rr = dot(r, r)
  let norm = rr.squareRoot()
  guard norm != 0 else { return ConjugateGradientSolution(solution: x, iterations: 0, residual: 0) }
  var relative = rr.squareRoot() / norm
  for iteration in 0..<maximumIterations {
    if relative <= tolerance {
      return ConjugateGradientSolution(solution: x, iterations: iteration, residual: relative)
    }
    let q = try apply(p)
    let curvature = dot(p, q)
    guard curvature > 0, curvature.isFinite else {
      throw NotConverged(iterations: iteration, residual: .nan)
    }
    let alpha = rr / curvature
    for i in x.indices {
      x[i] += alpha * p[i]
      r[i] -= alpha * q[i]
    }
    let next = dot(r, r)
    let beta = next / rr
    for i in p.indices { p[i] = r[i] + beta * p[i] }
    rr = next
    relative = rr.squareRoot() / norm
  }
  guard relative <= tolerance else {
    throw NotConverged(iterations: maximumIterations, residual: relative)
  }
  return ConjugateGradientSolution(
    solution: x, iterations: maximumIterations, residual: relative)
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}
