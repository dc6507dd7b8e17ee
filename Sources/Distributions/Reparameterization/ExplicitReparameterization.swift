import Autodiff
import PPL

/// Draws a latent site in a space of one's own choice.
///
///     y = f(x),    x = f⁻¹(y)
///
/// The site drawn is `<name>_base`; its law is that of `f(x)`. It chooses another unconstrained
/// space than the one that the support of the site comes with:
///
///     // A positive site through softplus instead of exp.
///     ["rate": ExplicitReparameterization(SoftplusTransform().inverted)]
///
/// - Reference: NumPyro's `ExplicitReparam`.
public struct ExplicitReparameterization: Reparameterization {
  /// From values of the site to those of the site that is drawn.
  public let transform: any Transform

  /// By one transform, from the values of the site to those that are sampled in its place.
  public init(_ transform: any Transform) { self.transform = transform }

  /// Several transforms, the first one applied first.
  ///
  /// - Precondition: There is at least one.
  public init(_ transforms: [any Transform]) { transform = ComposedTransform(transforms) }

  public func reparameterize(_ site: inout Site) {
    guard let law = site.distribution else { return }
    let original = site
    site.becomeDeterministic { [transform] p in
      let image = Transformed(law, [transform])
      return transform.inverse(p.state(original.auxiliary("base", image)))
    }
  }
}
