import ArgumentParser
import Distributions
import Inference
import Kernels
import PPL

/// The GEV model of annual maxima with a Gaussian copula: years in which stations are alike beyond the maps of the
/// parameters.
///
///     log p(y) = Σ_ij log GEV(y_ij) + Σ_j [log N(z_j; 0, R) - Σ_i log N(z_ij; 0, 1)],    z = Φ⁻¹(F(y))
///     R ∝ c0 exp(-D / c1) + (1 - c0) exp(-D / c2) + 1e-6 I, with a diagonal of 1
///
///     c0 ~ Beta(2, 2)    c1 ~ LogNormal(log 0.5, 0.4)    c2 ~ LogNormal(log 4, 0.4)
///
/// The GEV of each station is that of `GEVNonstationary`; years are independent. F(y) is clamped to [1e-6, 1 - 1e-6].
/// A missing maximum is left out of its year's correlation.
///
/// - Shape: *S* stations, *T* years; R and the distances D `[S, S]`.
/// - Units: `c1` and `c2` in degrees; `c0`, the weight of the short range, has none.
/// - Reference: Davison, Padoan and Ribatet (2012), *Statistical Modeling of Spatial Extremes*, §4.
public struct GEVCopula: ExtremesModel {
  public static let name = "gev-copula"
  public static let summary =
    "Annual maxima ~ GEV as in gev-nonstationary, with a Gaussian copula over the stations of a year."
  public static let memory = FitMemory(
    matricesOfAStep: 32, matricesOfAThread: 7, arraysOfData: 23, matricesOfAYear: 7)

  /// The centres of the priors, flags of the command line.
  public struct Priors: PriorFlags {
    /// The priors of the distribution at each station.
    @OptionGroup public var ofStations: GEVNonstationary.Priors
    /// The median of the short range c1, degrees.
    @Option(parsing: .unconditional, help: "Prior median of the copula's short range, degrees.")
    public var priorC1 = Prior(0.5, .lengthscale)
    /// The median of the long range c2, degrees.
    @Option(parsing: .unconditional, help: "Prior median of the copula's long range, degrees.")
    public var priorC2 = Prior(4, .lengthscale)

    /// The priors before the command line is read; `published` has their values.
    public init() {}
  }

  /// The model of the stations without the copula.
  public let stations: GEVNonstationary
  /// The priors of this model.
  public let priors: Priors

  public init(_ data: StationTensors, priors: Priors) {
    (stations, self.priors) = (GEVNonstationary(data, priors: priors.ofStations), priors)
  }

  public var data: StationTensors { stations.data }

  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> {
    Model { p in
      let (gev, y) = stations.family.maxima(&p)
      let c0 = p.sample("c0", Beta(2, 2))
      let c1 = p.scale("c1", priors.priorC1, deviation: 0.4)
      let c2 = p.scale("c2", priors.priorC2, deviation: 0.4)
      p.factor("copula", copula(gev, y, correlation(c0, c1, c2)))
      return y
    }
  }

  public var start: [String: Tensor] {
    let ranges = ["c0": 0.5, "c1": 2 * priors.priorC1.value, "c2": priors.priorC2.value / 2]
    return stations.start.merging(ranges) { $1 }
  }

  public var parameters: [ReportedSite] {
    stations.parameters + [
      .init("c0"), .init("c1", unit: "degrees"), .init("c2", unit: "degrees"),
    ]
  }
  public var fields: [ReportedSite] { stations.fields }
  public var otherSites: Set<String> { stations.otherSites }

  public func gev(_ draws: Draws, in climate: Climate) -> GEV {
    stations.gev(draws, in: climate)
  }

  public func gev(_ draws: Draws, in climate: Climate, at places: Places) throws -> GEV {
    try stations.gev(draws, in: climate, at: places)
  }

  public func gev(_ draws: Draws, in climates: [Climate], at places: Places) throws -> [GEV] {
    try stations.gev(draws, in: climates, at: places)
  }

  public func plugIn(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [GEV] { try stations.plugIn(means, draws, in: climates, at: places) }

  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] {
    stations.reportedMeans(draws, sampled)
  }

  public func maps(
    _ draws: Draws, at places: Places
  ) throws -> [(site: ReportedSite, values: Tensor)] { try stations.maps(draws, at: places) }

  /// Simulated normal scores of the copula, by the correlation of the stations or of other places.
  ///
  /// - Complexity: O(*D* (*P*³ + *N* *P*²)).
  public func scores(
    _ count: Int, _ draws: Draws, at places: Places, key: RandomKey
  ) -> Tensor? {
    let keys = draws.count == 1 ? [key] : key.split(draws.count)
    return stack(
      (0..<draws.count).map { n in
        let (c0, c1, c2) = (draws["c0"][.at(n)], draws["c1"][.at(n)], draws["c2"][.at(n)])
        let R = correlation(c0, c1, c2, at: places.coordinates ?? data.coordinates)
        let z = keys[n].normal([count, R.shape[0]])
        return matmul(z, cholesky(R).transposed())
      })
  }

  /// The log density of the copula, `[]`; a missing maximum becomes an independent z of 0, whose two terms cancel.
  private func copula(_ gev: GEV, _ y: Tensor, _ R: Tensor) -> Tensor {
    func present(_ x: Tensor, else other: Tensor) -> Tensor {
      data.mask.map { select($0 .== 1, x, other) } ?? x
    }
    let u = minimum(maximum(gev.cdf(present(y, else: gev.location)), 1e-6), 1 - 1e-6)
    let z = present(normalQuantile(u), else: 0)
    let joint = MultivariateNormal(.zeros([z.shape[0]]), covariance: ofPresent(R))
      .logProb(z.transposed())
    return joint.sum() - Normal(0, 1).logProb(z).sum()
  }

  /// The correlation of each year, `[T, S, S]`, with zeros where a maximum is missing; that of all years if none is.
  private func ofPresent(_ R: Tensor) -> Tensor {
    guard let years = data.mask?.transposed() else { return R }  // [T, S]
    let (row, column) = (years.expandingDimension(at: 1), years.expandingDimension(at: 2))
    return R * (row * column) + Tensor.identity(years.shape[1]) * (1 - column)
  }

  /// The correlation of the copula, `[S, S]`: a short and a long range, mixed.
  func correlation(
    _ c0: Tensor, _ c1: Tensor, _ c2: Tensor, at coordinates: Tensor? = nil
  ) -> Tensor {
    let short = c0 * Matern12(lengthscale: c1)
    let long = (1 - c0) * Matern12(lengthscale: c2)
    let nugget: Tensor = 1e-6
    let K = (short + long + nugget * White()).gram(coordinates ?? data.coordinates)
    let deviation = sqrt(K.diagonal())
    return K / (deviation[.all, .newAxis] * deviation)
  }
}
