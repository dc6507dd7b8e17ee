import PPL

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
  ///   - free: The unconstrained values of the sites whose support depends on others; other names are ignored.
  ///   - fixed: The values of the other sites, on their supports.
  /// - Returns: The trace, and the values of the former sites on their supports.
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

  func constraining(_ free: [String: Tensor]) -> Constrain {
    let names = Set(dynamicSites.map(\.name))
    return Constrain(unconstrained: free.filter { names.contains($0.key) })
  }
}

/// An unconstrained value with its image on the support.
struct Place: Sendable {
  let transform: any Transform
  let x, value: Tensor
  var logVolume: Tensor { transform.logAbsDetJacobian(x, value) }
}

/// A handler that gives sites the images of unconstrained values, on supports that depend on the values of earlier sites.
struct Constrain: Handler {
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
