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

/// Leapfrog steps of one size, which is halved only for a step that would leave the support.
///
/// A single step that jumps over the edge of a support, as of an extreme value distribution with a negative shape, would end
/// the trajectory although the density falls to zero there without a jump. Steps of finite energy, however large it is, are
/// left as they are: a divergence still says that the curvature is beyond the step size.
struct Leapfrog: TrajectoryIntegrator {
  private var steps: AdaptiveLeapfrog

  var gradients: Int { steps.gradients }

  /// Steps of this size for vectors `[n]`.
  init(size: Double, count: Int) {
    steps = AdaptiveLeapfrog(
      size: size, largestError: .greatestFiniteMagnitude, halvings: 6, count: count)
  }

  mutating func move(
    _ point: inout PhasePoint, _ direction: Double, _ mass: MassMatrix,
    _ density: borrowing GradientEvaluator
  ) throws -> TrajectoryStep {
    try steps.move(&point, direction, mass, density)
  }

  func acceptance(_ change: Double) -> Double { min(1, exp(change)) }
}
