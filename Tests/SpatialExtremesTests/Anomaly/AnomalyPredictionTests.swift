import Distributions
import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Predictions of a new year integrate over its anomaly.
@Suite struct AnomalyPredictionTests {
  private typealias Prediction = PredictedDistributions<GEVByFormula>

  /// Predictions of one draw at the six stations of the folder.
  private func prediction(_ location: String, _ sites: [String: Double]) throws -> Prediction {
    let data = PredictionFolder.data
    return Prediction(
      try GEVByFormula(StationTensors(data), priors: .parse(["--location", location])),
      Draws(count: 1, sites: sites.map { ($0.key, Tensor([$0.value])) }),
      at: try PredictedPlaces(.parse([]), data, columns: []), key: RandomKey(1), pool: .serial)
  }

  private let parameters = [
    "mu0": 36.0, "sigma": Foundation.exp(0.405465108), "log_sigma": 0.405465108, "xi": -0.2,
  ]

  private func sharedPrediction() throws -> Prediction {
    try prediction("1 + anomaly", parameters.merging(["anomaly_sd": 1.1]) { $1 })
  }

  /// Levels, probabilities, periods, ratios and changes are those of the distribution with the anomaly.
  @Test func eventsAreThoseOfANewYear() throws {
    let prediction = try sharedPrediction()
    let batch = try prediction.batches(in: [Climate()])[0]
    let gev = GEV(.full(36, [1, 6]), exp(.full(0.405465108, [1, 6])), .full(-0.2, [1, 6]))
    let expected = AnnualMaximum(gev, deviation: 1.1)
    let level = batch.map { $0.returnLevel(period: 100) }
    expectClose(level.draws, expected.returnLevel(period: 100), relative: 1e-12)
    expectClose(level.means, level.draws, relative: 1e-12)
    // By a normal rule of thumb the level is higher by less than two deviations of the anomaly.
    let without = gev.returnLevel(period: 100).scalars[0]
    #expect(level.draws.scalars[0] > without + 0.5 && level.draws.scalars[0] < without + 2.2)
    let warmer = Prediction.Batch(
      draws: AnnualMaximum(gev.shifted(by: 1), deviation: 1.1),
      means: AnnualMaximum(gev.shifted(by: 1), deviation: 1.1))
    let before = Prediction.Batch(draws: expected, means: expected)
    let numbers = try EventPrediction(distributions: prediction, sign: 1).numbers(
      of: 42, in: warmer, against: before)
    let p = [warmer, before].map { exp($0.draws.logSurvival(42)).scalars[0] }
    expectClose(
      [
        numbers.probability[0].mean, numbers.returnPeriod[0].mean,
        try #require(numbers.ratio)[0].mean, try #require(numbers.change)[0].mean,
      ], [p[0], 1 / p[0], p[0] / p[1], 1], relative: 1e-9)
  }

  /// All places of a year share the anomaly: against 200,000 simulated years, four standard errors.
  @Test func jointExceedancesShareTheAnomaly() throws {
    let prediction = try sharedPrediction()
    let batch = try prediction.batches(in: [Climate()])[0]
    let found = try JointExceedance(distributions: prediction).probabilities(of: 38.5, in: [batch])[
      0]
    #expect(!found.isSimulated)
    let count = 200_000
    let keys = RandomKey(4).split()
    let y =
      1.1 * keys.0.normal([count, 1])
      + GEV(36, exp(Tensor(0.405465108)), -0.2).sample([count, 6], key: keys.1)
    func share(_ values: Tensor) -> Double {
      Double(values.scalars.count { $0 > 38.5 }) / Double(count)
    }
    for (probability, simulated) in [
      (found.all.draws.scalar, share(y.min(along: [1]))),
      (found.any.draws.scalar, share(y.max(along: [1]))),
    ] {
      let error = (probability * (1 - probability) / Double(count)).squareRoot()
      expectClose([simulated], [probability], relative: 0, absolute: 4 * error)
    }
    // Independent years of each place would have a product.
    let one = exp(batch.draws.logSurvival(38.5)).scalars[0]
    #expect(found.all.draws.scalar > 2 * pow(one, 6) && found.any.draws.scalar < 6 * one)
  }

