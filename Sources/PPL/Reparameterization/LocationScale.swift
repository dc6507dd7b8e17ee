/// A location-scale family: distributions on the reals that are closed under shifts and scalings.
///
///     x = location + scale * z,    z from the same family at location 0 and scale 1
///
/// `LocationScaleReparameterization` requires it of a distribution.
public protocol LocationScale: Distribution {
  /// The location, in the units of `x`; broadcasts with `batchShape`.
  var location: Tensor { get }
  /// The scale, positive and in the units of `x`; broadcasts with `batchShape`.
  var scale: Tensor { get }

  /// The same distribution with another location and scale, all other parameters unchanged.
  func at(location: Tensor, scale: Tensor) -> Self
}
