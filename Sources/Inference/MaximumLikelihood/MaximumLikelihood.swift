import PPL
import Parallel

/// Maximum likelihood: the values of the latent sites and parameters of a model under which its data are most probable.
///
///     let model = Model { p in
///       let (mu, sigma, xi) = (
///         p.parameter("mu", initially: 3.9), p.parameter("sigma", initially: 0.2, in: .positive),
///         p.parameter("xi", initially: 0.1)
///       )
///       p.sample("y", GEV(mu, sigma, xi), observed: maxima)
///     }
///     let fit = try MaximumLikelihood().fit(model)
///     print(fit.estimates["mu"], fit.standardErrors["mu"], fit.aic)
///     let level = try fit.interval(0.95, by: .profile) { p in
///       GEV(p["mu"], p["sigma"], p["xi"]).returnLevel(period: 100)
///     }
///
/// The log likelihood is the sum of the log probabilities of observed sites and of factors. Priors of latent sites are left
/// out; they only give supports and starts, so that a Bayesian model needs no change. `parameter` sites are estimated too.
///
/// The search is Newton's method in unconstrained coordinates, in which estimates and standard errors do not depend on the
/// units of the parameters; where it fails from a start, L-BFGS goes first.
///
/// Standard errors hold for regular models, whose support does not end near the data: of a GEV or generalized Pareto
/// distribution for shapes above -1/2 (Smith 1985, *Maximum likelihood estimation in a class of nonregular cases*).
///
/// Every number of a latent field counts as a parameter here: it has an estimate only if data determine it, and its prior
/// with the hyperparameters does not. Where a field is to be integrated out, take `NestedLaplace`, or state the integrated
/// likelihood, such as a Gaussian process with its noise.
///
/// - Complexity: Each Newton step takes one product with the Hessian for each of the n unconstrained numbers and O(n³).
/// - Reference: Cox and Hinkley (1974), *Theoretical Statistics*, ch. 9; Coles (2001), *An Introduction to Statistical
///   Modeling of Extreme Values*, §2.6.
public struct MaximumLikelihood: Sendable {
  /// The number of starts; equal ones count once.
  public let starts: Int

  /// A search from several starts.
  public init(starts: Int = 4) { self.starts = starts }

  /// The maximum likelihood estimates of a model.
  ///
  /// - Parameters:
  ///   - model: The model with its data.
  ///   - start: The rule for the starts. Sites that `.values` does not name start at medians of their priors, parameters at
  ///     their starting values.
  ///   - key: The key of the starts.
  ///   - pool: The threads that share the searches; no digit depends on them.
  /// - Throws: `MaximumLikelihoodError.noMaximum` where no search ends in a maximum, `.notIdentified` where data do not
  ///   determine a parameter, `.noData` and `.noParameters` for a model without them; `InferenceError` where no start has a
  ///   finite likelihood; what the model throws.
  public func fit<Output>(
    _ model: Model<Output>, start: Initialization = .median(), key: RandomKey = RandomKey(0),
    pool: WorkPool = .automatic
  ) throws -> MaximumLikelihoodFit {
    try demandCount(starts, "the number of starts")
    let free = try FreeParameters(of: model.discardingOutput, key: key)
    let logLikelihood = try LogJoint(free.model).likelihood
    let points = try startingPoints(logLikelihood, free.start(start), key)
    let density = try LogDensity(logLikelihood, at: points[0])
    try Self.demandData(logLikelihood, density.vector, at: points[0])
    let search = ModeSearch(density: density, denseLimit: .max, key: key)
    let ends = try pool.mapParts(of: points.count) { part in
      try part.map { try search.maximum(from: points[$0]) }
    }.flatMap(\.self)
    let best = try Self.best(of: ends, search, density.vector)
    return try MaximumLikelihoodFit(
      best, model: free.model, density: density, searches: ends.count,
      agreeing: ends.filter { abs($0.value - best.value) < 1e-3 }.count)
  }

