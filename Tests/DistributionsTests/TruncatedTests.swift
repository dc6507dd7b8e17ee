import Distributions
import PPL
import TestSupport
import Testing

@Suite struct TruncatedTests {
  @Test func oneSideIsTwoSidesWithOneFarAway() {
    let x = Tensor([-0.5, 0.3, 1.9])
    let base = Logistic(0.2, 0.7)
    let both = Truncated(base, low: -1, high: 200)
    expectClose(both.logProb(x), Truncated(base, low: -1).logProb(x), relative: 1e-14)
    expectClose(both.cdf(x), Truncated(base, low: -1).cdf(x), relative: 1e-14)
    let upper = Truncated(base, low: -200, high: 2)
    expectClose(upper.logProb(x), Truncated(base, high: 2).logProb(x), relative: 1e-14)
    expectClose(upper.icdf(0.3), Truncated(base, high: 2).icdf(0.3), relative: 1e-12)
  }

  @Test func drawsAThousandDeviationsAwayFollowTheDistribution() {
    let distribution = TruncatedNormal(0, 1, low: 1000, high: 1001)
    let draws = distribution.sample([2000], key: RandomKey(3))
    #expect(((draws .>= 1000) .& (draws .<= 1001)).all().scalar == 1)
    // There the distribution is exponential with rate 1000 to a part in a million; six standard errors.
    let mean = (draws - 1000).mean().scalar
    #expect(abs(mean - 1e-3) < 6 * 1e-3 / 2000.0.squareRoot())
    #expect(isFinite(distribution.logProb(draws)).all().scalar == 1)
  }

  @Test func theIntervalNeedNotHaveAMedianInside() {
    // Both ends in one tail, on either side, are mirror images.
    let upper = TruncatedNormal(0, 1, low: 8, high: 9)
    let lower = TruncatedNormal(0, 1, low: -9, high: -8)
    expectClose(upper.logProb(8.2), lower.logProb(-8.2), relative: 1e-14)
    expectClose(upper.icdf(0.3), -lower.icdf(0.7), relative: 1e-14)
    expectClose(upper.cdf(8.2), 1 - lower.cdf(-8.2), relative: 1e-14)
  }

  @Test func theEndsOfTheProbabilitiesAreTheBounds() {
    let distribution = TruncatedNormal(0, 1, low: -1, high: 2)
    #expect(distribution.icdf(Tensor([0, 1])).scalars == [-1, 2])
    #expect(distribution.cdf(Tensor([-3, -1, 2, 3])).scalars == [0, 0, 1, 1])
    #expect(distribution.name == "TruncatedNormal")
  }

  @Test func theBoundsMayBeABatch() {
    let distribution = Truncated(Laplace(0, 1), low: Tensor([-1, 0, 3]))
    #expect(distribution.batchShape == [3])
    #expect(distribution.sample([4], key: RandomKey(1)).shape == [4, 3])
  }

  @Test func boundsInTheWrongOrderAreAViolation() {
    let violation = TruncatedNormal(0, 1, low: 2, high: 1).parameterViolation
    #expect(
      violation?.description == "TruncatedNormal high is 1.0, but must be greater than 2")
  }

  @Test func aDistributionWithoutBoundsIsNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Truncated(Logistic(0, 1))
    }
    expectMessage("Truncated: give low, high or both.", of: exit)
  }
}
