import Distributions
import Inference
import Kernels
import PPL

/// The family of GEV models of annual maxima at stations: location, logarithm of the scale, and shape are sums of terms.
///
///     y[i, j] ~ GEV(location, exp(log scale), shape)
///
///     GEVFamily(
///       data,
///       location: [
///         VaryingCoefficient(constant: Coefficient("mu0", 35, 5), field: mu),
///         VaryingCoefficient(of: "gmst", constant: Coefficient("beta0", 1, 0.5)),
///       ],
///       logScale: [VaryingCoefficient(constant: Coefficient("log_sigma", 0.6, 0.4))],
///       shape: [VaryingCoefficient(constant: Coefficient("xi", 0, 0.2))])
///
/// A model by formula may have its likelihood in standard units (`StandardUnits`); its sites have the unit of the data all the same.
///
/// The sites are in the order of the terms: first the processes of all parameters, then their other sites, then `y`. A
/// station-year without a maximum does not count.
///
/// - Shape: *S* stations, *T* years; `y` `[S, T]`.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6; Davison, Padoan and Ribatet
///   (2012), *Statistical modeling of spatial extremes*, Statistical Science 27(2), §4.
public struct GEVFamily: Sendable {
  /// The data of the model.
  public let data: StationTensors
  /// The terms of the three parameters.
  public let location, logScale, shape: [any GEVTerm]
  /// Whether the scale is proportional to the location, as for rain: `logScale` is then the logarithm of their ratio.
  public var scaleFollowsLocation = false
  /// The copula of the stations of a year; nil for independent ones.
  public var copula: GaussianCopula?

  /// The distribution of what was observed of a station-year; the GEV distribution of its maximum by default.
  public var observed: any ObservedDistribution = GEVMaxima()

  /// The data in standard units, in which the likelihood of a model by formula is; nil for the unit of the record.
  private(set) var standard: StandardData?

  /// The model with these terms, and with a copula where the data are to be fitted with one.
  ///
  /// - Parameters:
  ///   - data: The data of the model.
  ///   - location: The terms of the location.
  ///   - logScale: The terms of the logarithm of the scale.
  ///   - shape: The terms of the shape.
  ///   - metric: The distance between places of a copula.
  ///   - unitOfDistance: The unit of the metric.
  public init(
    _ data: StationTensors, location: [any GEVTerm], logScale: [any GEVTerm],
    shape: [any GEVTerm], metric: any Metric = Euclidean(), unitOfDistance: String = "degrees"
  ) {
    (self.data, self.location, self.logScale, self.shape) = (data, location, logScale, shape)
    copula =
      data.hasCopula
      ? GaussianCopula(scaledTo: data, metric: metric, unit: unitOfDistance) : nil
  }

  /// Puts the likelihood into the standard units of data with a mean and a standard deviation within a station.
  mutating func takeStandardUnits(mean: Double, deviation: Double) {
    standard = StandardData(
      data, StandardUnits(mean: mean, deviation: deviation), isDispersion: scaleFollowsLocation)
  }

  /// The terms of all parameters, in order.
  var terms: [any GEVTerm] { location + logScale + shape }

  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> {
    Model { p in
      guard let copula else { return maxima(&p).y }
      let R = copula.isSimulated ? copula.sampleCorrelation(&p, data) : nil
      let (gev, y) = maxima(&p, drawnBy: R)
      copula.addFactor(
        &p, R ?? copula.sampleCorrelation(&p, data), gev, standard?.units.standard(y) ?? y, data)
      return y
    }
  }

  /// The sites of the terms and of the maxima, without the sites of the copula.
  ///
  /// - Returns: The distribution of the maxima and the maxima, `[S, T]` each.
  public func maxima(_ p: inout Context) -> (distribution: GEV, y: Tensor) {
    let (gev, y) = maxima(&p, drawnBy: nil)
    return (recorded(gev), y)
  }

  /// The same in the units of the model, with maxima that are drawn from the Gaussian copula with a correlation `[S, S]` where
  /// they are not observed.
  private func maxima(
    _ p: inout Context, drawnBy correlation: Tensor?
  ) -> (distribution: GEV, y: Tensor) {
    var processes: [Tensor?] = []
    for (index, term) in terms.enumerated() {
      processes.append(term.sampleProcess(&p, data(ofTerm: index)))
    }
    var values: [Tensor] = []
    var scale: Tensor?
    for (index, (term, process)) in zip(terms, processes).enumerated() {
      if index == location.count, logScale.count == 1 {
        scale = term.sampleExponential(&p, process: process, data(ofTerm: index))
        values.append(0)
      } else {
        values.append(term.sample(&p, process: process, data(ofTerm: index)))
      }
    }
    let gev = distribution(
      values, scale: scale, stationAxis: -2, standard?.units
    ).batch(data.maxima.shape)
    guard let correlation else { return (gev, sampleObservations(&p, gev)) }
    let joint = MarginalGEVWithJointDraws(gev: gev, factor: cholesky(correlation))
    let own = standard?[.location] ?? data
    return (gev, p.sample("y", own.recorded(joint), mask: data.mask))
  }

