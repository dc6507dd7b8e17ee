import Distributions
import Inference
import Kernels
import PPL

/// A smooth function of a covariate of time: a Gaussian process with a squared-exponential covariance over its values.
///
/// It is whitened and centred over the years. Its sites, in order: `<kernel>.variance`, `<kernel>.lengthscale`, `<site>_u`, and
/// `<site>`, computed from them. Elsewhere it is drawn given its values in the years, jointly over several climates.
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
    let units = data.units
    let v = p.variance(
      varianceSite, variance.number ?? .nan, deviation: deviations.variance, in: units)
    let l = p.scale(lengthscaleSite, lengthscale, deviation: Tensor(deviations.lengthscale))
    let process = process(v, l, data)
    guard let units, units.hasUnit else { return p.sample(site, process.whitened) }
    return p.sample(site, process.parameterized(.whitened)) {
      StandardUnits.reported(Tensor(units.factor) * $0)
    }
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    process.map { $0 - $0.mean() } ?? 0
  }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor { values(draws, data, at: places, in: [climate])[0] }

  /// The values for each draw, drawn from the process given its values in the years: one function for each draw, which all
  /// places share. Without a key they are the conditional means.
  ///
  /// The numbers of a climate depend on those before it in the array, not on those after it.
  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climates: [Climate]
  ) -> [Tensor] {
    let range = places.firstDraw..<(places.firstDraw + draws.count)
    return values(draws, data, in: climates) { index in
      places.key?.foldIn(UInt32(index)).normal([range.upperBound])[.range(range)]
    }
  }

  /// The means over the draws of the conditional means.
  public func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor] {
    values(draws, data, in: climates) { _ in nil }
      .map { $0.mean(along: [0], keepingDimensions: true) }
  }

  /// The values in some climates, `[D, 1]` each, at the means or with standard normal numbers `[D]` of each different climate.
  private func values(
    _ draws: Draws, _ data: StationTensors, in climates: [Climate], _ normal: (Int) -> Tensor?
  ) -> [Tensor] {
    let points = climates.map { data.covariates.value(ofTime: covariate, in: $0) }
    let different = points.indices.filter { points.firstIndex(of: points[$0]) == $0 }
      .map { points[$0] }
    let numbers = different.indices.compactMap(normal)
    let noise = numbers.isEmpty ? nil : stack(numbers)  // [C, D]
    let rows = (0..<draws.count).map { n in
      let r = draws[site][.at(n)]
      let process = process(draws[varianceSite][.at(n)], draws[lengthscaleSite][.at(n)], data)
        .conditioned(on: r, at: Tensor(different))
      let mean = process.mean - r.mean()
      return noise.map { mean + matmul(process.choleskyFactor, $0[.all, .at(n)]) } ?? mean
    }
    let all = stack(rows)  // [D, C]
    return points.map { point in
      all[.all, .at(different.firstIndex(of: point) ?? 0)].expandingDimension(at: 1)
    }
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
    GaussianProcess(
      v * RBF(lengthscale: l), at: data.covariates.ofTime(covariate),
      jitter: data.units?.standard(variance: jitter) ?? jitter)
  }
}
