import Distributions
import PPL
import Preconditions

/// A family of laws for all latent sites together, as one vector on unconstrained space.
protocol JointFamily: Sendable {
  /// What messages call it.
  var name: String { get }

  /// The law, its parameters stated in `p`.
  ///
  /// - Parameter start: Where the location starts, `[n]`.
  func law(_ p: inout Context, start: Tensor, prefix: String) -> any Distribution

  /// The law that draws and quantiles come from: by default the one that was fitted.
  ///
  /// - Parameter logJoint: At the fitted values of the model's parameters.
  func posterior(
    _ joint: any Distribution, of logJoint: LogJoint, _ vector: LatentVector
  ) throws -> any Distribution & HasMoments
}

extension JointFamily {
  func posterior(
    _ joint: any Distribution, of logJoint: LogJoint, _ vector: LatentVector
  ) throws -> any Distribution & HasMoments {
    guard let joint = joint as? any Distribution & HasMoments else {
      requirementFailed("\(name): a joint distribution needs moments.")
    }
    return joint
  }
}

/// A guide that draws one vector from a family and maps its parts onto the supports of the sites.
///
/// The vector is the auxiliary site `_<prefix>_latent`; each latent site is then known, with the change of volume as
/// its log density.
///
/// - Reference: As NumPyro's `AutoContinuous`.
struct JointGuide<Family: JointFamily>: PreparedGuide {
  let family: Family
  let logJoint: LogJoint
  let vector: LatentVector
  let start: Tensor
  let prefix: String

  init(
    _ family: Family, _ model: Model<Void>, _ initialization: Initialization, prefix: String,
    key: RandomKey
  ) throws {
    let prototype = key.split().1
    logJoint = try LogJoint(model, key: prototype)
    try logJoint.checkDynamicSupports()
    vector = try LatentVector(logJoint.sites, guide: family.name)
    start = vector.flat(try logJoint.start(initialization, key: prototype))
    (self.family, self.prefix) = (family, prefix)
  }

  var model: Model<Void> {
    Model { p in
      let law = family.law(&p, start: start, prefix: prefix)
      let name = "_\(prefix)_latent"
      func draw(_ p: inout Context, _ law: some Distribution) -> Tensor {
        p.under(Configure { $1.isAuxiliary = true }) { $0.sample(name, law) }.result
      }
      var (free, fixed): ([String: Tensor], [String: Tensor]) = ([:], [:])
      for (site, x) in vector.split(draw(&p, law)) {
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

  func draws(
    _ count: Int, parameters: [String: Tensor], key: RandomKey, threads: Threads
  ) throws -> Draws {
    let x = try posterior(parameters).sample([count], key: key)
    let draws = Draws(
      count: count,
      sites: vector.split(x).map { site, x in
        (site.name, site.hasDynamicSupport ? x : site.transform(x))
      })
    return try logJoint.onSupports(draws, parameters: parameters, threads: threads)
  }

  /// Marginal quantiles of each element; nothing where a support depends on other sites, since they then have no closed
  /// form.
  func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws? {
    guard !logJoint.hasDynamicSupports else { return nil }
    let posterior = try posterior(parameters)
    let (means, deviations) = (
      vector.split(posterior.mean), vector.split(sqrt(posterior.variance))
    )
    return Draws(
      count: levels.count,
      sites: zip(means, deviations).map { mean, deviation in
        let site = mean.site
        return (site.name, site.normalQuantiles(levels, mean.value, deviation.value))
      })
  }

  private func posterior(_ parameters: [String: Tensor]) throws -> any Distribution & HasMoments {
    let fitted = Model { p in family.law(&p, start: start, prefix: prefix) }
      .under(Substitute(parameters))
    return try family.posterior(
      fitted.outputAndTrace().output, of: logJoint.substituting(parameters), vector)
  }
}