  /// The GEV distribution for each draw in one climate; a batch that broadcasts to `[D, P]`.
  public func gev(_ draws: Draws, in climate: Climate, at places: Places = .stations) -> GEV {
    gev(draws, in: [climate], at: places)[0]
  }

  /// The GEV distributions for each draw in several climates, whose fields are computed once; batches that broadcast to
  /// `[D, P]`.
  public func gev(
    _ draws: Draws, in climates: [Climate], at places: Places = .stations
  ) -> [GEV] {
    let values = terms.enumerated().map { index, term in
      term.values(draws, data, at: places.foldIn(UInt32(index)), in: climates)
    }
    return climates.indices.map { index in distribution(values.map { $0[index] }) }
  }

  /// The GEV distributions at the posterior means in several climates; batches that broadcast to `[1, P]`.
  ///
  /// - Parameters:
  ///   - means: The posterior means of the sites as a single draw.
  ///   - draws: Draws of the sites, of which a term that is not linear in them takes the mean.
  ///   - climates: The values of the covariates of time in each climate.
  ///   - places: The places.
  public func plugIn(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) -> [GEV] {
    let values = terms.map { $0.plugInValues(means, draws, data, at: places, in: climates) }
    return climates.indices.map { index in distribution(values.map { $0[index] }) }
  }

  /// The maps of the report at some places for each draw, which broadcast to `[D, P]`.
  public func maps(
    _ draws: Draws, at places: Places
  ) -> [(site: ReportedSite, values: Tensor)] {
    terms.enumerated().compactMap { index, term in
      term.map(draws, data, at: places.foldIn(UInt32(index)))
    }
  }

  /// The posterior means of reported numbers, by the site that plug-in values take them for.
  ///
  /// - Parameters:
  ///   - draws: Joint draws of posterior and model.
  ///   - sampled: The draws of the posterior, from which sampled parameters are reported.
  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] {
    terms.reduce(into: [:]) { $0.merge($1.reportedMeans(draws, sampled)) { $1 } }
  }

  /// The distribution of the values of the terms; their scale may be known already.
  private func distribution(
    _ values: [Tensor], scale: Tensor? = nil, stationAxis: Int = -1,
    _ units: StandardUnits? = nil
  ) -> GEV {
    func sum(_ range: Range<Int>) -> Tensor {
      values[range].dropFirst().reduce(values[range].first ?? 0) { $0 + $1 }
    }
    let (m, s) = (location.count, location.count + logScale.count)
    let (mu, sigma) = (sum(0..<m), scale ?? exp(sum(m..<s)))
    let scale = scaleFollowsLocation ? sigma * positive(mu, units) : sigma
    return maximum(mu, scale, sum(s..<values.count), stationAxis: stationAxis, in: units)
  }

  /// A location by which a scale is multiplied: at least a thousandth of the mean of the maxima, which no fit comes near.
  private func positive(_ location: Tensor, _ units: StandardUnits?) -> Tensor {
    let least = 1e-3 * abs(data.meanMaximum)
    guard let units else { return PPL.maximum(location, Tensor(least)) }
    return PPL.maximum(
      location + Tensor(StandardUnits.rounded(units.mean / units.deviation)),
      Tensor(StandardUnits.rounded(least / units.deviation)))
  }

  /// The values that a fit starts from, by site; sites that are not named start at random.
  public var start: [String: Tensor] {
    terms.enumerated().reduce(into: copula?.start ?? [:]) {
      $0.merge($1.element.start(data(ofTerm: $1.offset))) { $1 }
    }
  }

  /// The scalar parameters of the report.
  public var parameters: [ReportedSite] { terms.flatMap(\.parameters) + (copula?.parameters ?? []) }
  /// The anomaly of the year in the location; nil without one.
  public var anomaly: YearAnomaly? { location.lazy.compactMap { $0 as? YearAnomaly }.first }
  /// The maps of the report.
  public var maps: [ReportedSite] { terms.flatMap(\.maps) }
  /// Further sites that predictions need.
  public var otherSites: Set<String> { terms.reduce(into: []) { $0.formUnion($1.otherSites) } }
  /// Whether a term has no value at places other than the stations.
  public var isOfStations: Bool {
    observed.isOfStations || terms.contains(where: \.isOfStations)
  }
  /// The priors that a user may choose, in order.
  public var priors: [SitePrior] { terms.flatMap(\.priors) + (copula?.priors ?? []) }
}

extension GEV {
  /// The batch with a location of the given shape, if that is not the shape of the batch already.
  fileprivate func batch(_ shape: [Int]) -> GEV {
    batchShape == shape ? self : GEV(location.broadcast(to: shape), scale, self.shape)
  }
}
