import Distributions
import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Exceedances at all or any of some places in one year.
@Suite struct JointExceedanceTests {
  private let data = PredictionFolder.data

  private func prediction(
    _ c0: Double, _ c1: Double, _ c2: Double, draws: Int
  ) throws -> PredictedDistributions<GEVCopula> {
    PredictedDistributions(
      GEVCopula(StationTensors(data), priors: .published),
      Draws(
        count: draws,
        sites: [("c0", c0), ("c1", c1), ("c2", c2)].map { ($0.0, .full($0.1, [draws])) }),
      at: try PredictedPlaces(.parse([]), data, columns: []), key: RandomKey(1), pool: .serial)
  }

  private func batch<M: ExtremesModel>(
    _: PredictedDistributions<M>, draws: Int
  ) -> PredictedDistributions<M>.Batch {
    let location = Tensor([36.0, 36.5, 37, 37.5, 38, 38.5])
    func gev(_ count: Int) -> GEV {
      GEV(location.broadcast(to: [count, 6]), .full(1.5, [count, 6]), .full(-0.1, [count, 6]))
    }
    return .init(draws: gev(draws), means: gev(1))
  }

  @Test func independentPlacesHaveProductsOfProbabilities() throws {
    let prediction = PredictedDistributions(
      GEVMultiplicative(StationTensors(data), priors: .published),
      Draws(count: 2, sites: [("mu0", Tensor([0.0, 0]))]),
      at: try PredictedPlaces(.parse([]), data, columns: []), key: RandomKey(1), pool: .serial)
    let batch = batch(prediction, draws: 2)
    let found = try JointExceedance(distributions: prediction).probabilities(of: 38, in: [batch])[0]
    let survival = exp(batch.means.logSurvival(38)).scalars
    #expect(!found.isSimulated && found.simulationErrors == nil)
    expectClose(
      [found.all.means.scalar, found.any.means.scalar],
      [survival.reduce(1, *), 1 - survival.reduce(1) { $0 * (1 - $1) }], relative: 1e-12)
    #expect(found.all.draws.shape == [2, 1])
  }

  /// Without correlation the copula gives the products; with correlations of 1 the least and the largest probability.
  @Test(arguments: [(1.0, 1e-6, true), (1e-9, 1e9, false)])
  func theCopulaLiesBetweenIndependenceAndComonotonicity(
    c0: Double, range: Double, isIndependent: Bool
  ) throws {
    let count = 40
    let prediction = try prediction(c0, range, range, draws: count)
    let batch = batch(prediction, draws: count)
    let found = try JointExceedance(distributions: prediction).probabilities(of: 38, in: [batch])[0]
    let survival = exp(batch.means.logSurvival(38)).scalars
    #expect(found.isSimulated)
    let all = isIndependent ? survival.reduce(1, *) : survival.min() ?? 0
    let any =
      isIndependent ? 1 - survival.reduce(1) { $0 * (1 - $1) } : survival.max() ?? 0
    // Four standard errors of 40,000 simulated years.
    func error(_ p: Double) -> Double { 4 * (p * (1 - p) / 40_000).squareRoot() }
    expectClose([found.all.draws.mean().scalar], [all], relative: 0, absolute: error(all) + 1e-3)
    expectClose([found.any.draws.mean().scalar], [any], relative: 0, absolute: error(any) + 1e-3)
  }

  @Test func theReportHasTheJointProbabilities() throws {
    try PredictionFolder.with { folder in
      folder.fit("gev-copula", ["--steps", "10", "--draws", "8", "--backend", "svi"])
      let joint = try #require(
        try folder.numbers("--event", "38", "--year", "2012", "--station", "s1,s2")["joint"]?[0])
      #expect(joint["places"]?.double == 2 && joint["is_simulated"]?.bool == true)
      let (all, any) = (
        joint["all"]?["mean"]?.double ?? .nan, joint["any"]?["mean"]?.double ?? .nan
      )
      #expect(all >= 0 && all <= any && any <= 1)
      // Of 8,000 simulated years.
      let error = try #require(joint["any_simulation_error"]?.double)
      #expect(error < 1.1 * (0.25 / 8000).squareRoot())
      #expect(error > 0.5 * (any * (1 - any) / 8000).squareRoot())
      #expect(
        folder.predict("--event", "38", "--year", "2012", "--station", "s1,s2").output.contains(
          /shares of 1000 years for each draw, simulated from the model's dependence: means with a Monte Carlo standard error of at most [0-9.e-]+; sd and quantiles hold this error of a single draw, too/
        ))
    }
  }
}
