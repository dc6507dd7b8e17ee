import Foundation
import PPL

/// The No-U-Turn sampler with multinomial weights: Hamiltonian Monte Carlo whose trajectories end where they turn back.
///
///     let run = try MCMC(NUTS(), chains: 4, warmup: 1_000, draws: 1_000).run(posterior, key: RandomKey(0))
///     let draws = try run.posterior()
///     print(SamplingDiagnosis(draws))
///     print(try draws.table(of: ["mu", "tau"]))
///
/// A warm-up adapts the step size by dual averaging and the mass matrix by the draws and gradients of windows.
///
/// - Reference: Hoffman and Gelman (2014), *The No-U-Turn Sampler*; Betancourt (2017), *A conceptual introduction to
///   Hamiltonian Monte Carlo*, appendix A.4, for the weights, the generalized criterion, and its checks across halves.
public struct NUTS: BlockSampler {
  /// The family of the adapted mass matrix.
  public let massMatrix: MassMatrix.Family
  /// The mean acceptance probability that the step size is adapted to.
  public let targetAcceptance: Double
  /// The largest number of doublings of a trajectory.
  public let maxTreeDepth: Int

  /// A No-U-Turn sampler with these settings.
  public init(
    massMatrix: MassMatrix.Family = .lowRank, targetAcceptance: Double = 0.8, maxTreeDepth: Int = 10
  ) {
    (self.massMatrix, self.targetAcceptance) = (massMatrix, targetAcceptance)
    self.maxTreeDepth = maxTreeDepth
  }

  public var name: String { "NUTS" }
  public var settings: [String: String] { treeSettings }
  public func validate() throws(InferenceError) { try validateTree() }

  public func step(
    _ state: inout HamiltonianState, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    try step(
      &state, by: Leapfrog(size: state.stepSize, count: state.position.count), of: density,
      key: key)
  }
}

extension NUTS: TreeSampler {}
