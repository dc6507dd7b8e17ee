import Distributions
import Foundation
import Inference
import PPL

/// The posterior of the parameters, the fields and the return levels in numbers.
///
/// Sampled parameters come from draws of the guide; computed ones, the fields and the return levels come from draws of
/// guide and model together. These are the two sources of the reference notebooks, so that their numbers can be compared
/// digit by digit.
struct ExtremesSummary<M: ExtremesModel> {
  /// The reported parameters, in order of `M.parameters`.
  let parameters: [Summary]
  /// The reported fields, in order of `M.fields`, each by station.
  let fields: [[Summary]]
  /// The 100-year level in the last year of the data and in the projection year, and the difference; by station.
  let levelNow, levelThen, shift: [Summary]
  /// The difference at the posterior means, averaged over the stations.
  let shiftPlugIn: Double
  let lastYear, projectionYear: Int
  /// The draws of the guide, for `draws.csv`.
  let draws: Draws

  /// The sites that a summary takes from draws of guide and model together.
  static var sites: Set<String> { Set((M.parameters + M.fields).map(\.site)).union(M.otherSites) }

  /// The period of the return levels, years.
  static var returnPeriod: Double { 100 }

  /// - Parameters:
  ///   - draws: The draws of the guide.
  ///   - joint: The draws of guide and model together, with `sites`.
  init(
    _ model: M, of data: StationMaxima, _ draws: Draws, _ joint: Draws, projectionYear: Int
  ) throws {
    let sampled = Set(try model.posterior.seeded(by: RandomKey(0)).trace().latent.map(\.name))
    let warming = Warming(data, projectionYear: projectionYear)
    let stations = data.stations.count

    // Every return level is computed for each draw, [D, S].
    func level(_ warming: Double, _ draws: Draws) -> Tensor {
      model.gev(draws, warming: warming).returnLevel(period: Tensor(Self.returnPeriod))
        .broadcast(to: [draws.count, stations])
    }
    let (now, then) = (level(warming.now, joint), level(warming.then, joint))
    let means = Draws(
      count: 1,
      sites: joint.names.map { ($0, joint[$0].mean(along: [0], keepingDimensions: true)) })

    (self.draws, lastYear, self.projectionYear) = (draws, warming.lastYear, projectionYear)
    parameters = M.parameters.map {
      (sampled.contains($0.site) ? draws : joint).summaries(of: $0.site)[0]
    }
    fields = M.fields.map { joint.summaries(of: $0.site) }
    levelNow = Summary.each(of: now)
    levelThen = Summary.each(of: then)
    shift = Summary.each(of: then - now)
    shiftPlugIn = (level(warming.then, means) - level(warming.now, means)).mean().scalar
  }
}

/// The global warming in the last year of the data and in a later year, less the mean over the years of the data.
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
