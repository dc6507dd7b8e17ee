/// The approximations at all points that have one, with their weights.
struct ExploredPoints: Sendable {
  let gaussians: [ConditionalGaussian]
  /// The weights of the points, whose sum is 1.
  let weights: [Double]
  /// The k-hat of the importance weights; nil for quadrature.
  let khat: Double?
  /// The number of points without an approximation, and the reason of the first.
  let failures: Int
  let firstFailure: NestedLaplaceError?
  /// The logarithm of the approximated integral of p(θ, y) over θ.
  let logEvidence: Double

  /// The approximations that there are, with weights from their log marginal densities and the volumes of the points.
  ///
  /// - Throws: The error of the first point, if none has an approximation.
  init(
    _ points: [ExplorationPoint], _ evaluations: [MarginalDensity.Evaluation], logUnit: Double,
    isSmoothed: Bool
  ) throws {
    var found: [ConditionalGaussian] = []
    var logRatios: [Double] = []
    var failures: [NestedLaplaceError] = []
    for (point, evaluation) in zip(points, evaluations) {
      switch evaluation {
      case .success(let gaussian):
        found.append(gaussian)
        logRatios.append(gaussian.logMarginal + point.logVolume)
      case .failure(let error): failures.append(error)
      }
    }
    if found.isEmpty, let error = failures.first { throw error }
    let smoothed = SmoothedWeights(logRatios, isSmoothed: isSmoothed)
    (gaussians, weights) = (found, smoothed.weights)
    khat = isSmoothed ? smoothed.khat : nil
    (self.failures, firstFailure) = (failures.count, failures.first)
    logEvidence = logSumExp(logRatios) + logUnit
  }
}
