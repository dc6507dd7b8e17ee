import Distributions
import Inference
import Kernels
import PPL
import Plugins

/// The log-normal model of annual maxima whose level and rate of warming vary over the map, with both fields integrated out.
///
///     log y[i, j] ~ Normal(mu(s_i) + beta(s_i) d_j, sigma)
///     mu(s) = mu0 + GP(0, Matérn 3/2),  beta(s) = beta0 + GP(0, Matérn 3/2), each GP centred over the stations
///
/// The likelihood is Gaussian in mu0, beta0 and the fields, which are integrated exactly: the covariance of the logarithms is a
/// `SumKronecker`, and the latent sites are its hyperparameters alone, `k_mu.variance`, `k_mu.lengthscale`, `k_beta.variance`,
/// `k_beta.lengthscale` and `sigma`. The fields of a draw are drawn afterwards from their exact posterior. The priors follow the
/// data as in `gev`. The stations of a year are independent given both maps.
///
/// - Shape: *S* stations, *T* years; `log_y` `[S, T]`.
/// - Units: of the logarithm, and of GMST; lengthscales in km.
/// - Complexity: O(*S*³) for a density where no maximum is missing, O((2 *S*)³) otherwise.
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, §2.7 and §5.4.
public struct LogNormalFields: Sendable {
  /// The data, whose maxima are the logarithms.
  public let data: StationTensors
  private let scale: DataScale
  private var metric: Chordal { Chordal() }

  /// The model of positive maxima.
  ///
  /// - Throws: `NotPositive` for a maximum that is not positive.
  public init(_ maxima: StationMaxima) throws(NotPositive) {
    var logarithms = maxima
    let T = maxima.years.count
    if let index = maxima.maxima.firstIndex(where: { ($0 ?? 1) <= 0 }) {
      throw NotPositive(
        value: maxima.maxima[index] ?? 0, station: maxima.stations[index / T].id,
        year: maxima.years[index % T])
    }
    logarithms.maxima = maxima.maxima.map { $0.map { log(Tensor($0)).scalar } }
    data = StationTensors(logarithms)
    scale = DataScale(data, metric: Chordal())
  }

  /// The hyperparameters of a draw, `[]` each.
  struct Hyperparameters {
    let variances, lengthscales: [Tensor]
    let sigma: Tensor
  }

  /// The names of the kernels.
  static let kernels = ["k_mu", "k_beta"]

  /// The prior standard deviations of mu0 and beta0, and of their fields.
  private var deviations: (means: [Double], fields: [Double]) {
    let rate = scale.within / scale.deviation(of: Covariates.gmst)
    return (
      [2.5 * (scale.within + scale.between), 2.5 * rate], [scale.between, 0.3 * rate]
    )
  }

  /// The covariance of the logarithms over stations and years, without `sigma²`.
  func covariance(_ h: Hyperparameters) -> SumKronecker {
    let S = data.stationCount
    let places = (0..<2).map { k in
      let kernel = h.variances[k] * Matern32(lengthscale: h.lengthscales[k], metric: metric)
      let gram = kernel.gram(data.coordinates)
      let rows = gram.mean(along: [1], keepingDimensions: true)
      let centred = gram - rows - rows.transposed() + rows.mean()
      let (ofMean, ofField) = (deviations.means[k], deviations.fields[k])
      // Relative to the variance, so that nothing depends on units.
      return centred + Tensor(ofMean * ofMean)
        + Tensor(1e-6 * ofField * ofField) * .identity(S)
    }
    let d = data.warming
    return SumKronecker(
      places[0], .ones([d.count, d.count]), places[1], d[.all, .newAxis] * d)
  }

  /// The distribution of the logarithms given the hyperparameters.
  func distribution(_ h: Hyperparameters) -> GridNormal<SumKronecker> {
    GridNormal(
      Tensor(data.meanMaximum), covariance(h), noise: square(h.sigma), present: data.mask)
  }

