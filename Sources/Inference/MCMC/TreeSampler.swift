import PPL

/// A sampler whose trajectories are doubled until they turn back.
protocol TreeSampler: BlockSampler where State == HamiltonianState {
  /// The family of the adapted mass matrix.
  var massMatrix: MassMatrix.Family { get }
  /// The acceptance probability that the step size is adapted to.
  var targetAcceptance: Double { get }
  /// The largest number of doublings of a trajectory.
  var maxTreeDepth: Int { get }
}

extension TreeSampler {
  /// The settings in words that all such samplers have.
  var treeSettings: [String: String] {
    [
      "mass_matrix": massMatrix.rawValue, "target_acceptance": "\(targetAcceptance)",
      "max_tree_depth": "\(maxTreeDepth)",
    ]
  }

  /// Checks the settings that all such samplers have.
  ///
  /// - Throws: `InferenceError.argument` unless the acceptance is between 0 and 1, and the depth from 1 to 20.
  func validateTree() throws(InferenceError) {
    try demandAcceptance(targetAcceptance, of: name)
    try demand(
      (1...20).contains(maxTreeDepth), of: name, "maxTreeDepth is \(maxTreeDepth)",
      "must be from 1 to 20")
  }

  /// Makes a transition to a point of a trajectory that is doubled until it turns back.
  func step(
    _ state: inout HamiltonianState, by integrator: some TrajectoryIntegrator,
    of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    let keys = key.split(3)
    var tree = NUTSTree(
      state.phasePoint(key: keys[0]), by: integrator, state.massMatrix, maxDepth: maxTreeDepth)
    try tree.grow(of: density, keys[1])
    state.position = tree.proposal.position
    state.gradient = tree.proposal.gradient
    state.logDensity = tree.proposal.logDensity
    try state.finish(
      tree.transition, massMatrix, target: targetAcceptance, of: density, key: keys[2])
  }
}