  private func startingPoints(
    _ logLikelihood: LogJoint, _ rule: Initialization, _ key: RandomKey
  ) throws -> [[Double]] {
    let vector = LatentVector(logLikelihood.sites)
    var points: [[Double]] = []
    for index in 0..<starts {
      let start = try logLikelihood.startWithMedians(rule, key: key.foldIn(UInt32(index)))
      let point = vector.flat(start).scalars
      if !points.contains(point) { points.append(point) }
    }
    return points
  }

  private static func demandData(
    _ logLikelihood: LogJoint, _ vector: LatentVector, at point: [Double]
  ) throws {
    if vector.count == 0 { throw MaximumLikelihoodError.noParameters }
    let trace = try logLikelihood.trace(at: vector.named(Tensor(point)))
    if trace.likelihoodSites.isEmpty { throw MaximumLikelihoodError.noData }
  }

  /// The highest maximum among the ends of searches.
  private static func best(
    of ends: [ModeSearch.End], _ search: ModeSearch, _ vector: LatentVector
  ) throws(MaximumLikelihoodError) -> ModeSearch.End {
    let maxima = ends.filter { $0.isMode(within: search.tolerance) && $0.isIdentified }
    if let best = maxima.max(by: { $0.value < $1.value }) { return best }
    if let flat = ends.first(where: \.isFlat), let curvature = flat.curvature {
      throw .notIdentified(curvature.flatCoordinates.sites(of: vector))
    }
    let along = ends.compactMap { $0.curvature?.flattest }
    throw .noMaximum(searches: ends.count, along: Set(along).sites(of: vector))
  }
}

extension ModeSearch {
  /// The end of Newton's method from a start or, where that is no maximum or slow, from the end of L-BFGS.
  fileprivate func maximum(from start: [Double]) throws -> End {
    if density.count <= 50 {
      var gradient = start
      let value = try density.evaluator().value(at: start, gradient: &gradient)
      let end = try polished(End(point: start, value: value, gradient: gradient))
      if end.isMode(within: tolerance) { return try refined(end) }
    }
    return try refined(polished(climb(from: start)))
  }

  /// The end after further Newton steps that shorten the gradient, where values no longer show a difference.
  private func refined(_ end: End) throws -> End {
    guard let curvature = end.curvature, end.isMode(within: tolerance) else { return end }
    let evaluator = density.evaluator()
    var best = end
    for _ in 0..<4 {
      let (step, length) = curvature.step(best.gradient)
      var next = best
      next.point = zip(best.point, step).map { $0 + $1 }
      next.value = try evaluator.value(at: next.point, gradient: &next.gradient)
      guard next.value.isFinite, curvature.step(next.gradient).length < 0.5 * length else { break }
      best = next
    }
    return best
  }
}

extension ModeSearch.End {
  /// Whether the information matrix is regular, beyond rounding.
  fileprivate var isIdentified: Bool { curvature?.flatCoordinates.isEmpty == true }

  /// Whether the likelihood is level at the point, and flat in some direction.
  fileprivate var isFlat: Bool {
    guard let curvature, !curvature.flatCoordinates.isEmpty else { return false }
    // In standard deviations by the diagonal of the information, which a flat direction leaves finite.
    let slope = zip(gradient, curvature.scales).map { $0 * $1 }
    return largest(slope) < 1e-3
  }
}

extension Curvature {
  /// The unconstrained numbers that take part in directions of no curvature.
  fileprivate var flatCoordinates: Set<Int> {
    let limit = 1e-10 * values.reduce(0) { max($0, $1.magnitude) }
    var found: Set<Int> = []
    for (k, value) in values.enumerated() where value.magnitude <= limit {
      let row = Array(vectors.row(k))
      let share = 0.1 * largest(row)
      found.formUnion(row.indices.filter { row[$0].magnitude > share })
    }
    return found
  }
}

extension Set<Int> {
  /// The names of the sites of some unconstrained numbers, in their order.
  fileprivate func sites(of vector: LatentVector) -> [String] {
    zip(vector.sites, vector.ranges).filter { _, range in contains(where: range.contains) }
      .map(\.0.name)
  }
}
