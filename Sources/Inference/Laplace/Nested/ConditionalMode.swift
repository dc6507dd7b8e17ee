import Foundation
import LinearAlgebra
import PPL

/// The settings of Newton's method for the conditional mode.
struct NewtonSettings: Sendable {
  /// The largest number of steps.
  var steps = 100
  /// The decrement gᵀ(-H)⁻¹g, in nats, at which the mode is found: its root is the distance in standard deviations.
  var tolerance = 1e-12
}

extension ConditionalEvaluator {
  /// The Gaussian approximation at the conditional mode, by a damped Newton method that keeps its Hessian while the steps
  /// shrink fast (the chord method), and computes it anew at the end.
  ///
  /// - Parameters:
  ///   - theta: The hyperparameters.
  ///   - start: The point to start from.
  ///   - precision: The precision near the mode, such as that of near hyperparameters; computed at the start if nil.
  /// - Throws: Where the density is not finite at the start, the steps run out, or the Hessian at the mode is not negative
  ///   definite.
  /// - Reference: Nocedal and Wright (2006), *Numerical Optimization*, §3.3 and alg. 3.3 for the damping.
  func gaussian(
    theta: [Double], from start: [Double], precision: CholeskyFactor? = nil,
    settings: NewtonSettings = NewtonSettings()
  ) throws(NestedLaplaceError) -> ConditionalGaussian {
    setTheta(theta)
    let coordinates = density.split.described(theta)
    var x = start
    var gradient = Array(repeating: 0.0, count: x.count)
    var (trial, trialGradient) = (x, gradient)
    var value = value(at: x, gradient: &gradient)
    guard value.isFinite, gradient.allSatisfy(\.isFinite) else { throw .notFinite(coordinates) }
    var hessians = precision == nil ? 1 : 0
    var factor: CholeskyFactor
    if let precision { factor = precision } else { factor = try damped(at: x, coordinates) }
    var isFresh = precision == nil
    // The decrement of the last step if it was a whole one.
    var previous: Double?
    for step in 0..<settings.steps {
      var direction = factor.solving(gradient)
      var decrement = dot(direction, gradient)
      if decrement <= settings.tolerance {
        let exact = self.precision(at: x)
        hessians += 1
        guard exact.isFinite, let own = try? CholeskyFactor(factoring: exact) else {
          throw .notPositiveDefinite(coordinates)
        }
        direction = own.solving(gradient)
        decrement = dot(direction, gradient)
        if decrement <= 100 * settings.tolerance {
          // One more step with the new Hessian squares the distance, at the price of a value.
          for i in x.indices { trial[i] = x[i] + direction[i] }
          let last = self.value(at: trial)
          return ConditionalGaussian(
            theta: theta, mode: last.isFinite ? trial : x, precision: own,
            logJoint: last.isFinite ? last : value, steps: step + 1, hessians: hessians)
        }
        (factor, isFresh) = (own, true)
      } else if !isFresh, step > 0, previous.map({ decrement > 0.25 * $0 }) ?? true {
        // A step is more than half as long as the one before, or that was shortened, which says nothing of the age of the
        // Hessian, except that it may be wrong: it is too old.
        factor = try damped(at: x, coordinates)
        hessians += 1
        isFresh = true
        direction = factor.solving(gradient)
        decrement = dot(direction, gradient)
      }
      var length = 1.0
      var hasRisen = false
      for _ in 0..<40 {
        for i in x.indices { trial[i] = x[i] + length * direction[i] }
        let next = self.value(at: trial, gradient: &trialGradient)
        let rounding = 1e-13 * max(1, value.magnitude)
        if next.isFinite, next >= value + 1e-4 * length * decrement - rounding,
          trialGradient.allSatisfy(\.isFinite)
        {
          (value, hasRisen) = (next, true)
          break
        }
        length *= 0.5
      }
      if hasRisen {
        swap(&x, &trial)
        swap(&gradient, &trialGradient)
        previous = length < 1 ? nil : decrement
        isFresh = false
      } else if isFresh {
        break
      } else {
        factor = try damped(at: x, coordinates)
        hessians += 1
        isFresh = true
      }
    }
    throw .noConditionalMode(
      coordinates, steps: settings.steps, decrement: 0.5 * dot(factor.solving(gradient), gradient))
  }

  /// The factor of the precision at x, with as much added to its diagonal as makes it positive definite.
  private func damped(
    at x: [Double], _ theta: [NestedLaplaceError.Coordinate]
  ) throws(NestedLaplaceError) -> CholeskyFactor {
    let exact = precision(at: x)
    guard exact.isFinite else { throw .notFinite(theta) }
    if let factor = try? CholeskyFactor(factoring: exact) { return factor }
    let largest = exact.diagonal.map(\.magnitude).max() ?? 1
    guard largest.isFinite else { throw .notFinite(theta) }
    for power in stride(from: -6.0, through: 3, by: 1) {
      var raised = exact
      let addition = max(largest, 1e-8) * pow(10, power)
      raised.addToDiagonal(Array(repeating: addition, count: x.count))
      if let factor = try? CholeskyFactor(factoring: raised) { return factor }
    }
    throw .notPositiveDefinite(theta)
  }
}
