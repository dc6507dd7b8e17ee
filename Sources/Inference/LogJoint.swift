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
    let (value, gradient) = try Autodiff.valueWithGradient(
      of: { try self(Dictionary(uniqueKeysWithValues: zip(names, $0))) }, at: point)
    return (value, Dictionary(uniqueKeysWithValues: zip(names, gradient)))
  }
}

/// What can be wrong with the set-up of an inference.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A latent site has no density on the reals.
  case discreteSite(String)
  /// A site of a guide whose draws do not move with its parameters.
  case drawWithoutGradient(String, distribution: String)
  /// A site has no value where each needs one.
  case missingValue(String)
  /// No start with a finite density and gradient was found.
  case noValidStart(attempts: Int, suspects: [String])
  /// Guide and model do not have the same latent sites.
  case guideMismatch(onlyInGuide: [String], onlyInModel: [String])
  /// A latent site that is in a subsampled plate of one of guide and model only.
  case missingPlate(String, plate: String, in: String)
  /// Data that are rows of a subsampled plate, at a site outside it.
  case minibatchOutsidePlate(String, batch: [Int], plate: String)
  /// Draws do not have what is asked of them.
  case unknownSite(String, known: [String])
  /// A stored fit is of another model, or of other data.
  case checkpointMismatch(stored: Int, expected: Int)
  /// A checkpoint made with another optimizer: its state has other sizes.
  case otherOptimizer(stored: [Int], expected: [Int])
  /// A guide over all sites at once, and a site whose rows change from step to step.
  case subsampledSite(String, plate: String, guide: String)
  /// More factors of a covariance than latent numbers, or none.
  case guideRank(Int, count: Int)
  /// A latent site that several parts of an `AutoGuideList` have, or none.
  case guideParts(String, owners: Int)
  /// The Hessian at a fitted mode is not positive definite.
  case notAMode
  /// A minibatch that cannot be divided into so many shards: rows of a plate, or nothing, where none is subsampled.
  case shards(Int, plate: String?, rows: Int)
  /// A number of steps or draws that is not positive.
  case count(String, Int)

  public var description: String {
    switch self {
    case .discreteSite(let name):
      "site \"\(name)\": is discrete and latent; gradients cannot reach it. Observe it or sum it out."
    case .drawWithoutGradient(let name, let distribution):
      "site \"\(name)\": draws of \(distribution) do not move with its parameters, so a guide with it would get a wrong gradient; take another law for the guide."
    case .missingValue(let name):
      "site \"\(name)\": no value was given; give one for each latent site."
    case .noValidStart(let attempts, let suspects):
      "no start with a finite log density and gradient was found in \(attempts) "
        + (attempts == 1 ? "attempt" : "attempts")
        + (suspects.isEmpty
          ? "" : "; not finite: " + suspects.map { "\"\($0)\"" }.joined(separator: ", "))
        + ". Give starting values inside the support (initialization: .values)."
    case .guideMismatch(let onlyInGuide, let onlyInModel):
      "guide and model differ in their latent sites:"
        + (onlyInGuide.isEmpty ? "" : " only the guide has \(quoted(onlyInGuide));")
        + (onlyInModel.isEmpty ? "" : " only the model has \(quoted(onlyInModel));")
        + " give both the same sites."
    case .missingPlate(let name, let plate, let place):
      "site \"\(name)\": the \(place) has it outside the subsampled plate \"\(plate)\", where it would not count for all rows; "
        + "put p.plate(\"\(plate)\", …) around it there too."
    case .minibatchOutsidePlate(let name, let batch, let plate):
      "site \"\(name)\": its data, of batch \(batch), are rows of the subsampled plate \"\(plate)\", but it is outside the plate and would not count for all rows; "
        + "move it inside p.plate(\"\(plate)\", …)."
    case .unknownSite(let name, let known):
      "no site is named \"\(name)\"; there are \(quoted(known))."
    case .otherOptimizer(let stored, let expected):
      "the checkpoint's optimizer keeps \(stored) numbers and this one \(expected); go on with the optimizer that the fit was begun with."
    case .checkpointMismatch(let stored, let expected):
      "the checkpoint holds \(stored) parameters of another model or other data, where this one has \(expected). "
        + "Use the data and options it was made with, or start anew."
    case .subsampledSite(let name, let plate, let guide):
      "site \"\(name)\": is inside the subsampled plate \"\(plate)\", where \(guide) cannot follow its rows; use AutoNormal or AutoDelta."
    case .guideRank(let rank, let count):
      "AutoLowRankMultivariateNormal: rank is \(rank), but must be in 1...\(count), the number of unconstrained latent values."
    case .guideParts(let name, let owners):
      "AutoGuideList: \(owners == 0 ? "no part has" : "\(owners) parts have") the site \"\(name)\"; give each latent site to one part, or end with rest."
    case .notAMode:
      "AutoLaplaceApproximation: the log density does not curve down in every direction at the fitted point; take more steps, minimize with LBFGS, or use AutoMultivariateNormal."
    case .shards(let shards, nil, _):
      "shards is \(shards), but no plate is subsampled; give one a subsampleSize, or leave shards at 1."
    case .shards(let shards, let plate?, let rows):
      "plate \"\(plate)\": \(rows) rows do not divide into \(shards) shards of one size."
    case .count(let what, let got):
      "\(what) is \(got), but must be positive."
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
