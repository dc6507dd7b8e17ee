import Distributions
import Foundation
import PPL
import PosteriorModels
import TestSupport
import Testing

@testable import Inference

/// Trajectories whose step size changes along them.
struct WALNUTSTests {
  /// Neal's funnel: the scale of nine numbers over nine orders of magnitude.
  private static let funnel = Model<Void> { p in
    let v = p.sample("v", Normal(0, 3))
    _ = p.sample("x", Normal(.zeros([9]), exp(0.5 * v)).toEvent(1))
  }

  @Test func nealsFunnelIsRight() throws {
    let run = try MCMC(WALNUTS(), chains: 4, warmup: 500, draws: 1_000).run(
      Self.funnel, key: RandomKey(1), progress: .silent)
    let posterior = try run.posterior()
    expectMoments(posterior, "v", means: [0], deviations: [3])
    for probability in [0.025, 0.1, 0.5, 0.9, 0.975] {
      let quantile = 3 * normalQuantile(Tensor(probability)).scalar
      try expectProbability(posterior, "v", below: quantile, is: probability)
    }
    #expect(run.statistics["divergent"].sum().scalar == 0)
  }

  /// tau of the centred model against the long run of the other one, which has an effective size of some 10,000.
  @Test(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
  func centredEightSchoolsAreRight() throws {
    let data = try PosteriorDB.data("eight_schools")
    let (y, sigma) = (data["y"], data["sigma"])
    let centred = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let theta = p.sample("theta", Normal(mu, tau))
        p.sample("y", Normal(theta, sigma), observed: y)
      }
    }
    let sampler = WALNUTS(targetAcceptance: 0.9)
    let run = try MCMC(sampler, chains: 4, warmup: 500, draws: 1_000).run(
      centred, key: RandomKey(2), progress: .silent)
    let posterior = try run.posterior()
    let expected = try #require(PosteriorDB.moments(PosteriorModel.eightSchools.name)["tau"])
    let own = posterior.chainStatistics(of: "tau")[0].standardErrorOfMean
    let found = posterior.summaries(of: "tau")[0]
    let error = (own * own + expected.error * expected.error).squareRoot()
    #expect(abs(found.mean - expected.mean) < 4 * error, "\(found.mean) ± \(error)")
    for (probability, quantile) in try PosteriorDB.quantiles(
      PosteriorModel.eightSchools.name, "tau")
    {
      try expectProbability(
        posterior, "tau", below: quantile, is: probability,
        error: (probability * (1 - probability) / 10_000).squareRoot())
    }
    #expect(run.statistics["divergent"].sum().scalar == 0)
  }

  /// A step that can be taken back leads back to the last digits; others are few.
  @Test func reversibleStepsLeadBack() throws {
    let density = try LogDensity(Self.funnel)
    let evaluator = density.evaluator()
    let mass = MassMatrix(variances: Array(repeating: 1, count: 10))
    var steps = AdaptiveLeapfrog(size: 0.5, largestError: 0.5, halvings: 10, count: 10)
    var (reversible, fine) = (0, 0)
    let key = RandomKey(3)
    for trial in 0..<200 {
      let numbers = key.foldIn(UInt32(trial)).normal([20]).scalars
      var position = Array(numbers.prefix(10))
      // The first site in the vector is v.
      position[0] *= 3
      for i in 1..<10 { position[i] *= exp(0.5 * position[0]) }
      var gradient = position
      let value = try evaluator.value(at: position, gradient: &gradient)
      let start = PhasePoint(
        position: position, momentum: Array(numbers.suffix(10)), gradient: gradient,
        force: gradient, logDensity: value)
      var point = start
      let before = steps.gradients
      guard try steps.move(&point, 1, mass, evaluator) == .reversible else { continue }
      if steps.gradients - before > 1 { fine += 1 }
      reversible += 1
      #expect(abs(point.energy - start.energy) <= 0.5)
      #expect(try steps.move(&point, -1, mass, evaluator) == .reversible)
      let scale = exp(0.5 * position[0])
      for i in 0..<10 {
        #expect(abs(point.position[i] - start.position[i]) < 1e-8 * max(1, scale))
      }
    }
    #expect(reversible > 180 && fine > 50, "\(reversible) reversible, \(fine) of several steps")
  }

  @Test func withoutABoundOfTheErrorItIsNUTS() throws {
    let normal = Model<Void> { p in _ = p.sample("x", Normal(.zeros([3]), [1, 2, 3]).toEvent(1)) }
    func draws(_ sampler: some Sampler) throws -> [Double] {
      try MCMC(sampler, chains: 2, warmup: 0, draws: 50).run(
        normal, key: RandomKey(4), progress: .silent
      ).unconstrained.scalars
    }
    #expect(try draws(WALNUTS(largestError: 1e6)) == draws(NUTS()))
  }

  /// A gamma distribution with shape 3 without a transform onto its support: a step over its edge is halved, and leads back.
  @Test func aLeapfrogStepStaysWithinTheSupport() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", ImproperUniform(.real))
      let inside = select(x .> 0, x, Tensor(1))
      p.factor("gamma", select(x .> 0, 2 * log(inside) - x, Tensor(-Double.infinity)))
    }
    let density = try LogDensity(model)
    let evaluator = density.evaluator()
    let mass = MassMatrix(variances: [1])
    var (scratch, halved) = ([0.0], 0)
    for momentum in stride(from: -0.5, to: -4, by: -0.25) {
      let start = PhasePoint(
        position: [1], momentum: [momentum], gradient: [1], force: [1], logDensity: -1)
      var (single, point) = (start, start)
      try single.leap(0.9, mass, evaluator, &scratch)
      var steps = Leapfrog(size: 0.9, count: 1)
      let step = try steps.move(&point, 1, mass, evaluator)
      if single.energy.isFinite {
        #expect(point.position == single.position && steps.gradients == 1)
        continue
      }
      halved += 1
      #expect(step != .divergent && point.energy.isFinite && point.position[0] > 0)
      guard step == .reversible else { continue }
      #expect(try steps.move(&point, -1, mass, evaluator) == .reversible)
      expectClose(point.position, [1], relative: 1e-9)
      expectClose(point.momentum, [momentum], relative: 1e-9)
    }
    #expect(halved >= 8)
  }

  @Test func settingsThatAreNotAllowedAreNamed() {
    func sentence(_ sampler: WALNUTS) -> String {
      do { try sampler.validate() } catch { return "\(error)" }
      return ""
    }
    #expect(
      sentence(WALNUTS(largestError: 0)) == "WALNUTS: largestError is 0.0, but must be positive.")
    #expect(
      sentence(WALNUTS(maxHalvings: 31))
        == "WALNUTS: maxHalvings is 31, but must be from 0 to 30.")
    #expect(
      sentence(WALNUTS(targetAcceptance: 1))
        == "WALNUTS: targetAcceptance is 1.0, but must be between 0 and 1.")
    #expect(
      sentence(WALNUTS(maxTreeDepth: 0))
        == "WALNUTS: maxTreeDepth is 0, but must be from 1 to 20.")
  }
}
