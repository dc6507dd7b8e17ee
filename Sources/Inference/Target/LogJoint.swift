import PPL
import Preconditions

/// The joint log density of a model over the unconstrained values of its latent sites.
///
///     log p(T(x), data) + log |det dT/dx|
///
/// where T maps each site's reals onto its support (`biject(to:)`). This is the negative of NumPyro's potential energy.
/// `LogDensity` is the same function of one vector, compiled, with its gradient.
/// The constant terms of distributions that have some (`HasConstantTerm`) are left out; `constantTerm` is their sum.
/// If the support of a site depends on other sites, as in `Uniform(0, a)` with a latent `a`, T depends on their values.
/// Parameters of the model have their starting values, and subsampled plates fixed rows.
public struct LogJoint: Sendable {
  /// The latent sites in model order.
  public let sites: [LatentSite]
  /// Whether the model has deterministic sites.
  public let hasDeterministicSites: Bool
  /// The names of sites with a value, latent or not.
  let names: [String]
  let model: Model<Void>
  /// The key of the model's random numbers that are not sites.
  let key: RandomKey
  /// Whether it is the log likelihood, without priors and Jacobians.
  let isLikelihood: Bool
  /// The terms of the log density of the data that depend on no site, and are not part of the function; 0 for most models.
  public let constantTerm: Double

  /// Finds the sites of a model by two runs, the second one recorded.
  ///
  /// - Parameters:
  ///   - model: A model with its data.
  ///   - key: The key of the run. The density depends on it by the rows of subsampled plates, the starting values of
  ///     parameters and the model's random keys only.
  /// - Throws: `ModelError` from the run; `InferenceError` if a latent site is discrete.
  public init(_ model: Model<some Sendable>, key: RandomKey = RandomKey(0)) throws {
    let model = model.discardingOutput
    let trace = try model.seeded(by: key).trace()
    constantTerm = trace.constantTerm.scalar
    var sites = try trace.latent.map { site in
      guard let distribution = site.distribution, !distribution.isDiscrete else {
        throw InferenceError.discreteSite(site.name)
      }
      let transform = biject(to: distribution.support)
      let shape = transform.inverseShape(distribution.shape)
      return LatentSite(
        name: site.name, shape: shape, transform: transform,
        eventRank: shape.count - distribution.batchShape.count, plates: site.plates,
        support: distribution.support, valueRank: distribution.eventShape.count)
    }
    names = trace.filter { $0.kind != .plate && $0.kind != .factor }.map(\.name)
    hasDeterministicSites = trace.contains { $0.kind == .deterministic }
    // Subsampled plates keep the elements of this run, and parameters their starting values.
    let chosen = Dictionary(
      uniqueKeysWithValues: trace.filter { $0.kind == .plate || $0.kind == .parameter }
        .compactMap { site in site.value.map { (site.name, $0) } })
    self.model = chosen.isEmpty ? model : model.under(Substitute(chosen))
    (self.key, isLikelihood) = (key, false)
    let parents = try SupportParents(of: self.model, at: trace, key: key)
    for index in sites.indices { sites[index].supportParents = parents[sites[index]] }
    self.sites = sites
  }

  init(_ other: LogJoint, _ model: Model<Void>, isLikelihood: Bool) {
    (sites, hasDeterministicSites) = (other.sites, other.hasDeterministicSites)
    (names, key, self.model) = (other.names, other.key, model)
    (self.isLikelihood, constantTerm) = (isLikelihood, other.constantTerm)
  }

  /// The density at other values of the model's parameters, by name.
  public func substituting(_ parameters: [String: Tensor]) -> LogJoint {
    LogJoint(self, model.under(Substitute(parameters)), isLikelihood: isLikelihood)
  }

  /// The values on the supports.
  ///
  /// - Throws: `ModelError` from the run, if a support depends on other sites.
  public func constrained(_ unconstrained: [String: Tensor]) throws -> [String: Tensor] {
    var values = unconstrained
    for site in fixedSites {
      values[site.name] = unconstrained[site.name].map { site.transform($0) }
    }
    guard hasDynamicSupports else { return values }
    let free = Set(dynamicSites.map(\.name))
    let fixed = values.filter { !free.contains($0.key) }
    let places = try run(free: unconstrained, fixed: fixed).places
    return values.merging(places.mapValues(\.value)) { $1 }
  }

  /// The log density, a scalar.
  ///
  /// - Parameter unconstrained: A value for each site, by name.
  /// - Throws: `ModelError` from the run.
  public func callAsFunction(_ unconstrained: [String: Tensor]) throws -> Tensor {
    guard !isLikelihood else {
      return try trace(at: unconstrained).withoutConstantTerms.logLikelihood()
    }
    let (trace, jacobian) = try traceWithJacobian(at: unconstrained)
    return trace.withoutConstantTerms.logDensity() + jacobian
  }

  /// The trace of a run at unconstrained values, and the log Jacobian of the maps onto the supports.
  func traceWithJacobian(
    at unconstrained: [String: Tensor]
  ) throws -> (trace: Trace, jacobian: Tensor) {
    var values: [String: Tensor] = [:]
    var logVolumes: [String: Tensor] = [:]
    for site in sites {
      guard let x = unconstrained[site.name] else { throw InferenceError.missingValue(site.name) }
      guard !site.hasDynamicSupport else { continue }
      let y = site.transform(x)
      values[site.name] = y
      logVolumes[site.name] = site.transform.logAbsDetJacobian(x, y)
    }
    let (trace, places) = try run(free: unconstrained, fixed: values)
    let jacobian = sites.reduce(Tensor(0)) { sum, site in
      guard let logVolume = logVolumes[site.name] ?? places[site.name]?.logVolume else {
        return sum
      }
      // The log Jacobian is part of the site's density, and is scaled with it.
      let scale = trace[site.name]?.scale
      return sum + (scale.map { $0 * logVolume } ?? logVolume).sum()
    }
    return (trace, jacobian)
  }
}

extension LogJoint {
  /// Unavailable: the density takes a model.
  @available(
    *, unavailable,
    message: "LogJoint takes a model, not a closure: LogJoint(Model { p in … })"
  )
  public init(_ body: (inout Context) -> some Any) { unavailable() }
}
