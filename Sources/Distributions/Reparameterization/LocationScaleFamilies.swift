import Autodiff
import PPL

// The families for which `LocationScaleReparameterization` works.

extension Normal: LocationScale {
  /// The location, which is the mean.
  public var location: Tensor { mean }
  /// The scale, which is the standard deviation.
  public var scale: Tensor { deviation }
  public func at(location: Tensor, scale: Tensor) -> Normal { Normal(location, scale) }
}

extension Cauchy: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> Cauchy { Cauchy(location, scale) }
}

extension Laplace: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> Laplace { Laplace(location, scale) }
}

extension Logistic: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> Logistic { Logistic(location, scale) }
}

extension Gumbel: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> Gumbel { Gumbel(location, scale) }
}

extension SoftLaplace: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> SoftLaplace { SoftLaplace(location, scale) }
}

extension StudentT: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> StudentT {
    StudentT(degreesOfFreedom, location, scale)
  }
}

extension AsymmetricLaplace: LocationScale {
  public func at(location: Tensor, scale: Tensor) -> AsymmetricLaplace {
    AsymmetricLaplace(location, scale, asymmetry: asymmetry)
  }
}