  /// A field of long range is one number for all places, one of short range independent anomalies.
  @Test func fieldsOfAnomaliesAreDrawnJointly() throws {
    let shared = try sharedPrediction()
    let batch = try shared.batches(in: [Climate()])[0]
    let exact = try JointExceedance(distributions: shared).probabilities(of: 38.5, in: [batch])[0]
    for (length, isShared) in [(1e7, true), (1e-2, false)] {
      let field = try prediction(
        "1 + anomaly(field)",
        parameters.merging([
          "anomaly_sd": 1.1, "k_anomaly.variance": 1.21, "k_anomaly.lengthscale": length,
        ]) { $1 })
      let batch = try field.batches(in: [Climate()])[0]
      let found = try JointExceedance(distributions: field).probabilities(of: 38.5, in: [batch])[0]
      #expect(found.isSimulated)
      let one = exp(batch.draws.logSurvival(38.5)).scalars[0]
      let expected = isShared ? exact.all.draws.scalar : pow(one, 6)
      let error = try #require(found.simulationErrors?.all)
      expectClose([found.all.draws.scalar], [expected], relative: 0, absolute: 4 * error)
    }
  }

  /// The years of a design life have anomalies of their own: without change the level is a return level, and the probability of
  /// no exceedance is the product over years.
  @Test func yearsOfADesignLifeHaveAnomaliesOfTheirOwn() {
    func year(_ shift: Double) -> AnnualMaximum {
      AnnualMaximum(
        GEV(Tensor([36 + shift, 37], shape: [2, 1]), 1.5, Tensor([-0.25, 0.1], shape: [2, 1])),
        deviation: Tensor([0.8, 0.3], shape: [2, 1]))
    }
    let period = 1 / (1 - pow(0.9, 1 / 30.0))
    expectClose(
      DesignLife.level(Array(repeating: year(0), count: 30), risk: 0.1),
      year(0).returnLevel(period: Tensor(period)), relative: 1e-10)
    let years = (0..<30).map { year(0.05 * Double($0)) }
    for risk in [0.01, 0.5, 0.99] {
      let level = DesignLife.level(years, risk: risk)
      let log = years.reduce(Tensor.zeros([2, 1])) { $0 + $1.logCDF(level) }
      expectClose(-expm1(log), .full(risk, [2, 1]), relative: 1e-9)
    }
  }

  /// From the command line: fit, levels at stations and at other places, joint events, simulated data, and scores.
  @Test(arguments: ["anomaly", "anomaly(field)"])
  func aFitIsPredictedFrom(term: String) throws {
    try PredictionFolder.with { folder in
      folder.fit("gev", ["--location", "1 + field + \(term)"])
      let fitted = try ExtremesCommand<GEVByFormula>().restored(from: folder.path("run"))
      let model = try GEVByFormula(fitted.dataset.tensors, priors: fitted.options.priors)
      let draws = try ExtremesSummary.predictions(of: fitted, model)
      let expected = AnnualMaximum(
        model.gev(draws, in: Climate(gmst: 1)), deviation: draws.column("anomaly_sd")
      ).returnLevel(period: 50)[.all, .at(2)].scalars
      let levels = try #require(try folder.numbers("--period", "50", "--station", "s2")["levels"])
      expectClose(
        [levels[0]?["mean"]?.double ?? .nan],
        [expected.reduce(0, +) / Double(expected.count)], relative: 1e-9)
      let grid = try folder.numbers("--grid", "0.5", "--event", "40", "--design-life", "2001-2003")
      #expect((grid["levels"]?.elements.count ?? 0) > 6)
      let joint = try #require(grid["joint"]?.elements.first)
      let all = try #require(joint["all"]?["mean"]?.double)
      #expect(all >= 0 && all < 1)
    }
  }
}
