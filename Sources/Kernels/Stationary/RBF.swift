import Autodiff
import PPL

/// Infinitely smooth paths: the squared exponential.
///
///     k(a) = exp(-a² / 2)
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.9).
public struct RBF: StationaryKernel {
  public let lengthscale: Tensor
  /// With a lengthscale `[]` for all inputs or `[D]`, one an axis.
  public init(lengthscale: Tensor) { self.lengthscale = lengthscale }
  public func profile(_ a: Tensor) -> Tensor { Correlation.rbf(a) }
}
