import PPL
import Parallel

/// Estimates of data sets simulated from a fit: the parametric bootstrap.
public struct BootstrapEstimates: Sendable {
  /// The estimates of each simulated data set that has them, in their order.
  public let estimates: Draws
  /// The number of simulated data sets without a maximum likelihood estimate.
  public let failures: Int
  /// The unconstrained estimates, `[count, n]`.
  private let unconstrained: Tensor

  init(_ density: LogDensity, _ points: [[Double]], failures: Int, pool: WorkPool) throws {
    unconstrained = Tensor(points.flatMap(\.self), shape: [points.count, density.count])
    self.failures = failures
    let (logJoint, vector) = (density.logJoint, density.vector)
    estimates = try Draws.mapped(
      Draws(count: points.count, sites: [("x", unconstrained)]), pool: pool
    ) { _, values in
      let constrained = try logJoint.constrained(vector.named(values["x"] ?? Tensor([])))
      return vector.sites.compactMap { site in constrained[site.name].map { (site.name, $0) } }
    }
  }

  /// The quantiles of a quantity that bound the middle share `level` of its estimates.
  func quantiles(
    _ level: Double, _ f: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> (lower: Double, upper: Double) {
    let values = try Draws.mapped(
      Draws(count: estimates.count, sites: [("x", unconstrained)]), pool: .serial
    ) { _, values in [("value", try f(values["x"] ?? Tensor([])).reshaped(to: []))] }["value"]
    return (
      values.quantile(0.5 * (1 - level), along: 0).scalar,
      values.quantile(0.5 * (1 + level), along: 0).scalar
    )
  }
}

extension MaximumLikelihoodFit {
  /// The parametric bootstrap: data sets of the same design are simulated from the fit, and the model is fitted to each.
  ///
  /// Data set i is drawn from a key of its own, so that no digit depends on the threads.
  ///
  /// - Parameters:
  ///   - replicates: The number of simulated data sets.
  ///   - key: The key of the data.
  ///   - pool: The threads that share the data sets.
  /// - Throws: `MaximumLikelihoodError.notSimulated` for a model with a factor or a subsampled plate,
  ///   `.failedReplicates` if more than one in ten has no estimate; `InferenceError.count` without replicates.
  /// - Complexity: A fit for each data set, from the estimates.
  /// - Reference: Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, §6.5.
  public func bootstrap(
    replicates: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> BootstrapEstimates {
    try demandCount(replicates, "the number of replicates")
    let observed = try simulatedSites()
    let points = try pool.mapParts(of: replicates) { part in
      try part.map { try refit(observed, key: key.foldIn(UInt32($0))) }
    }.flatMap(\.self)
    let found = points.compactMap(\.self)
    let failures = points.count - found.count
    guard 10 * failures <= points.count else {
      throw MaximumLikelihoodError.failedReplicates(failures, of: points.count)
    }
    return try BootstrapEstimates(density, found, failures: failures, pool: pool)
  }

  /// The names of the observed sites.
  private func simulatedSites() throws -> [String] {
    let point = density.vector.named(Tensor(approximation.mean))
    let sites = try density.logJoint.trace(at: point).likelihoodSites
    for site in sites {
      let isSubsampled = site.plates.contains { $0.subsampleSize < $0.size }
      if site.kind == .factor || isSubsampled {
        throw MaximumLikelihoodError.notSimulated(site.name)
      }
    }
    return sites.map(\.name)
  }

  /// The unconstrained estimates of one simulated data set; nil if it has none.
  private func refit(_ observed: [String], key: RandomKey) throws -> [Double]? {
    let trace = try model.unconditioned().substituting(estimates).seeded(by: key).trace()
    let data = observed.compactMap { name in trace[name]?.value.map { (name, $0) } }
    let again = model.unconditioned().conditioned(on: Dictionary(data) { $1 })
    do {
      return try MaximumLikelihood(starts: 1)
        .fit(again, start: .values(estimates), pool: .serial).approximation.mean
    } catch is MaximumLikelihoodError {
      return nil
    }
  }
}
