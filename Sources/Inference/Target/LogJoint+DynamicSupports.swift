import Distributions
import PPL
import Parallel

// Dynamic supports: those of latent sites that depend on other sites.
// The transform from the reals is known only inside a run.

extension LogJoint {
  /// The sites whose support depends on no other.
  var fixedSites: [LatentSite] { sites.filter { !$0.hasDynamicSupport } }
  /// The sites whose support depends on others.
  var dynamicSites: [LatentSite] { sites.filter(\.hasDynamicSupport) }
  /// Whether there are sites whose support depends on others.
  public var hasDynamicSupports: Bool { sites.contains(where: \.hasDynamicSupport) }

  /// Runs the model at given values.
  ///
  /// - Parameters:
  ///   - free: The unconstrained values of the sites whose support depends on others; other names are passed over.
  ///   - fixed: The values of the other sites, on their supports.
  /// - Returns: The trace, and where the former sites came to lie.
  func run(
    free: [String: Tensor], fixed: [String: Tensor]
  ) throws -> (trace: Trace, places: [String: Place]) {
    guard hasDynamicSupports else {
      return (try model.substituting(fixed).under(RequestSeed(key)).trace(), [:])
    }
    let constrain = constraining(free)
    let fixed = model.substituting(fixed)
    let (places, trace) = try Model { p in
      p.under(constrain) { p in fixed(&p) }.handler.places
    }.under(RequestSeed(key)).outputAndTrace()
    return (trace, places)
  }

  fileprivate func constraining(_ free: [String: Tensor]) -> Constrain {
    let names = Set(dynamicSites.map(\.name))
    return Constrain(unconstrained: free.filter { names.contains($0.key) })
  }

  /// A guide that states sites one after another cannot follow rows that a support depends on.
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

/// An unconstrained value and the one on the support that belongs to it.
struct Place: Sendable {
  let transform: any Transform
  let x, value: Tensor
  var logVolume: Tensor { transform.logAbsDetJacobian(x, value) }
}

/// Gives sites the values that belong to unconstrained ones on the supports that their distributions have at the values
/// of the sites before them.
private struct Constrain: Handler {
  let unconstrained: [String: Tensor]
  private(set) var places: [String: Place] = [:]

  init(unconstrained: [String: Tensor]) { self.unconstrained = unconstrained }

  mutating func process(_ site: inout Site) {
    guard site.kind == .sample, let x = unconstrained[site.name],
      let distribution = site.distribution
    else { return }
    let transform = biject(to: distribution.support)
    let value = transform(x)
    site.value = value
    places[site.name] = Place(transform: transform, x: x, value: value)
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

  /// States that a guide's site is the image of an unconstrained value.
  mutating func sample(_ site: LatentSite, at value: Tensor, _ logVolume: Tensor) {
    let density = -site.byEvent(logVolume, of: value)
    sample(site.name, Delta(value, logDensity: density, eventRank: site.valueRank))
  }

  /// Runs the statements of a model inside a guide, to learn its supports at the values that the guide has drawn.
  ///
  /// Of the sites only parameters are seen by the handlers around the guide, so that they have the values of the fit.
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
