import Foundation
import Inference
import NetCDF
import PPL
import Parallel
import Runs

/// The content of `posterior.nc`: a fit in the schema of ArviZ, as NetCDF-4.
///
/// The groups are `posterior`, `sample_stats`, `prior`, `posterior_predictive`, `log_likelihood`, `observed_data`,
/// `constant_data` and `predictions`. Numbers are exact doubles. Predictive draws have a key of their own, so that no other digit
/// of a run depends on them. The predictive draws, the prior and the log likelihood are left out where they would have more than
/// `mostNumbers` numbers, and so are those that a model cannot give, such as the simulation of a factor.
///
/// - Reference: ArviZ developers, *InferenceData schema specification*.
struct PosteriorFile {
  let posterior: Posterior
  let problem: InferenceProblem
  let annotations: PosteriorAnnotations
  /// The key of the draws that are made for this file alone.
  let key: RandomKey
  let pool: WorkPool
  /// The attributes of every group.
  let attributes: NetCDFAttributes

  /// The largest number of numbers in a group that is computed for this file: 16 MB.
  static let mostNumbers = 2_000_000

  private var chains: [(name: String, length: Int)] {
    [("chain", posterior.chains), ("draw", posterior.drawsPerChain)]
  }

  /// The content of the file.
  ///
  /// - Throws: `ModelError` for a model that cannot be traced.
  func content() throws -> NetCDFContent {
    var root = attributes
    root["Conventions"] = "CF-1.8"
    var content = NetCDFContent(attributes: root)
    let trace = try problem.posterior.seeded(by: key).trace()
    let observed = trace.filter { $0.kind == .sample && $0.isObserved }
    var groups: [PosteriorGroup?] = [posteriorGroup, statisticsGroup]
    let size = observed.reduce(0) { $0 + ($1.value?.count ?? 0) }
    if size > 0, size * posterior.draws.count <= Self.mostNumbers {
      groups += [
        likelihoodGroup(observed),
        predictiveGroup("posterior_predictive", posterior.draws, observed, key: 1),
      ]
    }
    let latent = trace.latent
    let count = latent.reduce(0) { $0 + ($1.value?.count ?? 0) }
    if count * posterior.draws.count <= Self.mostNumbers {
      let none = Draws(count: posterior.draws.count, sites: [])
      groups.append(predictiveGroup("prior", none, Array(latent), key: 2))
    }
    groups += [observedGroup(observed), constantGroup, predictionsGroup]
    for group in groups.compactMap(\.self) { group.write(to: &content, attributes: attributes) }
    return content
  }

  // MARK: Groups

  private func empty(_ name: String) -> PosteriorGroup {
    PosteriorGroup(name, annotations, labels: posterior.labels)
  }

  /// The names of the axes of a site with their lengths: of the model, of its plates, or numbered.
  ///
  /// - Parameters:
  ///   - site: The name of the site.
  ///   - shape: The shape of its value.
  ///   - plates: The plates of its axes; those that the posterior knows if nil.
  private func axes(
    of site: String, _ shape: [Int], plates: [String?]? = nil
  ) -> [(name: String, length: Int)] {
    let own = annotations.dimensions[site]
    let plates = plates ?? posterior.axes[site] ?? []
    return shape.enumerated().map { axis, length in
      if let own, own.count == shape.count { return (own[axis], length) }
      let plate = plates.indices.contains(axis) ? plates[axis] : nil
      return (plate ?? "\(site)_dim_\(axis)", length)
    }
  }

  private func add(
    _ draws: Draws, _ names: [String], of sites: [Site] = [], to group: inout PosteriorGroup
  ) {
    for name in names {
      guard let values = draws.find(name) else { continue }
      let shape = Array(values.shape.dropFirst())
      let plates = sites.first { $0.name == name }?.plateAxes(ofShape: shape)
      group.add(
        name, chains + axes(of: name, shape, plates: plates), values.scalars,
        unit: annotations.units[name] ?? posterior.units[name],
        longName: annotations.longNames[name])
    }
  }

