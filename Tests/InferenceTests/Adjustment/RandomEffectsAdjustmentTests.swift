import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// The sandwich adjustment of a model with a random effect of each cluster.
@Suite struct RandomEffectsAdjustmentTests {
  private let clusters = 60
  private let size = 5

  /// A level and an effect of each cluster, with known variances.
  private func density(_ y: Tensor, effect: Double) throws -> LogDensity {
    let clusters = y.shape[1]
    return try LogDensity(
      Model<Void> { p in
        let a = p.sample("a", Normal(0, 3))
        let z = p.sample("z", Normal(0, 1).expanded(to: [clusters]).toEvent(1))
        p.sample(
          "y", Normal((a + Tensor(effect) * z).broadcast(to: y.shape), 1), observed: y)
      })
  }

  private func deviations(
    shared: Double, effect: Double
  ) throws -> (before: Double, after: Double, effects: (Double, Double)) {
    let keys = RandomKey(3).split()
    let y = Tensor(shared) * keys.0.normal([1, clusters]) + keys.1.normal([size, clusters])
    let density = try density(y, effect: effect)
    let posterior = try GaussianApproximation.atMode(of: density).posterior(
      of: density, draws: 3_000, key: RandomKey(8))
    let adjustment = try PosteriorAdjustment.sandwich(
      of: density, clusters: .axis(1), effects: ["z"], draws: posterior.draws, scored: 150,
      pool: .serial)
    let moved = try adjustment.adjusted(posterior, of: density, pool: .serial)
    func deviation(_ x: Tensor) -> Double { x.variance().scalar.squareRoot() }
    return (
      deviation(posterior.draws["a"]), deviation(moved.draws["a"]),
      (
        deviation(posterior.draws["z"][.all, .at(0)]), deviation(moved.draws["z"][.all, .at(0)])
      )
    )
  }

  /// Where the effects have the variance of the data, the level is as uncertain as before, to the error of a variance of 60
  /// clusters, 1 / sqrt(120) = 9 % twice.
  @Test func effectsThatExplainTheDependenceLeaveTheDraws() throws {
    let found = try deviations(shared: 1, effect: 1)
    // sqrt((1 + 1/5) / 60) = 0.141.
    expectClose([found.before], [0.141], relative: 0.05)
    expectClose([found.after], [found.before], relative: 0.2)
    expectClose([found.effects.1], [found.effects.0], relative: 0.1)
  }

  /// Effects with too small a variance leave dependence, for which the level is widened to the truth, whatever they explain:
  /// sqrt((4 + 1/5) / 60) = 0.265.
  @Test func theDrawsAreWidenedForWhatTheEffectsLeave() throws {
    let found = try deviations(shared: 2, effect: 0.5)
    #expect(found.before < 0.1)
    // The deviation of these 60 effects has an error of 9 %, and so has the variance of the scores.
    expectClose([found.after], [0.265], relative: 0.2)
  }

  @Test func tooFewDrawsAreRefused() throws {
    let density = try density(.zeros([2, 3]), effect: 1)
    let posterior = try GaussianApproximation.atMode(of: density).posterior(
      of: density, draws: 2, key: RandomKey(8))
    #expect(throws: PosteriorAdjustmentError.tooFewDraws(2, needed: 3)) {
      try PosteriorAdjustment.sandwich(
        of: density, clusters: .axis(1), effects: ["z"], draws: posterior.draws, pool: .serial)
    }
  }
}
