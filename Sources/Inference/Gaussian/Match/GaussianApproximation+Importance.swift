import PPL
import Parallel

extension GaussianApproximation {
  /// Draws with the log densities of approximation and posterior: k-hat, importance weights and the evidence lower bound.
  ///
  /// - Parameters:
  ///   - density: The log density that was approximated.
  ///   - count: The number of draws.
  ///   - key: The key of the draws, which are those of `draws(_:key:)`.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.argument` for the density of another number of values, `.count` unless the number is positive.
  /// - Complexity: One evaluation of the density for each draw.
  public func importanceSample(
    of density: LogDensity, draws count: Int = 10_000, key: RandomKey,
    pool: WorkPool = .automatic
  ) throws -> ImportanceSample {
    try demandSize(of: density)
    try demandCount(count, "the number of draws")
    let logProposal = (0..<count).map { index in
      logDensity(atCoordinates: coordinates(ofDraw: index, key: key))
    }
    return try ImportanceSample(
      of: density, at: draws(count, key: key), logProposal: logProposal, pool: pool)
  }
}

extension ImportanceSample {
  /// The draws as vectors, `[D, n]`.
  func vectors(of vector: LatentVector) -> Tensor {
    guard !vector.sites.isEmpty else { return Tensor([], shape: [count, 0]) }
    return concatenate(
      vector.sites.map { draws[$0.name].reshaped(to: [count, -1]) }, along: 1)
  }

  /// The numbers of the draws that stand for the posterior, in random order: resampled by weight, or the first ones where the
  /// weights are not reliable.
  func chosen(_ count: Int, key: RandomKey) throws -> [Int] {
    guard isReliable else { return (0..<count).map { $0 % self.count } }
    let (choiceKey, orderKey) = key.split()
    let chosen = try resampled(count, key: choiceKey)
    // Copies of a draw would be neighbours, which diagnostics of chains take for correlation.
    let order = orderKey.uniform([count]).scalars
    return chosen.indices.sorted { (order[$0], $0) < (order[$1], $1) }.map { chosen[$0] }
  }
}
