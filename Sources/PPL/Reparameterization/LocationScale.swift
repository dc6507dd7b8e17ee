/// A family of laws on the reals that is closed under shifts and stretches.
///
///     x = location + scale * z,    z from the same family at location 0 and scale 1
///
/// It is what `LocationScaleReparameterization` asks of a law.
public protocol LocationScale: Distribution {
  /// What a shift of the values shifts; broadcasts with `batchShape`.
  var location: Tensor { get }
  /// What a stretch of the values stretches, positive; broadcasts with `batchShape`.
  var scale: Tensor { get }

  /// The same law elsewhere, with all other parameters as they are.
  func at(location: Tensor, scale: Tensor) -> Self
}
