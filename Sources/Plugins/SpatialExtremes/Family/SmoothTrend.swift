import Distributions
import Inference
import Kernels
import PPL

/// A smooth function of a covariate of time: a Gaussian process with a squared-exponential covariance over its values.
///
/// It is whitened and centred over the years. Its sites, in order: `<kernel>.variance`, `<kernel>.lengthscale`, `<site>_u`, and
/// `<site>`, computed from them. Elsewhere it is drawn given its values in the years.
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

  /// The values for each draw, at a covariate that no year has drawn from the process given its values in the years; in several
  /// climates they move together.
  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor {
    values(draws, data, in: climate) { variance, lengthscale in
      // Of the draw itself, so that neither climates nor threads matter.
      RandomKey(variance.scalar.bitPattern).foldIn(
        UInt32(truncatingIfNeeded: lengthscale.scalar.bitPattern))
    }
  }

  /// The means over the draws of the conditional means.
  public func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor] {
    climates.map {
      values(draws, data, in: $0) { _, _ in nil }.mean(along: [0], keepingDimensions: true)
    }
  }

  /// The values in one climate, `[D, 1]`, drawn where there is a key for the hyperparameters of a draw.
  private func values(
    _ draws: Draws, _ data: StationTensors, in climate: Climate,
    _ key: (_ variance: Tensor, _ lengthscale: Tensor) -> RandomKey?
  ) -> Tensor {
    let point = Tensor([data.covariates.value(ofTime: covariate, in: climate)])
      .expandingDimension(at: 1)
    return stack(
      (0..<draws.count).map { n in
        let (r, v) = (draws[site][.at(n)], draws[varianceSite][.at(n)])
        let l = draws[lengthscaleSite][.at(n)]
        return process(v, l, data).values(at: point, given: r, key: key(v, l)) - r.mean()
      })
  }

  public var otherSites: Set<String> { [site, varianceSite, lengthscaleSite] }

  public var priors: [SitePrior] {
    [
      SitePrior(varianceSite, variance.number ?? .nan, deviations.variance, isLogNormal: true),
      SitePrior(
        lengthscaleSite, lengthscale.number ?? .nan, deviations.lengthscale, isLogNormal: true),
    ]
  }

  private var varianceSite: String { "\(kernel).variance" }
  private var lengthscaleSite: String { "\(kernel).lengthscale" }

  private func process(_ v: Tensor, _ l: Tensor, _ data: StationTensors) -> GaussianProcess {
    GaussianProcess(v * RBF(lengthscale: l), at: data.covariates.ofTime(covariate), jitter: jitter)
  }
}
