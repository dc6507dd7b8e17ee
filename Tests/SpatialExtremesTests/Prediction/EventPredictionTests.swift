import Distributions
import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Levels and events against the formulas of the GEV distribution, by hand.
@Suite struct EventPredictionTests {
  private typealias Prediction = PredictedDistributions<GEVMultiplicative>

  private func prediction() throws -> Prediction {
    let data = PredictionFolder.data
    return Prediction(
      GEVMultiplicative(StationTensors(data), priors: .published),
      Draws(count: 1, sites: [("mu0", Tensor([0.0]))]),
      at: try PredictedPlaces(.parse([]), data, columns: []), key: RandomKey(0), pool: .serial)
  }

  private func batch(_ location: [Double], _ scale: Double, _ shape: [Double]) -> Prediction.Batch {
    let count = location.count
    func tensor(_ values: [Double]) -> Tensor { Tensor(values, shape: [count, 1]) }
    return Prediction.Batch(
      draws: GEV(tensor(location), .full(scale, [count, 1]), tensor(shape)),
      means: GEV(.full(location[0], [1, 1]), .full(scale, [1, 1]), .full(shape[0], [1, 1])))
  }

  /// `1 - F(x)` of a GEV distribution.
  private func survival(_ x: Double, _ location: Double, _ scale: Double, _ shape: Double) -> Double
  {
    let t = 1 + shape * (x - location) / scale
    return t <= 0 ? (shape < 0 ? 0 : 1) : 1 - exp(-pow(t, -1 / shape))
  }

  @Test func theRatioIsThatOfTheProbabilities() throws {
    let numbers = try EventPrediction(distributions: prediction(), sign: 1).numbers(
      of: 40, in: batch([37, 38], 1.5, [-0.1, 0.1]), against: batch([36, 36.5], 1.5, [-0.1, 0.1]))
    let p = [survival(40, 37, 1.5, -0.1), survival(40, 38, 1.5, 0.1)]
    let q = [survival(40, 36, 1.5, -0.1), survival(40, 36.5, 1.5, 0.1)]
    let ratio = try #require(numbers.ratio)[0]
    expectClose(
      [numbers.probability[0].mean, numbers.probability[0].plugin, numbers.returnPeriod[0].mean],
      [(p[0] + p[1]) / 2, p[0], (1 / p[0] + 1 / p[1]) / 2], relative: 1e-12)
    expectClose(
      [ratio.mean, ratio.plugin, ratio.q50],
      [(p[0] / q[0] + p[1] / q[1]) / 2, p[0] / q[0], (p[0] / q[0] + p[1] / q[1]) / 2],
      relative: 1e-11)
    // Where only the location differs, so does the intensity.
    let change = try #require(numbers.change)[0]
    expectClose([change.mean, change.plugin], [1.25, 1], relative: 1e-11)
    #expect(ratio.infiniteShare == 0 && ratio.undefinedShare == 0)
  }

  /// 0 in the baseline is a ratio that is infinite, with a lower bound; 0 in both climates is none at all.
  @Test func aRatioMayBeInfiniteOrUndefined() throws {
    // The ends of the supports are 39 and 41 in the climate, 38 and 40.5 in the baseline.
    let (shape, scale) = ([-0.5, -0.5], 1.5)
    let numbers = try EventPrediction(distributions: prediction(), sign: 1).numbers(
      of: 40.7, in: batch([36, 38], scale, shape), against: batch([35, 37.5], scale, shape))
    let ratio = try #require(numbers.ratio)[0]
    #expect(ratio.mean == .infinity && ratio.q05 == .infinity && ratio.sd == nil)
    #expect(ratio.infiniteShare == 0.5 && ratio.undefinedShare == 0.5 && ratio.plugin.isNaN)
    // One draw of the change is known: 40.7 less the quantile of the baseline.
    let change = try #require(numbers.change)[0]
    #expect(change.undefinedShare == 0.5)
    expectClose([change.mean], [0.5], relative: 1e-11)
    #expect(numbers.returnPeriod[0].infiniteShare == 0.5)
    // Quantiles among finite and infinite draws.
    let mixed = PredictedNumber([1, 2, 3, .infinity], plugin: 2)
    #expect(mixed.q05 == 1 + 3 * 0.05 && mixed.q50 == 2.5 && mixed.q95 == .infinity)
    #expect(mixed.members.contains { $0.0 == "lower_bound" })
  }