  /// The joint distribution; its observed site is `log_y`, `[S, T]`.
  public var model: Model<Tensor> {
    Model { p in
      var (variances, lengthscales): ([Tensor], [Tensor]) = ([], [])
      for (kernel, deviation) in zip(Self.kernels, deviations.fields) {
        variances.append(
          p.sample("\(kernel).variance", LogNormal(log(Tensor(deviation * deviation)), 1)))
        lengthscales.append(
          p.sample("\(kernel).lengthscale", LogNormal(log(Tensor(0.5 * scale.distance)), 0.7)))
      }
      let sigma = p.sample("sigma", LogNormal(log(Tensor(scale.within)), 0.5))
      return p.sample(
        "log_y",
        distribution(
          Hyperparameters(variances: variances, lengthscales: lengthscales, sigma: sigma)))
    }
  }

  /// The logarithms of the maxima, `[S, T]`, with their mean where one is missing, which does not count.
  public var observed: Tensor {
    data.mask.map { select($0 .== 1, data.maxima, Tensor(data.meanMaximum)) } ?? data.maxima
  }

  /// The values that a fit starts from: the medians of the priors.
  public var start: [String: Tensor] {
    var start = ["sigma": Tensor(scale.within)]
    for (kernel, deviation) in zip(Self.kernels, deviations.fields) {
      start["\(kernel).variance"] = Tensor(deviation * deviation)
      start["\(kernel).lengthscale"] = Tensor(0.5 * scale.distance)
    }
    return start
  }

  /// The level in the mean climate and the rate of warming at the stations for each draw of the hyperparameters, `[D, S]` each,
  /// drawn from their exact posterior.
  ///
  /// - Parameters:
  ///   - draws: Draws of the hyperparameters.
  ///   - key: The key of the draws of the fields.
  /// - Complexity: O(*D* (2 *S*)³).
  public func fields(_ draws: Draws, key: RandomKey) -> (level: Tensor, rate: Tensor) {
    let present = data.mask ?? .ones(data.maxima.shape)
    let residuals = observed - Tensor(data.meanMaximum)
    let d = data.warming
    let keys = key.split(draws.count)
    let grids = (0..<draws.count).map { n in
      let h = Hyperparameters(
        variances: Self.kernels.map { draws["\($0).variance"][.at(n)] },
        lengthscales: Self.kernels.map { draws["\($0).lengthscale"][.at(n)] },
        sigma: draws["sigma"][.at(n)])
      let fields = GridFields(covariance(h), noise: square(h.sigma), present: present)
      let grid = matmul(fields.draw(residuals, key: keys[n]).transposed(), fields.patterns)
      // The years of d are centred, so that the level is the mean of the grid.
      return stack([
        grid.mean(along: [1]) + Tensor(data.meanMaximum), matmul(grid, d) / square(d).sum(),
      ])
    }
    let all = stack(grids)  // [D, 2, S]
    return (all[.all, .at(0)], all[.all, .at(1)])
  }

  /// The normal scores of the maxima at the means of some draws, row-major `[S, T]`; NaN where one is missing.
  ///
  /// - Parameters:
  ///   - level: The level in the mean climate, `[D, S]`.
  ///   - rate: The rate of warming, `[D, S]`.
  ///   - sigma: The standard deviation, `[D]`.
  func scores(level: Tensor, rate: Tensor, sigma: Tensor) -> [Double] {
    let (level, rate) = (level.mean(along: [0]), rate.mean(along: [0]))
    let fitted = level[.all, .newAxis] + rate[.all, .newAxis] * data.warming
    let scores = (observed - fitted) / sigma.mean()
    return (data.mask.map { select($0 .== 1, scores, Tensor(.nan)) } ?? scores).scalars
  }
}

/// A maximum that is not positive, for a model of its logarithm.
public struct NotPositive: PluginError, Equatable {
  /// The maximum, in its unit.
  public let value: Double
  /// The station of the maximum.
  public let station: String
  /// The year of the maximum.
  public let year: Int

  public var description: String {
    "the maximum of station \"\(station)\" in \(year) is \(value), but a log-normal distribution is of positive values; "
      + "measure from a natural zero, as in kelvin, or take the model gev."
  }
}
