import Distributions
import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Preconditions
import Runs
import Tables

/// The figures of a fit of a model of extremes: maps, series, return levels, stations, dependence and attribution.
///
/// The numbers are those of `results.json`: fields and levels are from all joint draws of posterior and model; surfaces between
/// the stations, and intervals of residuals, are from some of them, as captions say.
struct ExtremesFigures<M: ExtremesModel> {
  let fitted: FittedModel<ExtremesCommand<M>>
  let model: M
  let posterior: Posterior
  /// The joint draws of posterior and model, and their means as a single draw.
  let draws, means: Draws
  /// At most `ExtremesFigures.thinnedCount` of the draws.
  let thinned: Draws
  let unit: String
  /// -1 for minima, which are modelled by their negatives; otherwise 1.
  let sign: Double
  let record: ClimateRecord
  /// The climates of the last year of the data and of the projection year.
  let now, then: PredictedClimate
  let map: StationMap
  let truth: SyntheticTruth?

  /// The largest number of draws of surfaces and of intervals of residuals.
  static var thinnedCount: Int { 400 }

  var data: StationMaxima { fitted.dataset.data }
  var stationCount: Int { data.stations.count }
  var isPoint: Bool { fitted.fit.isPoint }
  /// The words for the value of a fit at a station.
  var valueWords: String { isPoint ? "values of the fit" : "posterior means" }
  /// The sentence on the data in every caption.
  var minimaWords: String {
    fitted.options.minima ? " The data are minima: parameters are those of their negatives." : ""
  }

  init(_ fitted: FittedModel<ExtremesCommand<M>>) throws {
    let dataset = fitted.dataset
    self.fitted = fitted
    model = try M(dataset.tensors, priors: fitted.options.priors)
    posterior = try ExtremesSummary.posterior(of: fitted)
    let draws = try ExtremesSummary.predictions(of: fitted, model)
    self.draws = draws
    means = draws.means()
    thinned = draws.thinned(to: Self.thinnedCount)
    let requirements = M.requirements(with: fitted.options.priors)
    unit = requirements.unit(of: dataset.data)
    sign = fitted.options.minima ? -1 : 1
    record = try ClimateRecord(
      dataset.data, requirements, trend: dataset.truth == nil ? .leastSquares : .ends)
    (now, then) = try dataset.climates(
      projectionYear: fitted.options.projectionYear, requirements)
    // Covariates of place are not known between the stations.
    let hasColumns = !requirements.columns.filter(model.data.covariates.hasPlace)
      .subtracting(["lon", "lat"]).isEmpty
    map = try StationMap(
      model.data.coordinates, isPlane: model.data.isProjected, file: fitted.context.map,
      hasGrid: !hasColumns)
    truth = dataset.truth
  }

  /// All figures, in the order of a report.
  func all() throws -> [CaptionedFigure] {
    var figures: [CaptionedFigure?] = [try fieldsAndSeries(), try recovery(), try tail()]
    if stationCount > 1 {
      figures += try fieldMaps()
      figures += [try levels(), try shift()]
    }
    figures += try stationPanels()
    figures += [try dependence(), try attribution()]
    return figures.compactMap(\.self)
  }

  /// The distributions of the maximum of a new year at the stations, `[D, S]`, over all anomalies where the model has them: those
  /// of the report and of predictions.
  func maximum(_ draws: Draws, in climate: Climate) -> AnnualMaximum {
    ofStations(model.annualMaximum(draws, in: climate), draws.count)
  }

  /// The distributions of the maxima of a year of the data at the stations, `[D, S]`, given its anomaly.
  func maxima(_ draws: Draws, ofYear year: Int) -> GEV {
    ofStations(model.maxima(draws, ofYear: year, in: data.climate(year)), draws.count)
  }

  /// Distributions that broadcast to `[D, S]` in that shape.
  func ofStations(_ gev: GEV, _ count: Int) -> GEV {
    func all(_ values: Tensor) -> Tensor { values.broadcast(to: [count, stationCount]) }
    return GEV(all(gev.location), all(gev.scale), all(gev.shape))
  }
  func ofStations(_ maximum: AnnualMaximum, _ count: Int) -> AnnualMaximum {
    AnnualMaximum(
      ofStations(maximum.gev, count),
      deviation: maximum.deviation.map { $0.broadcast(to: [count, stationCount]) })
  }

  /// The draws of a reported site: of the posterior where it is sampled, else joint ones, as in the report.
  func draws(of site: String) -> Tensor { posterior.draws.find(site) ?? draws[site] }

  /// The true field of a site; nil where it is not known.
  func truth(of field: ReportedSite) -> [Double]? {
    field.quantity.flatMap { truth?.field(of: $0) }
  }

  /// The label of a quantity with its unit.
  func label(_ name: String, _ unit: String) -> String { unit.isEmpty ? name : "\(name), \(unit)" }
  func label(_ site: ReportedSite) -> String { label(site.name, site.unit) }
}

extension ExtremesCommand {
  public func figures(_ fitted: FittedModel<Self>) throws -> [CaptionedFigure] {
    let own = try ExtremesFigures(fitted)
    // The reported parameters first, then all other scalars and the fields.
    let known = Set(own.posterior.draws.names)
    let reported = own.model.parameters + own.model.fields
    let first = reported.map(\.site).filter(known.contains)
    let rest = own.posterior.draws.names.filter { !first.contains($0) }
    let units = reported.filter { known.contains($0.site) && !$0.unit.isEmpty }
    let posterior = try own.posterior.withUnits(
      Dictionary(units.map { ($0.site, $0.unit) }) { a, _ in a })
    let general = try fitted.generalFigures(posterior, of: first + rest)
    return try own.all() + general
  }
}

extension Draws {
  /// Every n-th draw, at most `limit` of them.
  func thinned(to limit: Int) -> Draws {
    let step = max(1, (count + limit - 1) / limit)
    guard step > 1 else { return self }
    let indices = Tensor(stride(from: 0, to: count, by: step).map(Double.init))
    return Draws(
      count: indices.count,
      sites: names.map { ($0, self[$0].taking(indices: indices, along: 0)) })
  }
}
