import Foundation

/// The integrator of a trajectory: a map from one point to the next that preserves volume and can be taken back.
protocol TrajectoryIntegrator {
  /// The number of gradients of all steps.
  var gradients: Int { get }

  /// Moves a point by one step, forwards for a `direction` of 1 and backwards for -1.
  mutating func move(
    _ point: inout PhasePoint, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> TrajectoryStep

  /// The acceptance probability of the last step, to which the step size is adapted.
  ///
  /// - Parameter change: The fall of the energy since the start of the trajectory.
  func acceptance(_ change: Double) -> Double
}

/// The outcome of a step.
enum TrajectoryStep {
  /// A step in the other direction leads back.
  case reversible
  /// A step in the other direction would lead elsewhere.
  case irreversible
  /// No step keeps the energy.
  case divergent
}

/// Leapfrog steps of one size.
struct Leapfrog: TrajectoryIntegrator {
  private let size: Double
  private var scratch: [Double]
  private(set) var gradients = 0

  /// Steps of this size for vectors `[n]`.
  init(size: Double, count: Int) {
    (self.size, scratch) = (size, Array(repeating: 0, count: count))
  }

  mutating func move(
    _ point: inout PhasePoint, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> TrajectoryStep {
    try point.leap(direction * size, mass, density, &scratch)
    gradients += 1
    return .reversible
  }

  func acceptance(_ change: Double) -> Double { min(1, exp(change)) }
}
