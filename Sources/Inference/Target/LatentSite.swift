import PPL

/// A latent site of a model and its map from unconstrained space.
public struct LatentSite: Sendable {
  /// The name that the model gives the site.
  public let name: String
  /// The shape of the unconstrained value.
  public let shape: [Int]
  /// The map from the reals onto the support; if that depends on other sites, the one in the run that found the sites.
  public internal(set) var transform: any Transform
  /// The number of trailing axes of the unconstrained value that make one event.
  public let eventRank: Int
  /// The plates around the site, the innermost first.
  public let plates: [PlateFrame]
  /// The support of the site's distribution; if it depends on other sites, the one in the run that found the sites.
  public let support: Support
  /// The number of trailing axes of the constrained value that make one event.
  public let valueRank: Int
  /// The sites and parameters from which the support is directly computed; empty for most.
  public internal(set) var supportParents: [String] = []

  /// Whether the support depends on other sites or on parameters.
  public var hasDynamicSupport: Bool { !supportParents.isEmpty }
}

extension LatentSite {
  /// The site with this support.
  func moved(to support: Support) -> LatentSite {
    guard hasDynamicSupport else { return self }
    var site = self
    site.transform = biject(to: support)
    return site
  }

  /// The log Jacobian of each event, from a transform that gives it for each element.
  func byEvent(_ logVolume: Tensor, of value: Tensor) -> Tensor {
    let excess = logVolume.rank - (value.rank - valueRank)
    return excess > 0 ? logVolume.sum(along: Array(-excess..<0)) : logVolume
  }

  /// The site at quantiles of its unconstrained elements, and at those of one less the levels, `[levels] + shape` each.
  func quantiles(_ x: Tensor, fromAbove other: Tensor) -> Tensor {
    let (value, opposite) = (transform(x), transform(other))
    guard eventRank == 0 else { return value }
    // A decreasing transform reverses the order of the levels.
    return select((x .<= other) .== (value .<= opposite), value, opposite)
  }

  /// The site at quantiles of independent normals on unconstrained space, `[levels] + shape`.
  func normalQuantiles(_ levels: [Double], _ loc: Tensor, _ scale: Tensor) -> Tensor {
    let z = normalQuantile(Tensor(levels)).reshaped(to: [levels.count] + loc.shape.map { _ in 1 })
    return quantiles(loc + scale * z, fromAbove: loc - scale * z)
  }
}
