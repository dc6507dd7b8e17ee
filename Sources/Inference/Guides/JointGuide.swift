import Preconditions
import Distributions
import PPL

/// A family of laws for all latent sites together, as one vector on unconstrained space.
protocol JointFamily: Sendable {
  /// What messages call it.
  var name: String { get }

  /// The law, its parameters stated in `p`.
  ///
  /// - Parameter start: Where the location starts, `[n]`.
  func law(_ p: inout Context, start: Tensor, prefix: String) -> any Distribution

  /// The law that draws and quantiles come from: by default the one that was fitted.
  func posterior(
    _ law: any Distribution, of logJoint: LogJoint, _ vector: LatentVector
  ) throws -> any Distribution & Moments
}

extension JointFamily {
  func posterior(
    _ law: any Distribution, of logJoint: LogJoint, _ vector: LatentVector
  ) throws -> any Distribution & Moments {
    guard let law = law as? any Distribution & Moments else {
      requirementFailed("\(name): a joint law has moments.")
    }
    return law
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
      for (site, x) in vector.split(draw(&p, law)) {
        let value = site.transform(x)
        let logVolume = site.transform.logAbsDetJacobian(x, value)
        let excess = logVolume.rank - (value.rank - site.valueRank)
        let byElement = excess > 0 ? logVolume.sum(along: Array(-excess..<0)) : logVolume
        p.sample(site.name, Delta(value, logDensity: -byElement, eventRank: site.valueRank))
      }
    }
  }

  func draws(
    _ count: Int, parameters: [String: Tensor], key: RandomKey, threads: Threads
  ) throws -> Draws {
    constrained(try posterior(parameters).sample([count], key: key))
  }

  /// Marginal quantiles of each element.
  func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws? {
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

  private func posterior(_ parameters: [String: Tensor]) throws -> any Distribution & Moments {
    let fitted = Model { p in family.law(&p, start: start, prefix: prefix) }
      .under(Substitute(parameters))
    return try family.posterior(fitted.outputAndTrace().output, of: logJoint, vector)
  }

  private func constrained(_ x: Tensor) -> Draws {
    Draws(count: x.shape[0], sites: vector.split(x).map { ($0.name, $0.transform($1)) })
  }
}
