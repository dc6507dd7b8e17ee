import Distributions
import PPL
import Parallel

// Sites of automatic guides whose supports depend on other sites.

extension LogJoint {
  /// Checks that no support depends on rows of a minibatch, which a guide cannot follow.
  ///
  /// - Throws: `InferenceError.supportInMinibatch`.
  func checkDynamicSupports() throws {
    for site in dynamicSites {
      let parents = sites.filter { site.supportParents.contains($0.name) }
      for one in [site] + parents {
        if let plate = one.plates.first(where: { $0.subsampleSize < $0.size }) {
          throw InferenceError.supportInMinibatch(
            site.name, parents: site.supportParents, plate: plate.name)
        }
      }
    }
  }

  /// The sites of draws put on supports that depend on others, in model order.
  ///
  /// - Parameter draws: The unconstrained values of sites whose support depends on others, and the values of the rest.
  func onSupports(
    _ draws: Draws, parameters: [String: Tensor], pool: WorkPool
  ) throws -> Draws {
    guard hasDynamicSupports else { return draws }
    // Rows of a minibatch change from run to run; no such support depends on them.
    let inMinibatch = Set(
      sites.filter { $0.plates.contains { $0.subsampleSize < $0.size } }.map(\.name))
    let free = dynamicSites
    let names = Set(free.map(\.name))
    let logJoint = substituting(parameters)
    let placed = try Draws.mapped(draws, pool: pool) { _, values in
      let fixed = values.filter { !names.contains($0.key) && !inMinibatch.contains($0.key) }
      let places = try logJoint.run(free: values, fixed: fixed).places
      return free.compactMap { site in places[site.name].map { (site.name, $0.value) } }
    }
    return Draws(
      count: draws.count,
      sites: draws.names.map { ($0, names.contains($0) ? placed[$0] : draws[$0]) })
  }
}

extension Context {
  /// States sites of a guide whose supports depend on others, inside their plates.
  ///
  /// - Parameters:
  ///   - free: The unconstrained values that the guide has drawn for them.
  ///   - fixed: The values of the other sites.
  mutating func sample(
    _ free: [String: Tensor], given fixed: [String: Tensor], of logJoint: LogJoint
  ) {
    let places = places(of: logJoint, free: free, fixed: fixed)
    inPlates(of: logJoint.dynamicSites) { p, site, _ in
      if let place = places[site.name] { p.sample(site, at: place.value, place.logVolume) }
    }
  }

  /// States a guide's site as the image of an unconstrained value.
  mutating func sample(_ site: LatentSite, at value: Tensor, _ logVolume: Tensor) {
    let density = -site.byEvent(logVolume, of: value)
    sample(site.name, Delta(value, logDensity: density, eventRank: site.valueRank))
  }

  /// Runs the statements of a model inside a guide, to find its supports at the values that the guide has drawn.
  ///
  /// Handlers around the guide see only the parameters, which then have the values of the fit.
  mutating func places(
    of logJoint: LogJoint, free: [String: Tensor], fixed: [String: Tensor]
  ) -> [String: Place] {
    guard logJoint.hasDynamicSupports else { return [:] }
    let constrain = logJoint.constraining(free)
    let model = logJoint.model.under(Substitute(fixed))
    return under(Block(where: { $0.kind != .parameter })) { p in
      p.under(constrain) { p in model(&p) }.handler.places
    }.result
  }
}
