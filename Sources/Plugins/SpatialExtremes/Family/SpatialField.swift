import Distributions
import Inference
import Kernels
import PPL

/// A Gaussian process over the stations with a Matérn 3/2 covariance, whose values are centred over the stations.
///
/// Its sites, in order: `<kernel>.variance`, `<kernel>.lengthscale`, and the values `<site>`, with `<site>_u` in the coordinates
/// that its parameterization samples.
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, §2.2 and §4.2.
public struct SpatialField: Sendable {
  /// The names of the site and of the kernel, whose hyperparameters are sites too.
  public let site, kernel: String
  /// The priors of the variance and of the lengthscale; the numbers are medians of log-normal distributions.
  public let variance, lengthscale: Prior
  /// The standard deviations of the logarithms of both.
  public var deviations = (variance: 0.5, lengthscale: 0.5)
  /// The variance that is added to each value, so that the covariance of close stations has a Cholesky factor.
  public var jitter = 1e-6
  /// The distance between places; degrees of longitude and latitude, which count alike, by default.
  public var metric: any Metric = Euclidean()
  /// The parameter that the field is a part of, whose information in the data a partial parameterization uses; nil for none.
  public var quantity: GEVQuantity?
  /// The parameterization by a flag; that of the data if nil.
  public var parameterization: FieldParameterization?
  /// Whether the field is 0 at the start of a fit, and not random: a random field may end the support of the maxima.
  public var startsAtZero = false
  /// Whether the hyperparameters start at the medians of their priors, and not at random.
  public var startsAtMedians = false

  /// A field with its priors.
  ///
  /// - Parameters:
  ///   - site: The name of the site of its values.
  ///   - kernel: The name of the kernel in the names of the hyperparameters.
  ///   - variance: The prior of the variance.
  ///   - lengthscale: The prior of the lengthscale, in the unit of the metric.
  ///   - quantity: The parameter that the field is a part of.
  ///   - parameterization: The parameterization by a flag; that of the data if nil.
  public init(
    _ site: String, _ kernel: String, _ variance: Prior, _ lengthscale: Prior,
    of quantity: GEVQuantity?, as parameterization: FieldParameterization? = nil
  ) {
    (self.site, self.kernel) = (site, kernel)
    (self.variance, self.lengthscale) = (variance, lengthscale)
    (self.quantity, self.parameterization) = (quantity, parameterization)
  }

  /// Samples the hyperparameters and the values at the stations, `[S]`, not centred.
  func sample(_ p: inout Context, _ data: StationTensors) -> Tensor {
    let v = p.scale(varianceSite, variance, deviation: Tensor(deviations.variance))
    let l = p.scale(lengthscaleSite, lengthscale, deviation: Tensor(deviations.lengthscale))
    let process = process(v, l, at: data.coordinates)
    let coordinates =
      quantity.map { data.parameterization(parameterization, of: $0, variance: variance) }
      ?? .whitened
    return p.sample(site, process.parameterized(coordinates))
  }

  /// The sampled sites with their values at the start, where those are not random.
  func start(_ data: StationTensors) -> [String: Tensor] {
    let medians = [varianceSite: variance.value, lengthscaleSite: lengthscale.value]
    return (startsAtZero ? data.start(ofField: site, parameterization) : [:])
      .merging(startsAtMedians ? medians : [:]) { $1 }
  }

  var sites: Set<String> { [site, varianceSite, lengthscaleSite] }
  var priors: [SitePrior] {
    [
      SitePrior(varianceSite, variance.number ?? .nan, deviations.variance),
      SitePrior(lengthscaleSite, lengthscale.number ?? .nan, deviations.lengthscale),
    ]
  }

  private var varianceSite: String { "\(kernel).variance" }
  private var lengthscaleSite: String { "\(kernel).lengthscale" }

  private func process(_ v: Tensor, _ l: Tensor, at places: Tensor) -> GaussianProcess {
    GaussianProcess(v * Matern32(lengthscale: l, metric: metric), at: places, jitter: jitter)
  }
}

// MARK: - Kriging

extension SpatialField {
  /// The values for each draw less the mean over the stations, `[D, S]` at the stations or `[D, P]` at other places.
  ///
  /// Elsewhere they are drawn from the normal distribution of the field at each place given its values at the stations, or
  /// are its mean where `places` has no key.
  ///
  /// - Complexity: O(*D* (*S*³ + *S*² *P*)).
  /// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (2.23) and (2.24).
  func values(_ draws: Draws, _ data: StationTensors, at places: Places) -> Tensor {
    let f = draws[site]  // [D, S]
    let means = f.mean(along: [1], keepingDimensions: true)
    guard let points = places.coordinates else { return f - means }
    let keys = places.key.map { $0.split(draws.count) }
    let rows = (0..<draws.count).map { n in
      let (v, l) = (draws[varianceSite][.at(n)], draws[lengthscaleSite][.at(n)])
      return process(v, l, at: data.coordinates).values(
        at: points, given: f[.at(n)], key: keys?[n])
    }
    return stack(rows) - means
  }
}
