import Distributions
import Inference
import PPL
import SpainSynthetic
import Tables

/// A panel of stations that depend on each other within a year, simulated from known parameters.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i) + beta0 d_j, sigma, xi)
///
/// with the places and the GMST of the embedded example, a fixed field mu(s) that is centred over the stations, and the
/// `GaussianCopula` of each year.
struct CoveragePanel: Sendable {
  /// The true parameters.
  struct Truth: Sendable {
    let mu0 = 36.0
    let beta0 = 1.2
    let sigma = 1.6
    let xi = -0.12
    /// The standard deviation of the field over the stations, in the unit of the maxima.
    let spread = 1.5
    /// The weight of the short range of the copula and its ranges in km.
    let copula = (c0: 0.3, c1: 80.0, c2: 600.0)
  }

  static let truth = Truth()

  let stations: [StationMaxima.Station]
  let years: [Int]
  let covariate: [Double]
  /// The true location of each station in the mean climate, `[S]`.
  let locations: [Double]
  /// The Cholesky factor of the correlation of the stations, `[S, S]`.
  private let factor: Tensor

  /// The numbers of stations and years of the embedded example.
  static let largest = (stations: 40, years: 40)

  /// The design of some stations, the first ones of the embedded example, and its last years.
  ///
  /// - Throws: `DataError` for an example that cannot be read.
  init(stations count: Int, years yearCount: Int) throws {
    let example = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"))
    stations = Array(example.stations.prefix(count))
    years = example.years.suffix(yearCount)
    covariate = example.covariate.suffix(yearCount)
    let coordinates = Tensor(rows: stations.map { [$0.longitude, $0.latitude] })
    let copula = GaussianCopula(
      short: Prior(1, .lengthscale), long: Prior(1, .lengthscale), metric: .chordal, unit: "km")
    let (c0, c1, c2) = Self.truth.copula
    factor = cholesky(copula.correlation(Tensor(c0), Tensor(c1), Tensor(c2), at: coordinates))
    // A fixed smooth field: that of the copula's long range.
    let field = cholesky(copula.correlation(1e-3, 1, 300, at: coordinates))
    let values = matmul(field, RandomKey(2024).normal([stations.count]).expandingDimension(at: 1))
      .reshaped(to: [-1])
    let centred = values - values.mean()
    let scaled = Tensor(Self.truth.spread) * centred / sqrt(centred.variance())
    locations = (Tensor(Self.truth.mu0) + scaled).scalars
  }

  /// The correlation of the stations, averaged over the pairs.
  var meanCorrelation: Double {
    let R = matmul(factor, factor.transposed())
    let S = Double(stations.count)
    return (R.sum().scalar - S) / (S * (S - 1))
  }

  /// The maxima of one panel.
  func data(key: RandomKey) -> StationMaxima {
    let truth = Self.truth
    let (S, T) = (stations.count, years.count)
    let z = matmul(factor, key.normal([S, T]))
    let mean = covariate.reduce(0, +) / Double(T)
    let location =
      Tensor(locations)[.all, .newAxis]
      + Tensor(truth.beta0) * (Tensor(covariate) - Tensor(mean))
    let gev = GEV(location, Tensor(truth.sigma), Tensor(truth.xi))
    return StationMaxima(
      stations: stations, years: years, covariate: covariate,
      maxima: gev.icdf(GaussianCopula.uniforms(z)).scalars.map { $0 })
  }

  /// The true values by name: the scalars, and the 100-year levels in the last year by station.
  var truths: [(name: String, values: [Double])] {
    let truth = Self.truth
    let warming = covariate[years.count - 1] - covariate.reduce(0, +) / Double(years.count)
    let levels = GEV(
      Tensor(locations.map { $0 + truth.beta0 * warming }), Tensor(truth.sigma), Tensor(truth.xi)
    ).returnLevel(period: 100)
    return [
      ("mu0", [truth.mu0]), ("beta0", [truth.beta0]),
      ("log_sigma", [log(Tensor(truth.sigma)).scalar]), ("xi", [truth.xi]),
      ("z100", levels.scalars),
    ]
  }
}
