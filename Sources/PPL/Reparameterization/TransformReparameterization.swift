/// A law that a bijection makes of another one.
///
/// It is what `TransformReparameterization` asks of a law.
public protocol TransformedLaw: Distribution {
  /// The law before the transforms.
  var base: any Distribution { get }
  /// The bijections, the first one applied first.
  var transforms: [any Transform] { get }
}

/// Draws a latent site with a transformed law before the transform.
///
///     z ~ base,    x = f(z)
///
/// The site drawn is `<name>_base`.
///
/// - Reference: NumPyro's `TransformReparam`.
public struct TransformReparameterization: Reparameterization {
  /// The strategy has nothing to set.
  public init() {}

  public func reparameterize(_ site: inout Site) {
    guard let law = site.distribution else { return }
    guard let transformed = law.innermost as? any TransformedLaw else {
      return site.failReparameterization("\(law.name) is not a transformed law")
    }
    let transform = ComposedTransform(transformed.transforms)
    let added = max(transform.domainEventRank - transformed.base.eventShape.count, 0)
    let base = law.rewrapping(transformed.base.toEvent(added))
    let original = site
    site.becomeDeterministic { p in
      transform(p.state(original.auxiliary("base", base)))
    }
  }
}
