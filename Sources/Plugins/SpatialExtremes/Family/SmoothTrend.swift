import Distributions
import Inference
import Kernels
import PPL

/// A smooth function of a covariate of time: a Gaussian process with a squared-exponential covariance over its values.
///
/// It is whitened and centred over the years. Its sites, in order: `<kernel>.variance`, `<kernel>.lengthscale`, `<site>_u`, and
/// `<site>`, computed from them. At a value of the covariate that no year has it is the conditional mean.
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, §2.2.
public struct SmoothTrend: GEVTerm {
  /// The names of the site and of the kernel, whose hyperparameters are sites too.
  public let site, kernel: String
  /// The covariate of time.
  public let covariate: String
  /// The priors of the variance and of the lengthscale, the latter in the unit of the covariate; the numbers are medians.
  public let variance, lengthscale: Prior
  /// The standard deviations of the logarithms of both.
  public var deviations = (variance: 0.5, lengthscale: 0.5)
  /// The variance that is added to each value, so that the covariance of similar years has a Cholesky factor.
  public var jitter = 1e-6

  /// A smooth function of a covariate.
  public init(
    _ site: String, _ kernel: String, of covariate: String, _ variance: Prior, _ lengthscale: Prior
  ) {
    (self.site, self.kernel, self.covariate) = (site, kernel, covariate)
    (self.variance, self.lengthscale) = (variance, lengthscale)
  }

  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? {
    let v = p.scale(varianceSite, variance, deviation: Tensor(deviations.variance))
    let l = p.scale(lengthscaleSite, lengthscale, deviation: Tensor(deviations.lengthscale))
    return p.sample(site, process(v, l, data).whitened)
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    process.map { $0 - $0.mean() } ?? 0
  }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor {
    let value = Tensor([data.covariates.value(ofTime: covariate, in: climate)])
    return stack(
      (0..<draws.count).map { n in
        let r = draws[site][.at(n)]
        let process = process(draws[varianceSite][.at(n)], draws[lengthscaleSite][.at(n)], data)
        return process.conditioned(on: r, at: value).mean - r.mean()
      })  // [D, 1]
  }

  public var otherSites: Set<String> { [site, varianceSite, lengthscaleSite] }

  public var priorSites: [String] { [varianceSite, lengthscaleSite] }

  private var varianceSite: String { "\(kernel).variance" }
  private var lengthscaleSite: String { "\(kernel).lengthscale" }

  private func process(_ v: Tensor, _ l: Tensor, _ data: StationTensors) -> GaussianProcess {
    GaussianProcess(v * RBF(lengthscale: l), at: data.covariates.ofTime(covariate), jitter: jitter)
  }
}
