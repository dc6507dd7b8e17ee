import Distributions
import Foundation
import Inference
import PPL
import Plugins
import Runs

/// The posterior summary of the parameters, the fields and the return levels.
///
/// Sampled parameters are from draws of the posterior; computed ones, fields and return levels are from joint draws of posterior
/// and model, as in the reference notebooks, whose numbers are compared digit by digit.
struct ExtremesSummary<M: ExtremesModel> {
  /// The fitted model.
  let model: M
  /// The reported parameters, in order of `model.parameters`.
  let parameters: [Summary]
  /// The reported fields, in order of `model.fields`, each by station.
  let fields: [[Summary]]
  /// The return level in the last year of the data and in the projection year, and the difference; by station.
  let levelNow, levelThen, shift: [Summary]
  /// The difference at the posterior means, averaged over the stations.
  let shiftPlugIn: Double
  let lastYear, projectionYear: Int
  /// The climate of the projection year, with its origin.
  let projection: PredictedClimate
  /// The unit of the maxima.
  let unit: String
  /// The dependence of stations within a year; nil for one station.
  let dependence: DependenceReport?
  /// The course of the fit, judged by the draws.
  let course: FitCourse
  /// The posterior, for `draws.csv`.
  let posterior: Posterior
  /// The joint draws of posterior and model, of which fields and return levels are summaries.
  let predictions: Draws
  /// The return levels in the last year of the data and in the projection year for each draw, `[D, S]`.
  let levelDraws: (now: Tensor, then: Tensor)
  /// The GEV distributions of both years for each draw, which broadcast to `[D, S]`.
  let distributions: [GEV]
  /// The object `parameters` of `results.json`: scalar sites by name, fields by name and station.
  let numbers: JSONObject

  /// The sites that are taken from joint draws of posterior and model.
  static func sites(of model: M) -> Set<String> {
    Set((model.parameters + model.fields).map(\.site)).union(model.otherSites)
  }

  /// The key of the draws of the posterior, that of the reference notebooks.
  static func posteriorKey(of fitted: FittedModel<ExtremesCommand<M>>) -> RandomKey {
    RandomKey(fitted.settings.seed &+ 4)
  }

  /// The draws of the posterior, by the key of the reference notebooks, for sampled parameters.
  static func posterior(of fitted: FittedModel<ExtremesCommand<M>>) throws -> Posterior {
    try fitted.posterior(key: posteriorKey(of: fitted))
  }

  /// The joint draws of posterior and model, by the key of the reference notebooks, for fields, levels and predictions.
  static func predictions(
    of fitted: FittedModel<ExtremesCommand<M>>, _ model: M
  ) throws -> Draws {
    let settings = fitted.settings
    return try fitted.fit.predictions(
      model.model.discardingOutput, draws: settings.draws, key: RandomKey(settings.seed &+ 3),
      sites: sites(of: model), pool: fitted.context.pool)
  }

  /// The period of the return levels, years.
  static var returnPeriod: Int { 100 }

  init(_ fitted: FittedModel<ExtremesCommand<M>>) throws {
    let data = fitted.dataset.data
    model = try M(fitted.dataset.tensors, priors: fitted.options.priors)
    let model = model
    let sampled = Set(
      try fitted.problem.posterior.seeded(by: RandomKey(0)).trace().latent.map(\.name))
    posterior = try Self.posterior(of: fitted)
    let draws = posterior.draws
    predictions = try Self.predictions(of: fitted, model)
    let predictions = predictions
    course = fitted.course(judgedBy: draws, predictions)
    projectionYear = fitted.options.projectionYear
    lastYear = data.years[data.years.count - 1]
    let climates = try fitted.dataset.climates(
      projectionYear: projectionYear, M.requirements(with: fitted.options.priors))
    projection = climates.then
    unit = M.requirements(with: fitted.options.priors).unit(of: fitted.dataset.data)
    let stations = data.stations.count

    let sign = Tensor(fitted.options.minima ? -1 : 1)
    let inYears = [climates.now.climate, climates.then.climate]
    // Every return level is computed for each draw, [D, S].
    let distributions = inYears.map { model.gev(predictions, in: $0) }
    self.distributions = distributions
    let levels = distributions.map { gev in
      sign
        * AnnualMaximum(gev, deviation: model.anomaly?.deviation(predictions))
        .returnLevel(period: Tensor(Double(Self.returnPeriod)))
        .broadcast(to: [predictions.count, stations])
    }
    let (now, then) = (levels[0], levels[1])
    levelDraws = (now, then)
    let means = predictions.means()
    dependence = try Self.dependence(of: fitted, model, means, predictions, posterior)
    parameters = model.parameters.map {
      (sampled.contains($0.site) ? draws : predictions).summaries(of: $0.site)[0]
    }
    fields = model.fields.map { predictions.summaries(of: $0.site) }
    let (posterior, pool, isPoint) = (posterior, fitted.context.pool, fitted.fit.isPoint)
    let known = Set(draws.names.filter { draws[$0].rank == 1 })
    numbers = JSONObject(
      try posterior.parameterNumbers(of: [], isPoint: isPoint, pool: pool).members.map {
        ($0.name, $0.value)
      }
        + (model.parameters + model.fields).filter { !known.contains($0.site) }.flatMap {
          reported in
          let found = try posterior.parameterSummaries(of: predictions[reported.site], pool: pool)
          let names =
            found.count == stations
            ? data.stations.map { "\(reported.site)[\($0.id)]" } : [reported.site]
          return zip(names, found).map { ($0, summaryNumbers($1, mean: $1.mean, isPoint: isPoint)) }
        })
    levelNow = Summary.each(of: now)
    levelThen = Summary.each(of: then)
    shift = Summary.each(of: then - now)
    let plugIn = try model.plugInMaxima(means, predictions, in: inYears, at: .stations).map {
      sign * $0.returnLevel(period: Tensor(Double(Self.returnPeriod)))
    }
    shiftPlugIn = (plugIn[1] - plugIn[0]).broadcast(to: [1, stations]).mean().scalar
  }
}

extension ExtremesDataset {
  /// The climates of the last year of the data and of the projection year.
  ///
  /// Beyond `gmst.csv` each covariate of time follows the least-squares line of its last 30 years, as in `ppl predict`; in the
  /// embedded example the line through the first and the last year, as in the reference notebooks.
  ///
  /// - Throws: `PredictionError` for a projection year in a gap of `gmst.csv`.
  func climates(
    projectionYear: Int, _ requirements: DataRequirements
  ) throws -> (now: PredictedClimate, then: PredictedClimate) {
    let record = try ClimateRecord(
      data, requirements, trend: truth == nil ? .leastSquares : .ends)
    return (
      try record.climate(of: data.years.last ?? 0),
      try record.climate(of: projectionYear, flag: "--projection-year")
    )
  }
}
