import Distributions
import PPL
import Parallel
import Preconditions

/// A family of joint distributions of all latent sites, as one vector `[n]` on unconstrained space.
///
/// `JointGuide` makes a guide of a family, by mapping the parts of the vector onto the supports of the sites:
///
///     struct AutoStudentT: Guide {
///       let model: Model<Void>
///       func prepared(key: RandomKey) throws -> any PreparedGuide {
///         try JointGuide(StudentTFamily(), model, .uniform(), prefix: "auto", key: key)
///       }
///     }
public protocol JointFamily: Sendable {
  /// The name of the guide in messages.
  var name: String { get }

  /// Checks the settings of the family; by default all are allowed.
  ///
  /// - Parameter count: The number n of unconstrained latent values.
  /// - Throws: `InferenceError` for a number that is not allowed.
  func validate(count: Int) throws(InferenceError)

  /// A distribution of vectors `[n]`, with event rank 1 and reparameterized draws.
  ///
  /// - Parameters:
  ///   - p: The run of the guide, in which the family states its parameters: `p.parameter("\(prefix)_loc", …)`.
  ///   - start: The starting location, `[n]`.
  ///   - prefix: The first part of the parameters' names.
  func distribution(_ p: inout Context, start: Tensor, prefix: String) -> any Distribution

  /// The distribution of draws and quantiles: by default the fitted one, which must then have moments.
  ///
  /// A guide has quantiles if this has (`HasElementQuantiles`), as normal vectors and `StudentT(df, loc, scale).toEvent(1)`.
  ///
  /// - Parameters:
  ///   - joint: The distribution at the fitted parameters.
  ///   - logJoint: The density of the model at the fitted values of its parameters.
  /// - Throws: Where there is no such distribution, as `InferenceError.notAMode`.
  func posterior(
    _ joint: any Distribution, of logJoint: LogJoint
  ) throws -> any Distribution & HasMoments
}

extension JointFamily {
  public func validate(count: Int) throws(InferenceError) {}

  public func posterior(
    _ joint: any Distribution, of logJoint: LogJoint
  ) throws -> any Distribution & HasMoments {
    guard let joint = joint as? any Distribution & HasMoments else {
      requirementFailed("\(name): a joint distribution needs moments.")
    }
    return joint
  }
}

/// A guide that draws one vector from a family and maps its parts onto the supports of the sites.
///
/// The vector is the auxiliary site `_<prefix>_latent`; each latent site is a function of it, with the log Jacobian as its log
/// density.
///
/// - Reference: As NumPyro's `AutoContinuous`.
public struct JointGuide<Family: JointFamily>: PreparedGuide {
  let family: Family
  /// The joint density of the model.
  public let logJoint: LogJoint
  /// The order of the sites in the vector.
  public let vector: LatentVector
  /// The starting point, `[n]`.
  public let start: Tensor
  let prefix: String

  /// The guide of a family for a model, at its starting point.
  ///
  /// - Parameters:
  ///   - family: The family of distributions.
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: The rule for the starting point.
  ///   - prefix: The first part of the parameters' names.
  ///   - key: The guide's seed.
  /// - Throws: As `LogJoint`, its `start(_:key:)` and the family's `validate(count:)`; `InferenceError.subsampledSite` for a
  ///   site whose rows change from step to step, `.supportInMinibatch` for a support that depends on such a site.
  public init(
    _ family: Family, _ model: Model<Void>, _ initialization: Initialization, prefix: String,
    key: RandomKey
  ) throws {
    let prototype = key.split().1
    logJoint = try LogJoint(model, key: prototype)
    try logJoint.checkDynamicSupports()
    for site in logJoint.sites {
      if let plate = site.plates.first(where: { $0.subsampleSize < $0.size }) {
        throw InferenceError.subsampledSite(site.name, plate: plate.name, guide: family.name)
      }
    }
    vector = LatentVector(logJoint.sites)
    try family.validate(count: vector.count)
    start = vector.flat(try logJoint.start(initialization, key: prototype))
    (self.family, self.prefix) = (family, prefix)
  }

  public var model: Model<Void> {
    model { p in family.distribution(&p, start: start, prefix: prefix) }
  }

  public func fittedModel(_ parameters: [String: Tensor]) throws -> Model<Void> {
    let posterior = try posterior(parameters)
    return model { _ in posterior }
  }

  /// The sites as functions of a vector of this distribution.
  private func model(
    _ distribution: @escaping @Sendable (inout Context) -> any Distribution
  ) -> Model<Void> {
    Model { p in
      let distribution = distribution(&p)
      let name = "_\(prefix)_latent"
      func draw(_ p: inout Context, _ distribution: some Distribution) -> Tensor {
        p.under(Configure { $1.isAuxiliary = true }) { $0.sample(name, distribution) }.result
      }
      var (free, fixed): ([String: Tensor], [String: Tensor]) = ([:], [:])
      for (site, x) in vector.split(draw(&p, distribution)) {
        if site.hasDynamicSupport {
          free[site.name] = x
          continue
        }
        let value = site.transform(x)
        p.sample(site, at: value, site.transform.logAbsDetJacobian(x, value))
        fixed[site.name] = value
      }
      let places = p.places(of: logJoint, free: free, fixed: fixed)
      for site in logJoint.dynamicSites {
        if let place = places[site.name] { p.sample(site, at: place.value, place.logVolume) }
      }
    }
  }

  public func draws(
    _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
  ) throws -> Draws {
    let x = try posterior(parameters).sample([count], key: key)
    let draws = Draws(
      count: count,
      sites: vector.split(x).map { site, x in
        (site.name, site.hasDynamicSupport ? x : site.transform(x))
      })
    return try logJoint.onSupports(draws, parameters: parameters, pool: pool)
  }

  /// The marginal quantiles of each element; nil where they have no closed form: if a support depends on other sites, or
  /// the distribution of the vector has none for its elements.
  public func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws? {
    guard !logJoint.hasDynamicSupports else { return nil }
    let posterior = try posterior(parameters)
    guard let elements = posterior as? any HasElementQuantiles else { return nil }
    let (low, high) = elements.elementQuantiles(levels)
    return Draws(
      count: levels.count,
      sites: zip(vector.split(low), vector.split(high)).map { low, high in
        (low.site.name, low.site.quantiles(low.value, fromAbove: high.value))
      })
  }

  func posterior(_ parameters: [String: Tensor]) throws -> any Distribution & HasMoments {
    let fitted = Model { p in family.distribution(&p, start: start, prefix: prefix) }
      .under(Substitute(parameters))
    return try family.posterior(
      fitted.outputAndTrace().output, of: logJoint.substituting(parameters))
  }
}
