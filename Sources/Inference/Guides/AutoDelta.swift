import Distributions
import PPL
import Parallel
import Preconditions

/// The delta guide, a point estimate for each latent site: the fit is the mode of the posterior on the supports (MAP).
///
/// The parameters are `<site>_auto_loc`, on the support of the site; `<site>_auto_unconstrained` where the support
/// depends on other sites.
///
/// - Reference: Names and starts as NumPyro's `AutoDelta`.
public struct AutoDelta: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it estimates.
  ///   - initialization: The rule for the starting points.
  ///   - prefix: The middle part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .median(),
    prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, self.prefix) = (initialization, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    let prototype = key.split().1
    let logJoint = try LogJoint(model, key: prototype)
    try logJoint.checkDynamicSupports()
    let start = try logJoint.start(initialization, key: prototype)
    let fixed = try logJoint.constrained(start)
    let points = logJoint.sites.map { site in
      (site.name, (site.hasDynamicSupport ? start : fixed)[site.name] ?? .zeros(site.shape))
    }
    return Prepared(
      logJoint: logJoint, start: Dictionary(uniqueKeysWithValues: points), prefix: prefix)
  }

  struct Prepared: PreparedGuide {
    let logJoint: LogJoint
    /// The starting points by site, on the supports; unconstrained where the support depends on other sites.
    let start: [String: Tensor]
    let prefix: String

    private var sites: [LatentSite] { logJoint.sites }
    func location(_ site: LatentSite) -> String {
      "\(site.name)_\(prefix)_\(site.hasDynamicSupport ? "unconstrained" : "loc")"
    }

    var model: Model<Void> {
      Model { p in
        var (free, fixed): ([String: Tensor], [String: Tensor]) = ([:], [:])
        p.inPlates(of: sites) { p, site, subsampled in
          let initial = start[site.name] ?? site.transform(.zeros(site.shape))
          let points = p.parameter(
            location(site), initially: subsampled.covering(initial),
            in: site.hasDynamicSupport ? .real : site.support)
          let value = subsampled.taken(from: points)
          if site.hasDynamicSupport { return free[site.name] = value }
          fixed[site.name] = p.sample(site.name, Delta(value, eventRank: site.valueRank))
        }
        let places = p.places(of: logJoint, free: free, fixed: fixed)
        p.inPlates(of: logJoint.dynamicSites) { p, site, _ in
          guard let value = places[site.name]?.value else { return }
          p.sample(site.name, Delta(value, eventRank: site.valueRank))
        }
      }
    }

    func draws(
      _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
    ) throws -> Draws { try copies(count, parameters) }

    /// The point itself at every level.
    func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws? {
      try copies(levels.count, parameters)
    }

    private func copies(_ count: Int, _ parameters: [String: Tensor]) throws -> Draws {
      let draws = Draws(
        count: count,
        sites: sites.map { site in
          guard let point = parameters[location(site)] else {
            requirementFailed("AutoDelta: no parameter for site \"\(site.name)\".")
          }
          return (site.name, point.broadcast(to: [count] + point.shape))
        })
      return try logJoint.onSupports(draws, parameters: parameters, pool: .serial)
    }
  }
}
