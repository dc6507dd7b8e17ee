import Autodiff
import PPL

// The families that `LocationScaleReparameterization` knows.

extension Normal: LocationScale {
  /// The mean.
  public var location: Tensor { mean }
  /// The standard deviation.
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
