import PPL
import Parallel

/// A list of guides for different latent sites of one model, independent of each other.
///
///     AutoGuideList(model)
///       .part(["theta"]) { AutoMultivariateNormal($0) }
///       .rest { AutoDelta($0, prefix: "point") }
///
/// Each guide is given the model with the sites of the others fixed at their starting values and hidden. Two guides
/// with a joint distribution need different prefixes.
///
/// - Reference: As NumPyro's `AutoGuideList`.
public struct AutoGuideList: Guide {
  private struct Part: Sendable {
    /// The names of the sites; nil for all sites that are in no other part.
    let sites: Set<String>?
    let guide: @Sendable (Model<Void>) -> any Guide
  }
  private let model: Model<Void>
  private var parts: [Part] = []

  /// A list without parts for the latent sites of `model`.
  public init(_ model: Model<some Sendable>) { self.model = model.discardingOutput }

  /// The list with a guide for the sites of these names.
  public func part(
    _ sites: Set<String>, _ guide: @escaping @Sendable (Model<Void>) -> some Guide
  ) -> AutoGuideList {
    var list = self
    list.parts.append(Part(sites: sites, guide: { guide($0) }))
    return list
  }

  /// The list with a guide for all sites that are in no other part.
  public func rest(
    _ guide: @escaping @Sendable (Model<Void>) -> some Guide
  ) -> AutoGuideList {
    var list = self
    list.parts.append(Part(sites: nil, guide: { guide($0) }))
    return list
  }

  /// Prepares each guide for the model with the sites of the others fixed and hidden.
  ///
  /// - Throws: `ModelError.unknownName` for a name that no latent site has; `InferenceError.guideParts` for a site in no part
  ///   or in several; as the guides' own `prepared(key:)`.
  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    let logJoint = try LogJoint(model, key: key)
    let all = logJoint.sites.map(\.name)
    let named = parts.compactMap(\.sites)
    if let unknown = named.flatMap({ $0.sorted() }).first(where: { !all.contains($0) }) {
      throw ModelError.unknownName(call: "AutoGuideList.part", name: unknown, known: all)
    }
    let left = Set(all).subtracting(named.flatMap { $0 })
    let owned = parts.map { $0.sites ?? left }
    for site in all {
      let owners = owned.count { $0.contains(site) }
      guard owners == 1 else { throw InferenceError.guideParts(site, owners: owners) }
    }
    for own in owned {
      for site in logJoint.dynamicSites where own.contains(site.name) {
        if let parent = site.supportParents.first(where: { all.contains($0) && !own.contains($0) })
        {
          throw InferenceError.supportOfOtherPart(site.name, parent: parent)
        }
      }
    }
    let prototype = try logJoint.constrained(try logJoint.start(.uniform(), key: key))
    let prepared = try zip(parts, owned).map { part, sites in
      let others = Set(all).subtracting(sites)
      let visible = model.substituting(prototype.filter { others.contains($0.key) })
        .blocking(hiding: others)
      return try part.guide(visible).prepared(key: key)
    }
    return Prepared(parts: prepared)
  }

  struct Prepared: PreparedGuide {
    let parts: [any PreparedGuide]

    var model: Model<Void> {
      let models = parts.map(\.model)
      return Model { p in
        for model in models { model(&p) }
      }
    }

    func draws(
      _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
    ) throws -> Draws {
      let keys = key.split(parts.count)
      let draws = try zip(parts, keys).map {
        try $0.draws(count, parameters: parameters, key: $1, pool: pool)
      }
      return joined(draws, count: count)
    }

    /// The quantiles of all parts; nil if a part has none.
    func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws? {
      var all: [Draws] = []
      for part in parts {
        guard let own = try part.quantiles(levels, parameters: parameters) else { return nil }
        all.append(own)
      }
      return joined(all, count: levels.count)
    }

    private func joined(_ draws: [Draws], count: Int) -> Draws {
      Draws(
        count: count, sites: draws.flatMap { draws in draws.names.map { ($0, draws[$0]) } })
    }
  }
}
