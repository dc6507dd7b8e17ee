import Distributions
import Inference
import PPL
import Parallel
import Plugins

/// The comparison of fits of models of extremes by the maxima that they have not seen.
///
/// The observations are the maxima, with their stations and years. Left out, they are missing: a station without maxima keeps
/// its place, where its fields follow from those of the others (kriging for each draw), and a year keeps its GMST, so that the
/// mean of the covariate is over all years. Priors that follow the data follow the maxima that are left.
///
/// Left out by importance weights, a maximum is scored given all others, for a copula those of the other stations of its year
/// among them. Left out by a fit to the others, it is scored by its own distribution, for a copula by its marginal one.
extension ExtremesCommand: ComparableModel {
  public func observations(
    _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset
  ) throws -> [ComparedObservation] {
    let data = dataset.data
    if data.blocks != nil {
      throw ComparisonError(
        "ppl compare is of fits to annual maxima, and this one is to several values of a year; leave out --largest and --threshold."
      )
    }
    return data.presentPlaces.map { place in
      let (i, j) = place.quotientAndRemainder(dividingBy: data.years.count)
      return ComparedObservation(
        "\(data.stations[i].id) \(data.years[j])", data.maxima[place] ?? .nan,
        in: [.init("station", i), .init("year", j)])
    }
  }

  public func dataset(
    _ dataset: ExtremesDataset, leavingOut observations: Set<Int>
  ) -> ExtremesDataset {
    dataset.leavingOut(observations)
  }

  public func scores(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: ExtremesDataset,
    _ weighting: PredictionWeighting
  ) throws -> [PredictionScore] {
    let data = dataset.data
    let places = data.presentPlaces
    let distributions = try MaximaDistributions(fitted, data)
    var conditional: ConditionalScores?
    if case .leaveOneOut = weighting {
      conditional = try distributions.conditionalScores(fitted.context.pool)
    }
    // By year, whose distributions at all stations are computed at once.
    let years = Dictionary(grouping: observations.indices) {
      places[observations[$0]] % data.years.count
    }.sorted { $0.key < $1.key }
    let parts = try fitted.context.pool.mapParts(of: years.count) { [conditional] range in
      range.map { distributions.columns(in: years[$0].key) }
        .enumerated().flatMap { offset, columns in
          years[range.lowerBound + offset].value.map { index in
            let place = places[observations[index]]
            let mixture = GEVMixture(
              columns[place / data.years.count], of: distributions.observed,
              observed: data.maxima[place] ?? .nan, given: conditional?.condition(place))
            return (index, weighting.score(mixture))
          }
        }
    }
    return parts.flatMap(\.self).sorted { $0.0 < $1.0 }.map(\.1)
  }

  public func remarks(
    _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset, isRefitted: Bool
  ) -> [String] {
    var remarks: [String] = []
    if let method = widening(options, dataset) {
      remarks.append(
        "scores are those of the posterior of the model, not of the draws that --dependence \(method.rawValue) widens"
      )
    }
    if M.hasAnomaly(with: options.priors) {
      remarks.append(
        isRefitted
          ? "each maximum is scored given the anomaly of its year, drawn given the maxima of the year that are not left out"
          : "each maximum is left out given the anomaly of its year by the other stations")
    }
    if dataset.hasCopula || M.hasDependence {
      remarks.append(
        isRefitted
          ? "each maximum is scored by its marginal distribution, without those of other stations in its year"
          : "each maximum is left out given those of the other stations in its year, by the copula")
    }
    return remarks
  }

  /// The 25-year level of each station all of whose maxima are left out: the level by its L-moments, and its
  /// predictive distribution, from simulated maxima in the same years.
  public func summaries(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: ExtremesDataset,
    key: RandomKey
  ) throws -> [PredictedSummary] {
    let data = dataset.data
    let (places, T) = (data.presentPlaces, data.years.count)
    let all = Dictionary(grouping: places) { $0 / T }
    let left = Dictionary(grouping: observations.map { places[$0] }) { $0 / T }
      .filter { $0.value.count == all[$0.key]?.count && $0.value.count >= 10 }
    guard !left.isEmpty else { return [] }
    let distributions = try MaximaDistributions(fitted, data)
    let years = (0..<T).map { distributions.columns(in: $0) }
    let unit = M.requirements(with: fitted.options.priors).unit(of: fitted.dataset.data)
    return left.sorted { $0.key < $1.key }.compactMap { station, places in
      let keys = key.foldIn(UInt32(station)).split(places.count)
      let simulated = zip(places, keys).map {
        distributions.observed.ofMaximum(years[$0 % T][station]).sample([], key: $1).scalars
      }
      // Panels whose L-moments are those of no GEV distribution have no level, and are counted.
      let levels = (0..<distributions.draws.count).map { draw in
        level(simulated.map { $0[draw] })
      }
      guard let observed = level(places.compactMap { data.maxima[$0] }),
        levels.contains(where: { $0 != nil })
      else { return nil }
      return PredictedSummary(
        "25-year level by L-moments, \(unit)", of: data.stations[station].id, observed: observed,
        simulated: levels)
    }
  }

  private func level(_ maxima: [Double]) -> Double? {
    guard let gev = try? LMoments(maxima).gev() else { return nil }
    let level = gev.returnLevel(period: 25).scalar
    return level.isFinite ? level : nil
  }
}

/// The distributions of the maxima of a data set by a fit.
private struct MaximaDistributions<M: ExtremesModel>: Sendable {
  let model: M
  let draws: Draws
  let data: StationMaxima
  /// The distribution of what was observed of a station-year.
  let observed: any ObservedDistribution

  init(_ fitted: FittedModel<ExtremesCommand<M>>, _ data: StationMaxima) throws {
    model = try M(fitted.dataset.tensors, priors: fitted.options.priors)
    draws = try ExtremesSummary.predictions(of: fitted, model)
    self.data = data
    observed = (model as? any FamilyModel)?.family.observed ?? GEVMaxima()
  }

  /// The normal scores of the maxima given those of the other stations; nil without a copula.
  func conditionalScores(_ pool: WorkPool) throws -> ConditionalScores? {
    guard let family = (model as? any FamilyModel)?.family, let copula = family.copula else {
      return nil
    }
    let years = try model.gev(draws, in: data.years.indices.map(data.climate), at: .stations)
    return try ConditionalScores(copula, draws, years, model.data, pool: pool)
  }

  /// The distributions in a year, a batch `[D]` for each station, given the anomalies of the year.
  ///
  /// The anomalies of a year without maxima are draws from their own distribution, so that the mixture of the draws integrates
  /// over them.
  func columns(in year: Int) -> [GEV] {
    let (D, S) = (draws.count, data.stations.count)
    let gev = model.maxima(draws, ofYear: year, in: data.climate(year))
    let parameters = [gev.location, gev.scale, gev.shape].map {
      $0.broadcast(to: [D, S]).transposed()
    }
    return (0..<S).map { station in
      GEV(parameters[0][station], parameters[1][station], parameters[2][station])
    }
  }
}
