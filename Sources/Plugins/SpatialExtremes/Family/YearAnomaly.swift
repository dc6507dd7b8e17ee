import Distributions
import Inference
import Kernels
import PPL

/// The anomaly of the year, a random effect in the location that the stations of a year share.
///
///     a_t ~ Normal(0, tau²)             one number for each year, or
///     a_t ~ GP(0, k) at the stations    an independent field for each year
///
/// It is whitened: sampled are standard normal numbers `anomaly_u`, from which the site `anomaly` follows, `[T]` or `[S, T]`. A
/// field is not centred over the stations: its mean is the part that all of them share. Years that are not in the data have an
/// anomaly of their own, over which predictions integrate (`AnnualMaximum`); the value of the term in a climate is therefore its
/// mean, 0.
///
/// - Shape: *S* stations, *T* years, *D* draws, *P* places.
/// - Units: Those of the maxima.
/// - Reference: Gelman and Hill (2007), *Data Analysis Using Regression and Multilevel/Hierarchical Models*, §12 and 13; Casson
///   and Coles (1999), *Spatial regression models for extremes*, Extremes 1(4), for fields in the parameters of extremes.
public struct YearAnomaly: GEVTerm {
  /// The variation over the stations within a year.
  public enum Variation: Sendable {
    /// One number for each year; the prior of its standard deviation is log-normal.
    case shared(deviation: SitePrior)
    /// A field for each year, whose covariance is that of a spatial field.
    case field(SpatialField)
  }

  /// The variation over the stations within a year.
  public let variation: Variation
  /// The unit of the maxima, for the report.
  public let unit: String

  /// An anomaly with its priors.
  ///
  /// - Parameters:
  ///   - variation: The variation over the stations within a year.
  ///   - unit: The unit of the maxima.
  public init(_ variation: Variation, unit: String = "") {
    (self.variation, self.unit) = (variation, unit)
  }

  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? {
    let (S, T) = (data.stationCount, data.maxima.shape[1])
    switch variation {
    case .shared(let prior):
      let tau = p.deviation(prior, in: data.units)
      let z = p.sample(Self.whitenedSite, Normal(0, 1).expanded(to: [T]).toEvent(1))
      return p.report(Self.site, tau * z, in: data.units)
    case .field(let field):
      let h = field.sampleHyperparameters(&p, data.units)
      _ = p.report(Self.deviationSite, sqrt(Self.variance(h)), in: data.units)
      let z = p.sample(Self.whitenedSite, Normal(0, 1).expanded(to: [S, T]).toEvent(2))
      return p.report(
        Self.site, matmul(field.process(h, data).choleskyFactor, z), in: data.units)
    }
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    process ?? 0
  }

  /// The mean over all anomalies, 0.
  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor { .zeros([draws.count, 1]) }

  public func start(_ data: StationTensors) -> [String: Tensor] {
    let (S, T) = (data.stationCount, data.maxima.shape[1])
    switch variation {
    case .shared(let prior):
      let isStandard = data.units?.hasUnit == true
      return [
        isStandard ? "\(prior.site)_decentered" : prior.site:
          Tensor(data.units?.standard(deviation: prior.centre) ?? prior.centre),
        Self.whitenedSite: .zeros([T]),
      ]
    case .field(let field):
      var start = field.start(data)
      start[Self.whitenedSite] = .zeros([S, T])
      return start
    }
  }

  public var parameters: [ReportedSite] {
    [ReportedSite(Self.deviationSite, unit: unit)] + (field?.parameters ?? [])
  }

  public var otherSites: Set<String> {
    Set([Self.site, Self.deviationSite])
      .union((field?.sites ?? []).subtracting([field?.site].compactMap(\.self)))
  }

  public var priors: [SitePrior] {
    switch variation {
    case .shared(let prior): [prior]
    case .field(let field): field.priors
    }
  }

  /// Whether the anomaly depends on the place.
  var isField: Bool { field != nil }

  /// The field of the variation; nil for one number.
  private var field: SpatialField? {
    guard case .field(let field) = variation else { return nil }
    return field
  }

  /// The variance at a place, which all places have.
  private static func variance(_ h: SpatialField.Hyperparameters) -> Tensor {
    h.others.reduce(h.nugget.map { h.variance + $0 } ?? h.variance) { $0 + $1.variance }
  }

  /// The sites of the anomalies, of their standard deviation at a place, and of the standard normal numbers.
  static let (site, deviationSite, whitenedSite) = ("anomaly", "anomaly_sd", "anomaly_u")
}

// MARK: - Prediction

extension YearAnomaly {
  /// The standard deviation of the anomaly of a year that is not in the data at any place, for each draw as a column `[D, 1]`.
  func deviation(_ draws: Draws) -> Tensor { draws.column(Self.deviationSite) }

  /// The anomalies of a year of the data for each draw, `[D, 1]` or `[D, S]`.
  func values(ofYear year: Int, _ draws: Draws) -> Tensor {
    let all = draws[Self.site]
    return all.rank == 2
      ? all[.all, .at(year)].expandingDimension(at: 1) : all[.all, .all, .at(year)]
  }

  /// Anomalies of years that are not in the data for one draw, with the weights of an integral over them.
  ///
  /// - Parameters:
  ///   - count: The number of simulated years *N* of a field; one number is integrated exactly, without them.
  ///   - draws: The draws.
  ///   - draw: The number of the draw.
  ///   - data: The data that the model was fitted to.
  ///   - places: The places.
  ///   - key: The key of simulated fields.
  /// - Returns: The anomalies, `[N, 1]` or `[N, P]`, and the weights `[N]`, whose sum is 1.
  /// - Complexity: O(*P*³ + *N* *P*²) for a field.
  func years(
    _ count: Int, _ draws: Draws, _ draw: Int, _ data: StationTensors, at places: Places,
    key: RandomKey
  ) -> (values: Tensor, weights: Tensor) {
    guard let field else {
      let tau = draws[Self.deviationSite][.at(draw)]
      return (tau * Tensor(normalRule.nodes).expandingDimension(at: 1), Tensor(normalRule.weights))
    }
    let process = field.process(field.hyperparameters(draws, draw), data)
    let points = places.coordinates ?? data.coordinates
    guard let kernel = process.kernel else { return (.zeros([1, 1]), Tensor([1.0])) }
    let K = kernel.gram(points, points) + Tensor(field.jitter) * .identity(points.shape[0])
    let z = key.normal([count, points.shape[0]])
    return (matmul(z, cholesky(K).transposed()), .full(1 / Double(count), [count]))
  }
}

/// Nodes of the standard normal distribution between -8.5 and 8.5: Gauss-Legendre quadrature with eight points in each of 17
/// pieces, so that corners in the integrand, where a distribution ends, cost few digits.
private let normalRule: (nodes: [Double], weights: [Double]) = {
  let rule = GaussLegendre(count: 8, over: 0...1)
  let nodes = (0..<17).flatMap { piece in rule.nodes.map { Double(piece) - 8.5 + $0 } }
  let densities = Normal(0, 1).logProb(Tensor(nodes)).scalars
  let masses = zip(densities, (0..<17).flatMap { _ in rule.weights }).map {
    exp(Tensor($0)).scalar * $1
  }
  let total = masses.reduce(0, +)
  return (nodes, masses.map { $0 / total })
}()
