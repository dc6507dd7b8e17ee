import PPL

/// The joint log density of a model over the unconstrained values of its latent sites.
///
///     log p(T(x), data) + log |det dT/dx|
///
/// where T maps each site's reals onto its support (`biject(to:)`). This is the negative of NumPyro's potential energy.
public struct LogJoint: Sendable {
  /// A latent site as unconstrained space sees it.
  public struct Site: Sendable {
    /// What the model calls the site.
    public let name: String
    /// The shape of the unconstrained value.
    public let shape: [Int]
    /// From the reals onto the support.
    public let transform: any Transform
    /// How many trailing axes of the unconstrained value make one event.
    public let eventRank: Int
    /// The plates around the site.
    public let plates: [PlateFrame]
    /// Where the value lies.
    let support: Support
    /// How many trailing axes of the value make one event.
    let valueRank: Int
  }

  /// The latent sites in model order.
  public let sites: [Site]
  /// Whether the model computes values besides those it draws.
  public let hasDeterministicSites: Bool
  /// The sites that have a value, latent or not.
  let names: [String]
  let model: Model<Void>

  /// Runs the model once to learn its sites.
  ///
  /// - Parameters:
  ///   - model: A model with its data.
  ///   - key: Draws the values of that run; they have no influence on the density.
  /// - Throws: `ModelError` from the run; `InferenceError` if a latent site is discrete.
  public init(_ model: Model<some Sendable>, key: RandomKey = RandomKey(0)) throws {
    let model = Model<Void> { p in _ = model(&p) }
    let trace = try model.seeded(by: key).trace()
    sites = try trace.latent.map { site in
      guard let distribution = site.distribution, !distribution.isDiscrete else {
        throw InferenceError.discreteSite(site.name)
      }
      let transform = biject(to: distribution.support)
      let shape = transform.inverseShape(distribution.shape)
      return Site(
        name: site.name, shape: shape, transform: transform,
        eventRank: shape.count - distribution.batchShape.count, plates: site.plates,
        support: distribution.support, valueRank: distribution.eventShape.count)
    }
    names = trace.filter { $0.kind != .plate && $0.kind != .factor }.map(\.name)
    hasDeterministicSites = trace.contains { $0.kind == .deterministic }
    // Subsampled plates keep the elements of this run, so that the density is one function.
    let chosen = Dictionary(
      uniqueKeysWithValues: trace.filter { $0.kind == .plate }.compactMap { site in
        site.value.map { (site.name, $0) }
      })
    self.model = chosen.isEmpty ? model : model.under(Substitute(chosen))
  }

  /// The values on the supports.
  public func constrained(_ unconstrained: [String: Tensor]) -> [String: Tensor] {
    var values = unconstrained
    for site in sites { values[site.name] = unconstrained[site.name].map { site.transform($0) } }
    return values
  }

  /// The log density, a scalar.
  ///
  /// - Parameter unconstrained: A value for each site, by name.
  /// - Throws: `ModelError` from the run.
  public func callAsFunction(_ unconstrained: [String: Tensor]) throws -> Tensor {
    var values: [String: Tensor] = [:]
    var changes: [(name: String, logVolume: Tensor)] = []
    for site in sites {
      guard let x = unconstrained[site.name] else { throw InferenceError.missingValue(site.name) }
      let y = site.transform(x)
      values[site.name] = y
      changes.append((site.name, site.transform.logAbsDetJacobian(x, y)))
    }
    let trace = try model.substituting(values).trace()
    let jacobian = changes.reduce(Tensor(0)) { sum, change in
      // The change of variables belongs to the density of its site, and is scaled with it.
      let scale = trace[change.name]?.scale
      return sum + (scale.map { $0 * change.logVolume } ?? change.logVolume).sum()
    }
    return trace.logDensity() + jacobian
  }

  /// The log density and its gradient by site.
  public func valueWithGradient(
    at unconstrained: [String: Tensor]
  ) throws -> (value: Tensor, gradient: [String: Tensor]) {
    let names = sites.map(\.name)
    let point = try names.map { name in
      guard let value = unconstrained[name] else { throw InferenceError.missingValue(name) }
      return value
    }
    let (value, gradient) = try typingMistakes {
      try Autodiff.valueWithGradient(
        of: { try self(Dictionary(uniqueKeysWithValues: zip(names, $0))) }, at: point)
    }
    return (value, Dictionary(uniqueKeysWithValues: zip(names, gradient)))
  }
}
