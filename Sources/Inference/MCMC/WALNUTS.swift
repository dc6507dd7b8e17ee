import PPL

/// The within-orbit adaptive leapfrog no-U-turn sampler: NUTS whose step size changes along a trajectory.
///
///     let run = try MCMC(WALNUTS(), chains: 4).run(funnel, key: RandomKey(0))
///
/// Each macro step is made of as many leapfrog steps, a power of two, as keep the energy, so that trajectories go into places
/// that a single step size does not reach: funnels, such as hierarchical models in centred coordinates. Where one leapfrog
/// step is enough everywhere, it is NUTS, with as many gradients. A trajectory ends before a macro step that would not be
/// made of the same leapfrog steps backwards.
///
/// The warm-up adapts the length of macro steps to those that are made of one leapfrog step.
///
/// - Reference: Bou-Rabee, Carpenter, Kleppe and Liu (2025), *The within-orbit adaptive leapfrog no-U-turn sampler*,
///   arXiv 2506.18746, with the deterministic choice of leapfrog steps.
public struct WALNUTS: BlockSampler {
  /// The largest range of the energy over the leapfrog steps of a macro step.
  public let largestError: Double
  /// The number of times that a leapfrog step may be halved within a macro step.
  public let maxHalvings: Int
  /// The family of the adapted mass matrix.
  public let massMatrix: MassMatrix.Family
  /// The mean acceptance probability of macro steps of one leapfrog step, to which their length is adapted.
  public let targetAcceptance: Double
  /// The largest number of doublings of a trajectory.
  public let maxTreeDepth: Int

  /// A sampler with these settings.
  public init(
    largestError: Double = 0.5, maxHalvings: Int = 10, massMatrix: MassMatrix.Family = .lowRank,
    targetAcceptance: Double = 0.8, maxTreeDepth: Int = 10
  ) {
    (self.largestError, self.maxHalvings) = (largestError, maxHalvings)
    (self.massMatrix, self.targetAcceptance) = (massMatrix, targetAcceptance)
    self.maxTreeDepth = maxTreeDepth
  }

  public var name: String { "WALNUTS" }
  public var settings: [String: String] {
    treeSettings.merging([
      "largest_error": "\(largestError)", "max_halvings": "\(maxHalvings)",
    ]) { $1 }
  }

  public func validate() throws(InferenceError) {
    try demand(
      largestError > 0 && largestError.isFinite, of: name, "largestError is \(largestError)",
      positive(largestError))
    try demand(
      (0...30).contains(maxHalvings), of: name, "maxHalvings is \(maxHalvings)",
      "must be from 0 to 30")
    try validateTree()
  }

  public func step(
    _ state: inout HamiltonianState, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    try step(
      &state,
      by: AdaptiveLeapfrog(
        size: state.stepSize, largestError: largestError, halvings: maxHalvings,
        count: state.position.count), of: density, key: key)
  }
}

extension WALNUTS: TreeSampler {}
