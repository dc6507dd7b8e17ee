import Distributions
import Inference
import Kernels
import PPL

/// The Gaussian copula of the stations of a year, whose correlation has a short and a long range (dependogram).
///
///     log c(y) = Σ_j [log N(z_j; 0, R) - Σ_i log N(z_ij; 0, 1)],    z = Φ⁻¹(F(y))
///     R ∝ c0 exp(-D / c1) + (1 - c0) exp(-D / c2) + 1e-6 I, with a diagonal of 1
///
///     c0 ~ Beta(2, 2)    c1, c2 ~ LogNormal(log median, deviation)
///
/// Years are independent. F(y) is clamped to [1e-6, 1 - 1e-6]. Of a year with missing maxima the density is that of the
/// stations that are present.
///
/// - Shape: *S* stations, *T* years; R and the distances D `[S, S]`.
/// - Units: `c1` and `c2` in the unit of the metric; `c0`, the weight of the short range, has none.
/// - Reference: Davison, Padoan and Ribatet (2012), *Statistical Modeling of Spatial Extremes*, §4.
public struct GaussianCopula: Sendable {
  /// The prior medians of the short and the long range, in the unit of the metric.
  public let short, long: Prior
  /// The standard deviation of the logarithms of the ranges.
  public let deviations: (short: Double, long: Double)
  /// The distance between places.
  public let metric: any Metric
  /// The unit of the metric.
  public let unit: String
  /// Whether maxima that are not observed are drawn from the copula, for which its sites come before the maxima; otherwise they
  /// come after them, as in the published model.
  var isSimulated = false

  /// A copula with its priors.
  ///
  /// - Parameters:
  ///   - short: The prior median of the short range c1, in the unit of the metric.
  ///   - long: The prior median of the long range c2, in the unit of the metric.
  ///   - deviations: The standard deviation of the logarithms of both.
  ///   - metric: The distance between places.
  ///   - unit: The unit of the metric.
  public init(
    short: Prior, long: Prior, deviations: (short: Double, long: Double) = (0.4, 0.4),
    metric: any Metric = Euclidean(), unit: String = "degrees"
  ) {
    (self.short, self.long, self.deviations) = (short, long, deviations)
    (self.metric, self.unit) = (metric, unit)
  }

  /// A copula whose priors are scaled to the extent of the stations: ranges about a seventh of the median distance between
  /// stations, and about that distance, both within a factor of 2 (a deviation of 0.7 of the logarithm).
  ///
  /// - Parameters:
  ///   - data: The data.
  ///   - metric: The distance between places.
  ///   - unit: The unit of the metric.
  public init(scaledTo data: StationTensors, metric: any Metric, unit: String) {
    let extent = DataScale(data, metric: metric).distance
    self.init(
      short: Prior(0.15 * extent, .lengthscale), long: Prior(extent, .lengthscale),
      deviations: (0.7, 0.7), metric: metric, unit: unit)
    isSimulated = true
  }

  /// The copula with other priors where a user has chosen some.
  func with(_ choice: PriorChoice) -> GaussianCopula {
    let c1 = choice.logNormal("c1", short.number ?? .nan, deviations.short)
    let c2 = choice.logNormal("c2", long.number ?? .nan, deviations.long)
    var copula = GaussianCopula(
      short: Prior(c1.centre, .lengthscale), long: Prior(c2.centre, .lengthscale),
      deviations: (c1.deviation, c2.deviation), metric: metric, unit: unit)
    copula.isSimulated = isSimulated
    return copula
  }

  /// The sites `c0`, `c1` and `c2`.
  ///
  /// - Returns: The correlation of the stations, `[S, S]`.
  func sampleCorrelation(_ p: inout Context, _ data: StationTensors) -> Tensor {
    let c0 = p.sample("c0", Beta(2, 2))
    let c1 = p.scale("c1", short, deviation: Tensor(deviations.short))
    let c2 = p.scale("c2", long, deviation: Tensor(deviations.long))
    return correlation(c0, c1, c2, at: data.coordinates)
  }

  /// The factor `copula`.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - R: The correlation of the stations, `[S, S]`.
  ///   - gev: The distributions of the maxima, `[S, T]`.
  ///   - y: The maxima, `[S, T]`.
  ///   - data: The data.
  func addFactor(
    _ p: inout Context, _ R: Tensor, _ gev: GEV, _ y: Tensor, _ data: StationTensors
  ) {
    let density = logDensity(gev, y, R, mask: data.mask)
    p.factor("copula", density, simulatedBy: isSimulated ? "y" : nil)
  }

  /// The values that a fit starts from.
  var start: [String: Tensor] { ["c0": 0.5, "c1": 2 * short.value, "c2": long.value / 2] }

  /// The parameters of the report.
  var parameters: [ReportedSite] {
    [.init("c0"), .init("c1", unit: unit), .init("c2", unit: unit)]
  }

  /// The priors that a user may choose.
  var priors: [SitePrior] {
    [
      SitePrior("c1", short.number ?? .nan, deviations.short),
      SitePrior("c2", long.number ?? .nan, deviations.long),
    ]
  }

  /// The correlation of places, `[P, P]`: a short and a long range, mixed.
  func correlation(
    _ c0: Tensor, _ c1: Tensor, _ c2: Tensor, at coordinates: Tensor
  ) -> Tensor {
    let short = c0 * Matern12(lengthscale: c1, metric: metric)
    let long = (1 - c0) * Matern12(lengthscale: c2, metric: metric)
    let nugget: Tensor = 1e-6
    let K = (short + long + nugget * White()).gram(coordinates)
    let deviation = sqrt(K.diagonal())
    return K / (deviation[.all, .newAxis] * deviation)
  }

  /// The correlation of places for one of some draws, `[P, P]`.
  func correlation(_ draws: Draws, _ draw: Int, at coordinates: Tensor) -> Tensor {
    correlation(
      draws["c0"][.at(draw)], draws["c1"][.at(draw)], draws["c2"][.at(draw)], at: coordinates)
  }

  /// Uniform numbers with some normal scores, `Φ(z)`, which the quantile function of a distribution takes to maxima.
  ///
  ///     let y = gev.icdf(GaussianCopula.uniforms(scores))
  ///
  /// - Parameters:
  ///   - scores: The normal scores, of any shape.
  ///   - margin: The least distance from 0 and 1, where a quantile may be infinite.
  public static func uniforms(_ scores: Tensor, margin: Double = 1e-15) -> Tensor {
    minimum(maximum(normalCDF(scores), Tensor(margin)), Tensor(1 - margin))
  }

  /// Simulated normal scores of one year for each draw, `[D, N, P]`.
  ///
  /// - Parameters:
  ///   - count: The number of years *N* for each draw.
  ///   - draws: Draws of `c0`, `c1` and `c2`.
  ///   - coordinates: The places, degrees, `[P, 2]`.
  ///   - key: The key of the simulation.
  /// - Complexity: O(*D* (*P*³ + *N* *P*²)).
  func scores(
    _ count: Int, _ draws: Draws, at coordinates: Tensor, key: RandomKey
  ) -> Tensor {
    let keys = draws.count == 1 ? [key] : key.split(draws.count)
    return stack(
      (0..<draws.count).map { n in
        let R = correlation(draws, n, at: coordinates)
        let z = keys[n].normal([count, R.shape[0]])
        return matmul(z, cholesky(R).transposed())
      })
  }
}
