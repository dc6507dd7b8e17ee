import Preconditions
import Distributions
import PPL

/// One point for each latent site: the fit is the mode of the posterior on the supports, the MAP estimate.
///
/// The parameters are `<site>_auto_loc`, on the support of the site.
///
/// - Reference: Names and starts as NumPyro's `AutoDelta`.
public struct AutoDelta: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let prefix: String

  /// - Parameters:
  ///   - model: The model whose latent sites it estimates.
  ///   - initialization: Where the points start.
  ///   - prefix: The middle part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .median(),
    prefix: String = "auto"
  ) {
    self.model = Model { p in _ = model(&p) }
    (self.initialization, self.prefix) = (initialization, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    let prototype = key.split().1
    let logJoint = try LogJoint(model, key: prototype)
    let start = try logJoint.start(initialization, key: prototype)
    return Prepared(sites: logJoint.sites, start: logJoint.constrained(start), prefix: prefix)
  }

  struct Prepared: PreparedGuide {
    let sites: [LogJoint.Site]
    /// On the supports.
    let start: [String: Tensor]
    let prefix: String

    func location(_ site: LogJoint.Site) -> String { "\(site.name)_\(prefix)_loc" }

    var model: Model<Void> {
      Model { p in
        p.inPlates(of: sites) { p, site, subsampled in
          let initial = start[site.name] ?? site.transform(.zeros(site.shape))
          let points = p.parameter(
            location(site), initially: subsampled.covering(initial), in: site.support)
          let value = subsampled.taken(from: points)
          p.sample(site.name, Delta(value, eventRank: site.valueRank))
        }
      }
    }

    func draws(
      _ count: Int, parameters: [String: Tensor], key: RandomKey, threads: Threads
    ) -> Draws { copies(count, parameters) }

    /// The point itself at every level.
    func quantiles(_ levels: [Double], parameters: [String: Tensor]) -> Draws? {
      copies(levels.count, parameters)
    }

    private func copies(_ count: Int, _ parameters: [String: Tensor]) -> Draws {
      Draws(
        count: count,
        sites: sites.map { site in
          guard let point = parameters[location(site)] else {
            requirementFailed("AutoDelta: no parameter for site \"\(site.name)\".")
          }
          return (site.name, point.broadcast(to: [count] + point.shape))
        })
    }
  }
}
