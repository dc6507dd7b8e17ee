import Foundation
import PPL

/// One path of Pathfinder: the normal approximation along a path of L-BFGS with the largest evidence lower bound.
public struct PathfinderPath: Sendable {
  /// The normal distribution of the unconstrained vector.
  public let approximation: GaussianApproximation
  /// The estimate of its evidence lower bound, in nats.
  public let elbo: Double
  /// The number of iterations of L-BFGS to the end of the path, and to the point of the approximation.
  public let iterations, best: Int
  /// The number of evaluations of the log density, with and without its gradient.
  public let evaluations: Int
}

extension Pathfinder {
  /// Follows one path.
  ///
  /// - Parameters:
  ///   - start: The unconstrained vector `[n]` to start from.
  ///   - density: The log density.
  ///   - key: The key of the draws that the evidence lower bounds are estimated from.
  /// - Throws: The first error of the density, where it is recorded anew.
  func path(
    from start: [Double], of density: borrowing GradientEvaluator, key: RandomKey
  ) throws -> PathfinderPath? {
    let (points, evaluations) = try descent(from: start, of: density)
    var estimate = InverseHessianEstimate(count: start.count, memory: memory)
    var best: (approximation: GaussianApproximation, elbo: Double, index: Int)?
    var draws = 0
    for (index, point) in points.enumerated() {
      if index > 0 { estimate.update(from: points[index - 1], to: point) }
      guard let factor = estimate.factor() else { continue }
      let approximation = normal(at: point, factor)
      let elbo = try self.elbo(of: approximation, density, key.foldIn(UInt32(index)))
      draws += elboDraws
      if elbo > best?.elbo ?? -.infinity { best = (approximation, elbo, index) }
    }
    return best.map {
      PathfinderPath(
        approximation: $0.approximation, elbo: $0.elbo, iterations: points.count - 1,
        best: $0.index, evaluations: evaluations + draws)
    }
  }

  /// The iterates of a minimization of minus the log density, and the number of evaluations.
  private func descent(
    from start: [Double], of density: borrowing GradientEvaluator
  ) throws -> (points: [EvaluatedPoint], evaluations: Int) {
    var points: [EvaluatedPoint] = []
    var (failure, evaluations) = ((any Error)?.none, 0)
    func value(_ point: [Double], _ density: borrowing GradientEvaluator) -> (
      value: Double, gradient: [Double]
    ) {
      var gradient = point
      evaluations += 1
      do {
        let value = try density.value(at: point, gradient: &gradient)
        return (-value, gradient.map { -$0 })
      } catch {
        failure = failure ?? error
        return (.nan, point)
      }
    }
    let search = LBFGS(
      memory: memory, iterations: iterations, gradientTolerance: 1e-8, relativeTolerance: 1e-9)
    _ = search.minimize(from: start, visiting: { points.append($0) }) { value($0, density) }
    if let failure { throw failure }
    return (points, evaluations)
  }

  /// The normal distribution by a step of Newton's method from a point.
  private func normal(at point: EvaluatedPoint, _ factor: FactoredCovariance)
    -> GaussianApproximation
  {
    var (force, scratch) = (point.x, point.x)
    factor.applyTranspose(point.gradient, &force, scratch: &scratch)
    factor.apply(force, &scratch)
    return GaussianApproximation(mean: difference(point.x, scratch), factor: factor)
  }

  /// The evidence lower bound by draws; negative infinity where one of them has no finite density.
  private func elbo(
    of approximation: GaussianApproximation, _ density: borrowing GradientEvaluator,
    _ key: RandomKey
  ) throws -> Double {
    var sum = 0.0
    for draw in 0..<elboDraws {
      let z = approximation.coordinates(ofDraw: draw, key: key)
      let value = try density.value(at: approximation.point(at: z))
      guard value.isFinite else { return -.infinity }
      sum += value - approximation.logDensity(atCoordinates: z)
    }
    return sum / Double(elboDraws)
  }
}
