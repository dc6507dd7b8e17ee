import PPL
import Parallel

// Values on the supports and on unconstrained space, and the volume between them.

extension LogJoint {
  /// The values on the supports, with the sum of the log Jacobian of each site's map, unscaled.
  ///
  /// - Throws: As `constrained(_:)`.
  func placed(
    _ unconstrained: [String: Tensor]
  ) throws -> (values: [String: Tensor], logVolumes: [String: Tensor]) {
    var values = unconstrained
    var logVolumes: [String: Tensor] = [:]
    for site in fixedSites {
      guard let x = unconstrained[site.name] else { continue }
      let y = site.transform(x)
      values[site.name] = y
      logVolumes[site.name] = site.transform.logAbsDetJacobian(x, y).sum()
    }
    guard hasDynamicSupports else { return (values, logVolumes) }
    let free = Set(dynamicSites.map(\.name))
    let fixed = values.filter { !free.contains($0.key) }
    for (name, place) in try run(free: unconstrained, fixed: fixed).places {
      values[name] = place.value
      logVolumes[name] = place.logVolume.sum()
    }
    return (values, logVolumes)
  }

  /// Draws of the latent sites on unconstrained space, in model order.
  ///
  /// - Parameters:
  ///   - draws: The draws of all latent sites on their supports.
  ///   - pool: The threads that share the draws, where a support depends on other sites.
  /// - Throws: `InferenceError.missingValue` for a latent site without draws; `ModelError` from the run.
  func unconstrained(_ draws: Draws, pool: WorkPool) throws -> Draws {
    for site in sites where draws.find(site.name) == nil {
      throw InferenceError.missingValue(site.name)
    }
    let free = Set(dynamicSites.map(\.name))
    let placed =
      free.isEmpty
      ? nil
      : try Draws.mapped(draws, pool: pool) { _, values in
        try model.substituting(values).under(RequestSeed(key)).trace().latent.compactMap { site in
          guard free.contains(site.name), let value = site.value else { return nil }
          return (site.name, biject(to: site.support).inverse(value))
        }
      }
    return Draws(
      count: draws.count,
      sites: sites.map { site in
        (site.name, placed?.find(site.name) ?? site.transform.inverse(draws[site.name]))
      })
  }
}
