import Autodiff
import PPL

/// The explicit reparameterization: a latent site is sampled in a space given by a transform.
///
///     y = f(x),    x = f⁻¹(y)
///
/// The site drawn is `<name>_base`; its distribution is that of `f(x)`. The transform replaces the unconstrained
/// space that belongs to the support of the site:
///
///     // A positive site through softplus instead of exp.
///     ["rate": ExplicitReparameterization(SoftplusTransform().inverted)]
///
/// - Reference: NumPyro's `ExplicitReparam`.
public struct ExplicitReparameterization: Reparameterization {
  /// The transform from values of the site to values of the sampled site.
  public let transform: any Transform

  /// A reparameterization by one transform, from the values of the site to those that are sampled in its place.
  public init(_ transform: any Transform) { self.transform = transform }

  /// A reparameterization by several transforms, the first one applied first.
  ///
  /// - Precondition: There is at least one.
  public init(_ transforms: [any Transform]) { transform = ComposedTransform(transforms) }

  public func reparameterize(_ site: inout Site) {
    guard let distribution = site.distribution else { return }
    let original = site
    site.becomeDeterministic { [transform] p in
      let image = Transformed(distribution, [transform])
      return transform.inverse(p.submit(original.auxiliary("base", image)))
    }
  }
}
