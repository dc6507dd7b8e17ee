import Foundation
import PPL

/// Hamiltonian Monte Carlo with trajectories of a fixed expected length.
///
///     let run = try MCMC(HMC(trajectoryLength: 1.5)).run(posterior, key: RandomKey(0))
///
/// A trajectory has a number of leapfrog steps that is uniform up to twice `trajectoryLength` over the step size, since a fixed
/// one can be a period of the motion.
///
/// - Reference: Neal (2011), *MCMC using Hamiltonian dynamics*, §3.2 and §4.2.
public struct HMC: BlockSampler {
  /// The mean length of trajectories, in posterior standard deviations once the mass matrix is adapted.
  public let trajectoryLength: Double
  /// The family of the adapted mass matrix.
  public let massMatrix: MassMatrix.Family
  /// The mean acceptance probability that the step size is adapted to.
  public let targetAcceptance: Double

  /// Hamiltonian Monte Carlo with these settings.
  public init(
    trajectoryLength: Double = 1.5, massMatrix: MassMatrix.Family = .lowRank,
    targetAcceptance: Double = 0.8
  ) {
    (self.trajectoryLength, self.massMatrix) = (trajectoryLength, massMatrix)
    self.targetAcceptance = targetAcceptance
  }

  public var name: String { "HMC" }
  public var settings: [String: String] {
    [
      "trajectory_length": "\(trajectoryLength)", "mass_matrix": massMatrix.rawValue,
      "target_acceptance": "\(targetAcceptance)",
    ]
  }

  public func validate() throws(InferenceError) {
    try demand(
      trajectoryLength > 0 && trajectoryLength.isFinite, of: "HMC",
      "trajectoryLength is \(trajectoryLength)", positive(trajectoryLength))
    try demandAcceptance(targetAcceptance, of: "HMC")
  }

  public func step(
    _ state: inout HamiltonianState, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    let keys = key.split(3)
    let uniforms = keys[1].uniform([2]).scalars
    var point = state.phasePoint(key: keys[0])
    let start = point.energy
    var integrator = Leapfrog(size: state.stepSize, count: state.position.count)
    var isReversible = true
    let longest = min(2 * trajectoryLength / state.stepSize, Self.mostSteps)
    let steps = 1 + Int(uniforms[0] * longest)
    var transition = HamiltonianTransition()
    for _ in 0..<steps {
      let step = try integrator.move(&point, 1, state.massMatrix, density)
      isReversible = step == .reversible
      transition.isDivergent =
        step == .divergent || !(start - point.energy > -HamiltonianTransition.largestRise)
      if !isReversible || transition.isDivergent { break }
    }
    let energy = point.energy
    transition.gradients = integrator.gradients
    transition.acceptance =
      isReversible && !transition.isDivergent ? integrator.acceptance(start - energy) : 0
    transition.energy = start
    if uniforms[1] < transition.acceptance {
      (state.position, state.gradient) = (point.position, point.gradient)
      (state.logDensity, transition.energy) = (point.logDensity, energy)
    }
    try state.finish(transition, massMatrix, target: targetAcceptance, of: density, key: keys[2])
  }

  private static let mostSteps = 1024.0
}

/// Checks the acceptance probability that a step size is adapted to.
///
/// - Throws: `InferenceError.argument` unless it is between 0 and 1.
func demandAcceptance(_ target: Double, of owner: String) throws(InferenceError) {
  try demand(
    target > 0 && target < 1, of: owner, "targetAcceptance is \(target)",
    "must be between 0 and 1")
}
