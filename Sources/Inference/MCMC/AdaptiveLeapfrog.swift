import Foundation

/// Macro steps of one length, each made of as many leapfrog steps, a power of two, as keep the energy.
///
/// A step is reversible if no smaller number would have done from its other end, since then the step back is made of the same
/// leapfrog steps.
///
/// - Reference: Bou-Rabee, Carpenter, Kleppe and Liu (2025), *The within-orbit adaptive leapfrog no-U-turn sampler*,
///   arXiv 2506.18746.
struct AdaptiveLeapfrog: TrajectoryIntegrator {
  private let halvings: Int
  private var leapfrogs: Leapfrogs
  /// The acceptance probability of the macro step of one leapfrog step.
  private var coarseAcceptance = 0.0
  private var start, trial: PhasePoint

  var gradients: Int { leapfrogs.count }

  /// Macro steps for vectors `[n]`.
  ///
  /// - Parameters:
  ///   - size: The length of a macro step.
  ///   - largestError: The largest range of the energy over the leapfrog steps of a macro step.
  ///   - halvings: How often the leapfrog step may be halved.
  init(size: Double, largestError: Double, halvings: Int, count: Int) {
    self.halvings = halvings
    leapfrogs = Leapfrogs(
      length: size, largestError: largestError, scratch: Array(repeating: 0, count: count))
    (start, trial) = (PhasePoint(count: count), PhasePoint(count: count))
  }

  mutating func move(
    _ point: inout PhasePoint, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> TrajectoryStep {
    start.set(point)
    for level in 0...halvings {
      let range = try leapfrogs.run(&point, level, direction, mass, density)
      if level == 0 { coarseAcceptance = range.isNaN ? 0 : exp(-range) }
      guard !(range <= leapfrogs.largestError) else {
        return try isLeast(level, from: point, -direction, mass, density)
          ? .reversible : .irreversible
      }
      point.set(start)
    }
    return .divergent
  }

  func acceptance(_ change: Double) -> Double { coarseAcceptance }

  /// Whether fewer leapfrog steps than those of a level do not keep the energy.
  private mutating func isLeast(
    _ level: Int, from point: PhasePoint, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> Bool {
    // The finest first, which is most likely to do.
    for fewer in (0..<level).reversed() {
      trial.set(point)
      if try leapfrogs.run(&trial, fewer, direction, mass, density) <= leapfrogs.largestError {
        return false
      }
    }
    return true
  }
}

/// The leapfrog steps of macro steps, counted.
private struct Leapfrogs {
  /// The length of a macro step.
  let length: Double
  let largestError: Double
  var scratch: [Double]
  private(set) var count = 0

  init(length: Double, largestError: Double, scratch: [Double]) {
    (self.length, self.largestError, self.scratch) = (length, largestError, scratch)
  }

  /// Moves a point by a macro step of 2^level leapfrog steps, or until the energy is not kept.
  ///
  /// - Returns: The range of the energy.
  mutating func run(
    _ point: inout PhasePoint, _ level: Int, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> Double {
    let steps = 1 << level
    let step = direction * length / Double(steps)
    let energy = point.energy
    var (least, most) = (energy, energy)
    for _ in 0..<steps {
      try point.leap(step, mass, density, &scratch)
      count += 1
      let energy = point.energy
      guard !energy.isNaN else { return .nan }
      (least, most) = (min(least, energy), max(most, energy))
      if most - least > largestError { break }
    }
    return most - least
  }
}