  /// Levels of minima are those of the negatives, turned back: an event of minima falls below its value.
  @Test func minimaAreTurnedBack() throws {
    let numbers = try EventPrediction(distributions: prediction(), sign: -1).numbers(
      of: -4, in: batch([2, 2], 1, [0.1, 0.1]), against: batch([3, 3], 1, [0.1, 0.1]))
    // The negatives: P(X > 4).
    expectClose(
      [numbers.probability[0].mean, try #require(numbers.change)[0].mean],
      [survival(4, 2, 1, 0.1), 1], relative: 1e-11)
  }

  /// At the stations the report's levels by hand from the draws of the sites.
  @Test func theLevelsAreQuantilesOfTheDraws() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      let fitted = try ExtremesCommand<GEVMultiplicative>().restored(from: folder.path("run"))
      let model = GEVMultiplicative(fitted.dataset.tensors, priors: fitted.options.priors)
      let draws = try ExtremesSummary.predictions(of: fitted, model)
      let centre = model.data.meanCovariate
      let level = try #require(
        try folder.numbers("--period", "25", "--gmst", "1.5", "--station", "s2")["levels"]?[0])
      func quantile(_ mu: Double, _ sigma: Double, _ xi: Double) -> Double {
        mu + sigma / xi * (pow(-log(1 - 1 / 25.0), -xi) - 1)
      }
      let sites = ["mu0", "beta0", "sigma", "xi"].map { draws[$0].scalars }
      let (mu, beta) = (draws["mu_field"], draws["beta_field"])
      let values = (0..<draws.count).map { n in
        quantile(
          sites[0][n] + mu[n].scalars[2] + beta[n].scalars[2] * (1.5 - centre), sites[2][n],
          sites[3][n])
      }
      let sorted = values.sorted()
      // Parameters are reported from the draws of the posterior, fields and scales from the joint draws.
      let sampled = try ExtremesSummary.posterior(of: fitted).draws
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      let location =
        mean(sampled["mu0"].scalars) + mean(mu[.all, .at(2)].scalars)
        + mean(beta[.all, .at(2)].scalars) * (1.5 - centre)
      let sigma = mean(sites[2])
      expectClose(
        [
          level["mean"]?.double ?? .nan, level["q50"]?.double ?? .nan,
          level["plugin"]?.double ?? .nan,
        ],
        [
          mean(values), (sorted[19] + sorted[20]) / 2,
          quantile(location, sigma, mean(sampled["xi"].scalars)),
        ], relative: 1e-9)
    }
  }

  // MARK: Design life

  /// In a climate without change the design-life level is a return level.
  @Test func aDesignLifeWithoutChangeIsAReturnLevel() throws {
    let gev = batch([37, 38, 36], 1.5, [-0.1, 0, 0.2]).draws
    let level = DesignLife.level(Array(repeating: gev, count: 50), risk: 0.1)
    let period = 1 / (1 - pow(0.9, 1 / 50.0))
    expectClose(level, gev.returnLevel(period: Tensor(period)), relative: 1e-12)
  }

  /// At the level, the probability of no exceedance in all years is one less the risk; by bounded and by heavy tails.
  @Test func theRiskOfADesignLifeIsThatAskedFor() throws {
    let years = (0..<40).map { year in
      batch(
        [37 + 0.04 * Double(year), 36 + 0.1 * Double(year), 35], 1.5, [-0.3, 0.2, -1e-9]
      ).draws
    }
    for risk in [0.01, 0.1, 0.63, 0.99] {
      let level = DesignLife.level(years, risk: risk)
      let log = years.reduce(Tensor.zeros([3, 1])) { $0 + $1.logCDF(level) }
      expectClose(-expm1(log), .full(risk, [3, 1]), relative: 1e-9)
    }
  }
}
