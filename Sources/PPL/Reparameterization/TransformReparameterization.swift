/// A transformed distribution: a base distribution under a chain of bijections.
///
/// `TransformReparameterization` requires it of a distribution.
public protocol TransformedDistribution: Distribution {
  /// The distribution before the transforms.
  var base: any Distribution { get }
  /// The bijections, the first one applied first.
  var transforms: [any Transform] { get }
}

/// The reparameterization of a transformed distribution: the latent site is sampled before the transform.
///
///     z ~ base,    x = f(z)
///
/// The site drawn is `<name>_base`.
///
/// - Reference: NumPyro's `TransformReparam`.
public struct TransformReparameterization: Reparameterization {
  /// A reparameterization, which has no settings.
  public init() {}

  public func reparameterize(_ site: inout Site) {
    guard let distribution = site.distribution else { return }
    guard let transformed = distribution.innermost as? any TransformedDistribution else {
      return site.failReparameterization("\(distribution.name) is not a transformed distribution")
    }
    let transform = ComposedTransform(transformed.transforms)
    let added = max(transform.domainEventRank - transformed.base.eventShape.count, 0)
    let base = distribution.rewrapping(transformed.base.toEvent(added))
    let original = site
    site.becomeDeterministic { p in
      transform(p.submit(original.auxiliary("base", base)))
    }
  }
}
