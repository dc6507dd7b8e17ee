import Autodiff
import PPL

// Families that are stored otherwise, as `TransformReparameterization` sees them.

extension LogNormal: TransformedLaw {
  /// The law of the logarithm.
  public var base: any Distribution { Normal(location, scale) }
  public var transforms: [any Transform] { [ExpTransform()] }
}

extension TransformedFamily {
  public var base: any Distribution { law.base }
  public var transforms: [any Transform] { law.transforms }
}
