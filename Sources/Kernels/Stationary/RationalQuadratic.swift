import PPL

/// The rational quadratic kernel: a mixture of squared exponentials over lengthscales.
///
///     k(a) = (1 + a² / (2 alpha))^-alpha
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (4.19).
public struct RationalQuadratic: StationaryKernel {
  /// The lengthscale in the units of the distance, and the exponent `alpha`, for which large values approach `RBF`.
  public let lengthscale, alpha: Tensor
  public let metric: any Metric
  /// A kernel with a lengthscale `[]` or `[D]` and a positive scalar `alpha`.
  public init(lengthscale: Tensor, alpha: Tensor, metric: some Metric = Euclidean()) {
    (self.lengthscale, self.alpha, self.metric) = (lengthscale, alpha, metric)
  }
  public var hyperparameters: [Parameter] {
    [.init("lengthscale", lengthscale, .positive), .init("alpha", alpha, .positive)]
      + metric.hyperparameters
  }
  public func profile(_ a: Tensor) -> Tensor {
    // For a ratio r beyond 1e20, 1 + r is r to rounding; its logarithm cannot overflow.
    let isLarge = square(a) / (2 * alpha) .> 1e20
    let near = log1p(square(select(isLarge, 0, a)) / (2 * alpha))
    let far = 2 * log(select(isLarge, a, 1)) - log(2 * alpha)
    return exp(-alpha * select(isLarge, far, near))
  }
}
