import Autodiff
import PPL

/// Continuous and nowhere differentiable paths: the Ornstein-Uhlenbeck process.
///
///     k(a) = exp(-a)
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.18).
public struct Matern12: StationaryKernel {
  public let lengthscale: Tensor
  /// With a lengthscale `[]` for all inputs or `[D]`, one an axis.
  public init(lengthscale: Tensor) { self.lengthscale = lengthscale }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern12(a) }
}

/// Paths with one derivative.
///
///     k(a) = (1 + b) exp(-b),    b = sqrt(3) a
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.17).
public struct Matern32: StationaryKernel {
  public let lengthscale: Tensor
  /// With a lengthscale `[]` for all inputs or `[D]`, one an axis.
  public init(lengthscale: Tensor) { self.lengthscale = lengthscale }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern32(a) }
}

/// Paths with two derivatives.
///
///     k(a) = (1 + b + b² / 3) exp(-b),    b = sqrt(5) a
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.17).
public struct Matern52: StationaryKernel {
  public let lengthscale: Tensor
  /// With a lengthscale `[]` for all inputs or `[D]`, one an axis.
  public init(lengthscale: Tensor) { self.lengthscale = lengthscale }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern52(a) }
}