  private var posteriorGroup: PosteriorGroup {
    var group = empty("posterior")
    add(posterior.draws, posterior.draws.names, to: &group)
    return group
  }

  /// ArviZ's names of the statistics of transitions; others keep theirs.
  private static let statistics: [String: (name: String, storage: NetCDFStorage)] = [
    "acceptance": ("acceptance_rate", .double), "gradients": ("n_steps", .int64),
    "divergent": ("diverging", .int8), "tree_depth": ("tree_depth", .int64),
  ]

  private var statisticsGroup: PosteriorGroup {
    var group = empty("sample_stats")
    for name in posterior.statistics.names {
      let values = posterior.statistics[name]
      let shape = values.shape.dropFirst()
      let known = Self.statistics[name] ?? (name, .double)
      let isWhole = values.scalars.allSatisfy { Int32(exactly: $0) != nil }
      group.add(
        known.name, chains + axes(of: known.name, Array(shape)), values.scalars,
        storage: isWhole ? known.storage : .double)
    }
    return group
  }

  /// The log likelihood of each datum, 0 of a missing one, with which ArviZ leaves out the others; nil for a model whose sites do not determine it.
  private func likelihoodGroup(_ observed: [Site]) -> PosteriorGroup? {
    var group = empty("log_likelihood")
    for site in observed {
      guard
        let values = try? posterior.draws.logLikelihood(
          of: site.name, in: problem.posterior, pool: pool)
      else { return nil }
      let shape = Array(values.shape.dropFirst())
      // The likelihood has no axis for what one datum is made of.
      let plates = Array(site.plateAxes(ofShape: site.value?.shape ?? []).prefix(shape.count))
      group.add(
        site.name, chains + axes(of: site.name, shape, plates: plates), values.scalars,
        longName: "log likelihood, 0 where a value is missing")
    }
    return group
  }

  /// Draws of some sites of the model without its data; nil for a model that cannot be simulated.
  private func predictiveGroup(
    _ name: String, _ given: Draws, _ sites: [Site], key number: UInt32
  ) -> PosteriorGroup? {
    let observed = Set(sites.map(\.name))
    let kept = Draws(
      count: given.count,
      sites: given.names.filter { !observed.contains($0) }.map { ($0, given[$0]) })
    guard
      let draws = try? Predictive(problem.posterior.unconditioned(), given: kept)(
        key: key.foldIn(number), sites: observed, pool: pool)
    else { return nil }
    var group = empty(name)
    add(draws, sites.map(\.name), of: sites, to: &group)
    return group
  }

  private func observedGroup(_ observed: [Site]) -> PosteriorGroup {
    var group = empty("observed_data")
    for site in observed {
      guard let value = site.value else { continue }
      group.add(
        site.name,
        axes(of: site.name, value.shape, plates: site.plateAxes(ofShape: value.shape)),
        annotations.observed[site.name] ?? value.scalars,
        unit: annotations.units[site.name] ?? posterior.units[site.name],
        longName: annotations.longNames[site.name])
    }
    return group
  }

  private var constantGroup: PosteriorGroup {
    var group = empty("constant_data")
    for quantity in annotations.constants {
      group.add(
        quantity.name, Array(zip(quantity.dimensions, quantity.values.shape)).map { ($0, $1) },
        quantity.values.scalars, unit: quantity.unit, longName: quantity.longName)
    }
    return group
  }

  private var predictionsGroup: PosteriorGroup {
    var group = empty("predictions")
    for quantity in annotations.predictions {
      let count = quantity.values.shape.first ?? 0
      let draws =
        count == posterior.draws.count ? chains : [("chain", 1), ("draw", count)]
      group.add(
        quantity.name,
        draws + zip(quantity.dimensions, quantity.values.shape.dropFirst()).map { ($0, $1) },
        quantity.values.scalars, unit: quantity.unit, longName: quantity.longName)
    }
    return group
  }
}
