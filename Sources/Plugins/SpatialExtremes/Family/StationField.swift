import Distributions
import Kernels
import PPL

extension Context {
  /// Samples a spatial field: a Gaussian process with a Matérn 3/2 covariance at the stations.
  ///
  /// The sites are `<kernel>.variance`, `<kernel>.lengthscale` and `<name>_u`, from which `name` is computed; centred, `name`
  /// itself is sampled. Variance and lengthscale have log-normal priors with the given medians and a deviation of 0.5 of the
  /// logarithm.
  ///
  /// - Parameters:
  ///   - coordinates: The places, degrees, `[S, 2]`.
  ///   - parameterization: The coordinates in which the field is sampled.
  /// - Returns: The field, whose mean over the stations is not 0, `[S]`.
  public mutating func field(
    _ name: String, _ kernel: String, _ variance: Prior, _ lengthscale: Prior,
    at coordinates: Tensor, as parameterization: GaussianProcess.Parameterization = .whitened
  ) -> Tensor {
    let variance = scale("\(kernel).variance", variance)
    let lengthscale = scale("\(kernel).lengthscale", lengthscale)
    let process = GaussianProcess(variance * Matern32(lengthscale: lengthscale), at: coordinates)
    return sample(name, process.parameterized(parameterization))
  }

  /// Samples a positive number with a log-normal prior.
  ///
  /// - Parameters:
  ///   - median: The median of the prior.
  ///   - deviation: The standard deviation of the logarithm.
  public mutating func scale(
    _ name: String, _ median: Prior, deviation: Tensor = 0.5
  ) -> Tensor {
    sample(name, LogNormal(median.logarithm, deviation))
  }
}
