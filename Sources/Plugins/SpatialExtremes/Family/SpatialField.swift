import Distributions
import Inference
import Kernels
import PPL

/// A Gaussian process over the stations with a Matérn covariance, of smoothness 3/2 by default, whose values are centred over
/// the stations.
///
/// Its sites, in order: `<kernel>.variance`, `<kernel>.lengthscale`, those of `others`, of the `nugget` and of the
/// `anisotropy`, and the values `<site>`, with `<site>_u` in the coordinates that its parameterization samples.
///
/// A great-circle distance is positive definite with smoothness 1/2 alone (Gneiting 2013, *Strictly and non-strictly positive
/// definite functions on spheres*, Bernoulli 19(4), table 1), so that the metric in km is the length of chords, which all of
/// them take; it is shorter by less than 0.1 % up to 900 km.
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
  /// The smoothness of the first covariance.
  public var smoothness = FieldKernel.matern32
  /// The further covariances, which are added to the first; none by default.
  public var others: [Summand] = []
  /// The prior of the variance of independent values at each place, which are part of the field; nil for none.
  ///
  /// At places without a station they are drawn anew, and their conditional mean is 0.
  public var nugget: SitePrior?
  /// The prior of both numbers of the anisotropy, a site `[2]` that gives `<kernel>.ratio` and `<kernel>.angle`: the ratio of the
  /// ranges along and across an angle, degrees from east towards north. Nil for none.
  ///
  /// With the metric of chords distances are measured in the plane that touches the Earth at the mean latitude of the stations.
  public var anisotropy: SitePrior?
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
  ///
  /// - Complexity: O(*S*³).
  public func sample(_ p: inout Context, _ data: StationTensors) -> Tensor {
    let units = data.units
    let process = self.process(sampleHyperparameters(&p, units), data)
    let coordinates =
      quantity.map { quantity in
        var prior = variance
        prior.number = prior.number.map { units?.standard(variance: $0) ?? $0 }
        return data.parameterization(parameterization, of: quantity, variance: prior)
      } ?? .whitened
    guard let units, units.hasUnit else {
      return p.sample(site, process.parameterized(coordinates))
    }
    return p.sample(site, process.parameterized(coordinates)) {
      StandardUnits.reported(Tensor(units.factor) * $0)
    }
  }

  /// The sampled sites with their values at the start, where those are not random.
  public func start(_ data: StationTensors) -> [String: Tensor] {
    var medians = [lengthscaleSite: lengthscale.value]
    for (site, median) in variances {
      medians.merge(data.units.start(ofVariance: site, median)) { $1 }
    }
    for summand in others { medians[summand.lengthscale.site] = Tensor(summand.lengthscale.centre) }
    if let anisotropy { medians[anisotropy.site] = .full(anisotropy.centre, [2]) }
    let name = data.units?.hasUnit == true ? "\(site)_decentered" : site
    let isCentred = (parameterization ?? data.fields) == .centred
    return (startsAtZero ? data.start(ofField: isCentred ? name : site, parameterization) : [:])
      .merging(startsAtMedians ? medians : [:]) { $1 }
  }

  /// The names of the sites that predictions need.
  public var sites: Set<String> {
    Set([site, varianceSite, lengthscaleSite] + scales.map(\.site))
      .union(anisotropy.map { [$0.site, ratioSite, angleSite] } ?? [])
  }
  /// The scalar sites of the report: those of the anisotropy, if there is one.
  public var parameters: [ReportedSite] {
    anisotropy == nil ? [] : [ReportedSite(ratioSite), ReportedSite(angleSite, unit: "degrees")]
  }
  /// The priors of the hyperparameters, for the report.
  public var priors: [SitePrior] {
    [
      SitePrior(varianceSite, variance.number ?? .nan, deviations.variance, isLogNormal: true),
      SitePrior(
        lengthscaleSite, lengthscale.number ?? .nan, deviations.lengthscale, isLogNormal: true),
    ] + scales + [anisotropy].compactMap(\.self)
  }

  /// The sites of the variances with their medians.
  private var variances: [(site: String, median: Double)] {
    [(varianceSite, variance.number ?? .nan)]
      + others.map { ($0.variance.site, $0.variance.centre) }
      + (nugget.map { [($0.site, $0.centre)] } ?? [])
  }

  /// The priors of the positive hyperparameters after the first two.
  private var scales: [SitePrior] {
    others.flatMap { [$0.variance, $0.lengthscale] } + [nugget].compactMap(\.self)
  }

  var varianceSite: String { "\(kernel).variance" }
  var lengthscaleSite: String { "\(kernel).lengthscale" }
  var ratioSite: String { "\(kernel).ratio" }
  var angleSite: String { "\(kernel).angle" }
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
  public func values(_ draws: Draws, _ data: StationTensors, at places: Places) -> Tensor {
    let f = draws[site]  // [D, S]
    let means = f.mean(along: [1], keepingDimensions: true)
    guard let points = places.coordinates else { return f - means }
    let keys = places.key.map { $0.split(draws.count) }
    let rows = (0..<draws.count).map { n in
      process(hyperparameters(draws, n), data).values(at: points, given: f[.at(n)], key: keys?[n])
    }
    return stack(rows) - means
  }
}
