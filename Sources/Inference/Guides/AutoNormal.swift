import Distributions
import PPL
import Parallel
import Preconditions

/// The mean-field normal guide on unconstrained space: a location and a scale for each element of each latent site.
///
///     x = loc + scale * eps,    value = T(x),    eps ~ Normal(0, 1)
///
/// T maps onto the support of the site. The parameters are `<site>_auto_loc` and `<site>_auto_scale`; softplus keeps the
/// scale positive. Where the support depends on other sites, x is a site of its own, `<site>_auto_unconstrained`, and T
/// the map at the values of those sites.
///
/// It is fitted on unconstrained coordinates alone. Independent values in the coordinates of a Laplace approximation are a normal
/// distribution with a full covariance of x, no factor for each site, and sites in one vector: that guide is
/// `AutoDiagonalNormal(model, coordinates: .preconditioned)`.
///
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*; parameters, names and
///   draws as NumPyro's `AutoNormal`.
public struct AutoNormal: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let scale: Double
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: The rule for the starting locations.
  ///   - scale: The starting value of the scales, positive.
  ///   - prefix: The middle part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(), scale: Double = 0.1,
    prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, self.scale, self.prefix) = (initialization, scale, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try demandScale(scale, of: "AutoNormal")
    // The guide takes one key from its seed before its first site.
    let prototype = key.split().1
    let logJoint = try LogJoint(model, key: prototype)
    try logJoint.checkDynamicSupports()
    let start = try logJoint.start(initialization, key: prototype)
    return Prepared(logJoint: logJoint, start: start, scale: scale, prefix: prefix)
  }

  struct Prepared: PreparedGuide {
    let logJoint: LogJoint
    let start: [String: Tensor]
    let scale: Double
    let prefix: String

    private var sites: [LatentSite] { logJoint.sites }
    func location(_ site: LatentSite) -> String { "\(site.name)_\(prefix)_loc" }
    func scale(_ site: LatentSite) -> String { "\(site.name)_\(prefix)_scale" }

    var model: Model<Void> {
      Model { p in
        var (free, fixed): ([String: Tensor], [String: Tensor]) = ([:], [:])
        p.inPlates(of: sites) { p, site, subsampled in
          let drawn = draw(site, subsampled, &p)
          if site.hasDynamicSupport { free[site.name] = drawn } else { fixed[site.name] = drawn }
        }
        p.sample(free, given: fixed, of: logJoint)
      }
    }

    /// Draws a site inside its plates, or its unconstrained value if the support depends on other sites. A subsampled plate
    /// uses some rows of parameters that cover all of it.
    private func draw(
      _ site: LatentSite, _ subsampled: [SubsampledAxis], _ p: inout Context
    ) -> Tensor {
      let initial = subsampled.covering(start[site.name] ?? .zeros(site.shape))
      var loc = p.parameter(location(site), initially: initial)
      var scale = p.parameter(
        scale(site), initially: .full(scale, initial.shape), in: .softplusPositive)
      (loc, scale) = (subsampled.taken(from: loc), subsampled.taken(from: scale))
      let transform = site.transform
      func sample(_ normal: some Distribution) -> Tensor {
        guard site.hasDynamicSupport else {
          return p.sample(site.name, Transformed(normal, [transform]))
        }
        let name = "\(site.name)_\(prefix)_unconstrained"
        return p.under(Configure { $1.isAuxiliary = true }) { $0.sample(name, normal) }.result
      }
      return sample(Normal(loc, scale).toEvent(site.eventRank))
    }

    // All draws of a site are one operation.
    func draws(
      _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
    ) throws -> Draws {
      var key = key
      let draws = Draws(
        count: count,
        sites: sites.map { site in
          let (next, draw) = key.split()
          key = next
          let (loc, scale) = fitted(site, parameters)
          let x = loc + scale * draw.normal([count] + loc.shape)
          return (site.name, site.hasDynamicSupport ? x : site.transform(x))
        })
      return try logJoint.onSupports(draws, parameters: parameters, pool: pool)
    }

    /// The marginal quantiles; nil where a support depends on other sites, since they then have no closed form.
    func quantiles(_ levels: [Double], parameters: [String: Tensor]) -> Draws? {
      guard !logJoint.hasDynamicSupports else { return nil }
      return Draws(
        count: levels.count,
        sites: sites.map { site in
          let (loc, scale) = fitted(site, parameters)
          return (site.name, site.normalQuantiles(levels, loc, scale))
        })
    }

    func fitted(
      _ site: LatentSite, _ parameters: [String: Tensor]
    ) -> (loc: Tensor, scale: Tensor) {
      guard let loc = parameters[location(site)], let scale = parameters[scale(site)] else {
        requirementFailed("AutoNormal: no parameters for site \"\(site.name)\".")
      }
      return (loc, scale)
    }
  }
}
