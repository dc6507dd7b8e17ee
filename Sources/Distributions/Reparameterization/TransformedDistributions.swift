import Autodiff
import PPL

// Families with other stored properties, as transformed distributions for `TransformReparameterization`.

extension LogNormal: TransformedDistribution {
  /// The distribution of the logarithm.
  public var base: any Distribution { Normal(location, scale) }
  public var transforms: [any Transform] { [ExpTransform()] }
}

extension TransformedFamily {
  public var base: any Distribution { transformed.base }
  public var transforms: [any Transform] { transformed.transforms }
}
