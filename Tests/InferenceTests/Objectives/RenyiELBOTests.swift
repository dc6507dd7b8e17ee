import Distributions
import Foundation
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

@testable import Inference

struct RenyiELBOTests {
  private let test = TestModel.normalMean()
  private var guide: AutoNormal { AutoNormal(test.model, initialization: .values(["mu": 1])) }

  private func loss(_ loss: some ELBO, key: RandomKey = RandomKey(4)) throws -> Double {
    try SVI(test.model, guide: guide, optimizer: SGD(learningRate: 1e-9), loss: loss)
      .run(steps: 1, key: key, progress: .silent).losses[0]
  }

  @Test func oneParticleIsTheOrdinaryBound() throws {
    expectClose(
      [try loss(RenyiELBO(particles: 1))], [try loss(TraceELBO())], relative: 1e-14)
  }

  @Test func thePowersOfTheRatiosAreAveraged() {
    let losses = [3.0, 1.5, 2.0]
    for alpha in [0.0, 0.5, -1, 2] {
      let powers = losses.map { Foundation.exp(-(1 - alpha) * $0) }
      let mean = powers.reduce(0, +) / 3
      let combined = RenyiELBO(alpha: alpha, particles: 3).combined(losses)
      expectClose(
        [combined?.value ?? .nan], [-Foundation.log(mean) / (1 - alpha)], relative: 1e-14)
      expectClose(combined?.weights ?? [], powers.map { $0 / (3 * mean) }, relative: 1e-14)
    }
  }

  @Test func drawsThatAreImpossibleDoNotBecomeNaN() {
    let combined = RenyiELBO(particles: 2).combined([.infinity, 1])
    #expect(combined?.weights == [0, 1])
    #expect(RenyiELBO(particles: 2).combined([.infinity, .infinity]) == nil)
  }

  @Test func manyParticlesTightenTheBound() throws {
    let means = try [1, 8, 64].map { particles in
      let losses = try (0..<40).map {
        try loss(RenyiELBO(particles: particles), key: RandomKey(UInt64($0)))
      }
      return losses.reduce(0, +) / 40
    }
    #expect(means[0] > means[1] && means[1] > means[2])
    // mu ~ Normal(1, 2), y ~ Normal(mu, 1/2): the evidence by one value after the other.
    var (mean, variance, evidence) = (1.0, 4.0, 0.0)
    for y in [2.1, 1.4, 2.9, 1.7, 2.4] {
      let spread = variance + 0.25
      evidence -= 0.5 * ((y - mean) * (y - mean) / spread + Foundation.log(2 * .pi * spread))
      let gain = variance / spread
      (mean, variance) = (mean + gain * (y - mean), variance * (1 - gain))
    }
    #expect(means[2] > -evidence - 0.5)
  }

  @Test func aFitByItFindsThePosterior() throws {
    let svi = SVI(
      test.model, guide: guide,
      optimizer: Adam(
        learningRate: .exponential(
          from: 0.05, factor: 0.1, every: 800)), loss: RenyiELBO(alpha: 0.5, particles: 8))
    let fit = try svi.run(steps: 2000, key: RandomKey(1), progress: .silent)
    expectClose(
      try #require(fit.parameters["mu_auto_loc"]).scalars,
      try #require(test.posteriorMean["mu"]), relative: 0.01)
    expectClose(
      try #require(fit.parameters["mu_auto_scale"]).scalars,
      try #require(test.deviation["mu"]), relative: 0.02)
  }

  @Test func threadsDoNotChangeADigit() throws {
    let (one, two) = (
      try loss(RenyiELBO(particles: 5)),
      try loss(RenyiELBO(particles: 5, pool: WorkPool(threads: 2)))
    )
    #expect(one == two)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError(
      "RenyiELBO: alpha is 1.0, but must be a number other than 1; TraceELBO is its limit."
    ) {
      try RenyiELBO(alpha: 1).validate()
    }
    expectError("RenyiELBO: particles is 0, but must be positive.") {
      try RenyiELBO(particles: 0).validate()
    }
  }
}
