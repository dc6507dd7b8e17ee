import Autodiff
import PPL

/// The squared exponential (radial basis function) kernel: infinitely smooth paths.
///
///     k(a) = exp(-a² / 2)
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.9).
public struct RBF: StationaryKernel {
  public let lengthscale: Tensor
  public let metric: any Metric
  /// A kernel with a lengthscale `[]` for all axes or `[D]` for each, in the units of the distance.
  public init(lengthscale: Tensor, metric: some Metric = Euclidean()) {
    (self.lengthscale, self.metric) = (lengthscale, metric)
  }
  public func profile(_ a: Tensor) -> Tensor { Correlation.rbf(a) }
}
