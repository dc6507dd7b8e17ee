/// The error of conjugate gradients that did not converge.
public struct NotConverged: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number of iterations made.
  public let iterations: Int
  /// The norm of the residual relative to that of the right-hand side; NaN if a number was not finite.
  public let residual: Double

  public var description: String {
    "conjugate gradients have a relative residual of \(residual) after \(iterations) iterations. "
      + "Allow more iterations or a larger tolerance; NaN says that the operator or the right side has it."
  }
}

/// The solution of A x = b by conjugate gradients, with iteration count and residual.
public struct ConjugateGradientSolution: Sendable, Equatable {
  /// The solution x.
  public let solution: [Double]
  /// The number of iterations, each one product with A.
  public let iterations: Int
  /// The norm of the residual relative to that of the right-hand side, as given by the recursion.
  public let residual: Double
}

/// Solves `A x = b` by (preconditioned) conjugate gradients, for a symmetric positive definite A given by its products with
/// vectors.
///
/// - Parameters:
///   - b: The right-hand side, one number for each row of A.
///   - tolerance: The norm of the residual, relative to that of `b`, at which to stop.
///   - maximumIterations: The number of iterations after which to give up.
///   - preconditioning: The product with a symmetric positive definite approximation of `A⁻¹`; nil for none.
///   - apply: The function from x to `A x`.
/// - Throws: `NotConverged` if the tolerance is not reached, if A is not positive along a direction, or if a
///   number is NaN.
/// - Reference: Hestenes and Stiefel (1952), *Methods of conjugate gradients for solving linear systems*;
///   Golub and Van Loan (2013), *Matrix Computations*, §11.5.2.
public func conjugateGradients(
  _ b: [Double], tolerance: Double = 1e-10, maximumIterations: Int = 1_000,
  preconditioning: (([Double]) throws -> [Double])? = nil,
  applying apply: ([Double]) throws -> [Double]
) throws -> ConjugateGradientSolution {
  var x = Array(repeating: 0.0, count: b.count)
  var r = b
  let norm = dot(b, b).squareRoot()
  guard norm != 0 else { return ConjugateGradientSolution(solution: x, iterations: 0, residual: 0) }
  var p = try preconditioning?(r) ?? r
  // The product of the residual with its preconditioned self, which is its square without preconditioning.
  var rz = dot(r, p)
  var relative = 1.0
  for iteration in 0..<maximumIterations {
    if relative <= tolerance {
      return ConjugateGradientSolution(solution: x, iterations: iteration, residual: relative)
    }
    let q = try apply(p)
    let curvature = dot(p, q)
    guard curvature > 0, curvature.isFinite else {
      throw NotConverged(iterations: iteration, residual: .nan)
    }
    let alpha = rz / curvature
    for i in x.indices {
      x[i] += alpha * p[i]
      r[i] -= alpha * q[i]
    }
    let rr = dot(r, r)
    relative = rr.squareRoot() / norm
    if let preconditioning {
      let z = try preconditioning(r)
      let next = dot(r, z)
      for i in p.indices { p[i] = z[i] + next / rz * p[i] }
      rz = next
    } else {
      for i in p.indices { p[i] = r[i] + rr / rz * p[i] }
      rz = rr
    }
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
