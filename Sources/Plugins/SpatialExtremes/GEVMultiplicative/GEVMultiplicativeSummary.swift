import Distributions
import Foundation
import Inference
import PPL
import Plugins

/// What the posterior says of the parameters, the fields and the return levels.
///
/// `mu0`, `beta0` and `xi` come from draws of the guide (key seed + 4); `sigma`, the fields and the return levels from
/// draws of guide and model together (key seed + 3). These are the two sources of the reference notebook, so that its
/// numbers can be compared digit by digit.
struct GEVMultiplicativeSummary {
  let mu0, beta0, sigma, xi: Summary
  /// By station, °C and °C per °C.
  let muField, betaField: [Summary]
  /// The 100-year level in the last year of the data and in the projection year, and the difference; by station, °C.
  let levelNow, levelThen, shift: [Summary]
  /// The difference at the posterior means, averaged over the stations, °C.
  let shiftPlugIn: Double
  let lastYear, projectionYear: Int
  /// The course of the fit, judged by the draws.
  let course: FitCourse
  /// Draws of the scalar parameters, for `draws.csv`.
  let posterior: Posterior

  static let returnPeriod = 100.0

  init(_ fitted: FittedModel<GEVMultiplicativeCommand>) throws {
    let (settings, data) = (fitted.settings, fitted.dataset.data)
    let projectionYear = fitted.options.projectionYear
    let posterior = try fitted.posterior(key: RandomKey(settings.seed &+ 4))
    let draws = posterior.draws
    let model = GEVMultiplicative(data, priors: fitted.options.priors).model
    let joint = try fitted.fit.predictions(
      Model { p in _ = model(&p) }, draws: settings.draws,
      key: RandomKey(settings.seed &+ 3),
      sites: ["mu0", "xi", "sigma", "mu_field", "beta_field"], pool: fitted.context.pool)
    self.posterior = posterior
    course = fitted.course(judgedBy: draws, joint)
    let warming = Warming(data, projectionYear: projectionYear)

    // Every return level is computed for each draw, [draws, S].
    func level(_ d: Double, _ draws: Draws) -> Tensor {
      let column = { (name: String) in draws[name].expandingDimension(at: 1) }
      let location = column("mu0") + draws["mu_field"] + draws["beta_field"] * Tensor(d)
      return GEV(location, column("sigma"), column("xi"))
        .returnLevel(period: Tensor(Self.returnPeriod))
    }
    let (now, then) = (level(warming.now, joint), level(warming.then, joint))
    let means = Draws(
      count: 1,
      sites: joint.names.map { ($0, joint[$0].mean(along: [0], keepingDimensions: true)) })

    (lastYear, self.projectionYear) = (warming.lastYear, projectionYear)
    mu0 = draws.summaries(of: "mu0")[0]
    beta0 = draws.summaries(of: "beta0")[0]
    xi = draws.summaries(of: "xi")[0]
    sigma = joint.summaries(of: "sigma")[0]
    muField = joint.summaries(of: "mu_field")
    betaField = joint.summaries(of: "beta_field")
    levelNow = Summary.each(of: now)
    levelThen = Summary.each(of: then)
    shift = Summary.each(of: then - now)
    shiftPlugIn = (level(warming.then, means) - level(warming.now, means)).mean().scalar
  }
}

/// Global warming in the last year of the data and in a later year, less the mean over the years of the data.
///
/// The later value continues the line from the first to the last year.
struct Warming {
  let lastYear: Int
  let now, then: Double

  init(_ data: StationMaxima, projectionYear: Int) {
    let g = data.covariate
    let mean = g.reduce(0, +) / Double(g.count)
    let (first, last) = (data.years[0], data.years[data.years.count - 1])
    let (g0, g1) = (g[0], g[g.count - 1])
    lastYear = last
    now = g1 - mean
    then = now + (g1 - g0) / Double(last - first) * Double(projectionYear - last)
  }
}
