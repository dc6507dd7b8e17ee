import Autodiff
import PPL

/// The Matérn kernel of smoothness 1/2 (exponential kernel): continuous, nowhere differentiable paths.
///
///     k(a) = exp(-a)
///
/// It is positive definite with the great-circle metric too.
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.18).
public struct Matern12: StationaryKernel {
  public let lengthscale: Tensor
  public let metric: any Metric
  /// A kernel with a lengthscale `[]` for all axes or `[D]` for each, in the units of the distance.
  public init(lengthscale: Tensor, metric: some Metric = Euclidean()) {
    (self.lengthscale, self.metric) = (lengthscale, metric)
  }
  public var isCompletelyMonotone: Bool { true }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern12(a) }
}

/// The Matérn kernel of smoothness 3/2: paths with one derivative.
///
///     k(a) = (1 + b) exp(-b),    b = sqrt(3) a
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.17).
public struct Matern32: StationaryKernel {
  public let lengthscale: Tensor
  public let metric: any Metric
  /// A kernel with a lengthscale `[]` for all axes or `[D]` for each, in the units of the distance.
  public init(lengthscale: Tensor, metric: some Metric = Euclidean()) {
    (self.lengthscale, self.metric) = (lengthscale, metric)
  }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern32(a) }
}

/// The Matérn kernel of smoothness 5/2: paths with two derivatives.
///
///     k(a) = (1 + b + b² / 3) exp(-b),    b = sqrt(5) a
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.17).
public struct Matern52: StationaryKernel {
  public let lengthscale: Tensor
  public let metric: any Metric
  /// A kernel with a lengthscale `[]` for all axes or `[D]` for each, in the units of the distance.
  public init(lengthscale: Tensor, metric: some Metric = Euclidean()) {
    (self.lengthscale, self.metric) = (lengthscale, metric)
  }
  public func profile(_ a: Tensor) -> Tensor { Correlation.matern52(a) }
}
