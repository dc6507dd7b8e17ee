import Distributions
import PPL
import TestSupport
import Testing

@Suite struct WrapperTests {
  @Test func drawsOfAFoldedNormalFollowItsDistribution() {
    let (distribution, base) = (FoldedNormal(0.7, 1.3), Normal(0.7, 1.3))
    expectSampler(cdf: { base.cdf($0) - base.cdf(-$0) }) { distribution.sample($0, key: $1) }
  }

  @Test func foldingASymmetricDistributionAboutItsCentreDoublesIt() {
    let x = Tensor([0, 0.4, 30])
    let expected = Laplace(0, 2).logProb(x) + Tensor(0.6931471805599453)
    expectClose(Folded(Laplace(0, 2)).logProb(x), expected, relative: 1e-15)
  }

  @Test func aHurdleGivesZeroItsOwnProbability() {
    let distribution = Hurdle(LogNormal(0, 1), gate: 0.3)
    let draws = distribution.sample([100_000], key: RandomKey(2))
    let zeros = (draws .== 0).mean().scalar
    // Six standard errors.
    #expect(abs(zeros - 0.3) < 6 * (0.21 / 100_000).squareRoot())
    #expect(distribution.logProb(Tensor([0, -1])).scalars[1] == -.infinity)
    expectClose(distribution.logProb(0), log(Tensor(0.3)), relative: 1e-14)
    #expect(distribution.name == "HurdleLogNormal")
    // Both ends of the gate are allowed.
    #expect(Hurdle(LogNormal(0, 1), gate: 1).logProb(0).scalar == 0)
    #expect(Hurdle(LogNormal(0, 1), gate: 0).logProb(0).scalar == -.infinity)
  }

  @Test func gateAndLogitsAreOneDistribution() {
    let x = Tensor([0, 0.5, 4])
    let byGate = Hurdle(Gamma(shape: 2, rate: 1), gate: sigmoid(0.7))
    let byLogits = Hurdle(Gamma(shape: 2, rate: 1), gateLogits: 0.7)
    expectClose(byGate.logProb(x), byLogits.logProb(x), relative: 1e-14)
    expectClose(byGate.variance, byLogits.variance, relative: 1e-14)
  }

  @Test func aHurdleBeforeCountsTakesTheirZerosAway() {
    let distribution = Hurdle(TwoCoins(), gate: 0.3)
    #expect(distribution.isDiscrete)
    // Two coins show 0, 1 or 2 heads with probabilities 1/4, 1/2 and 1/4.
    let expected = log(Tensor([0.3, 0.7 * 2 / 3, 0.7 / 3]))
    expectClose(distribution.logProb(Tensor([0, 1, 2])), expected, relative: 1e-14)
    expectClose(exp(distribution.logProb(Tensor([0, 1, 2]))).sum(), 1, relative: 1e-14)
    let draws = distribution.sample([100_000], key: RandomKey(4))
    for (value, p) in zip([0.0, 1, 2], exp(expected).scalars) {
      let share = (draws .== Tensor(value)).mean().scalar
      #expect(abs(share - p) < 6 * (p * (1 - p) / 100_000).squareRoot())
    }
    expectClose(distribution.mean, 0.7 * (2 / 3 + 2 / 3.0), relative: 1e-14)
    expectSameBitsReplayed(
      { [distribution.sample([20], key: RandomKey(words: $0[0]))] }, at: [RandomKey(4).words])
  }

  @Test func anImproperUniformIsFlat() {
    let distribution = ImproperUniform(.orderedVector, batchShape: [2], eventShape: [3])
    let start = distribution.sample([4], key: RandomKey(1))
    #expect(start.shape == [4, 2, 3])
    #expect(distribution.support.contains(start).all().scalar == 1)
    #expect(distribution.logProb(start).scalars == [Double](repeating: 0, count: 8))
    #expect(distribution.logProb(Tensor([3, 2, 1])).scalars == [-.infinity, -.infinity])
    #expect(ImproperUniform(.positive, eventShape: [2, 3]).support.eventRank == 2)
  }

  @Test func aModelMayHaveAFlatPrior() throws {
    let model = Model { p in
      let level = p.sample("level", ImproperUniform(.real))
      _ = p.sample("y", Normal(level, 1), observed: 2)
    }
    let trace = try model.substituting(["level": 1.5]).trace()
    expectClose(trace.logDensity(), Normal(1.5, 1).logProb(2), relative: 1e-15)
  }

  @Test func eventsTooSmallForASupportAreNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ImproperUniform(.simplex)
    }
    expectMessage(
      "ImproperUniform: a support that is non-negative and sum to 1 needs events of 1 dimensions",
      of: exit)
  }

  @Test func aUnitAddsItsFactor() throws {
    let distribution = Unit(Tensor([0.5, -2]))
    #expect(distribution.sample([3], key: RandomKey(1)).shape == [3, 2, 0])
    #expect(distribution.logProb(distribution.sample([3], key: RandomKey(1))).shape == [3, 2])
    #expect(distribution.logProb(.zeros([0])).scalars == [0.5, -2])
    #expect(distribution.support.contains(.zeros([2, 0])).scalars == [1, 1])
    #expect(Unit(Tensor(.nan)).parameterViolation?.parameter == "logFactor")
  }

  @Test func peaksOverAThresholdStayInTheFamily() {
    let peaks = GeneralizedPareto(10, 2, 0.2)
    let higher = peaks.exceeding(13)
    let x = Tensor([13.5, 20])
    let expected = peaks.logProb(x) - peaks.logSurvival(13)
    expectClose(higher.logProb(x), expected, relative: 1e-13)
    // Passed once in 250 peaks.
    let level = peaks.returnLevel(period: 100, exceedances: 2.5)
    expectClose(exp(peaks.logSurvival(level)), 1 / 250, relative: 1e-13)
    #expect(GeneralizedPareto(0, 1, -0.5).upperEnd.scalar == 2)
    #expect(GeneralizedPareto(0, 1, -0.5).icdf(1).scalar == 2)
    #expect(peaks.upperEnd.scalar == .infinity)
  }

  @Test func aReturnPeriodSeesAPeak() async {
    // Every peak passes the threshold.
    #expect(GeneralizedPareto(10, 2, 0.2).returnLevel(period: 1, exceedances: 1).scalar == 10)
    let rare = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GeneralizedPareto(10, 2, 0.2).returnLevel(period: 2, exceedances: 0.25)
    }
    expectMessage(
      "returnLevel: period * exceedances is 0.5, but must be greater than or equal to 1.", of: rare)
    // Two wrongs whose product looks right.
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GeneralizedPareto(10, 2, 0.2).returnLevel(period: -100, exceedances: -2.5)
    }
    expectMessage("returnLevel: period is -100.0, but must be positive.", of: negative)
  }

  @Test func theGeneralizedParetoIsTheTailOfTheGEV() {
    // Far out 1 - F of the GEV distribution is exp(-s), with an error of half its square.
    let (gev, level) = (GEV(0, 1, 0.2), Tensor(40.0))
    let tail = gev.logSurvival(level)
    let peaks = GeneralizedPareto(0, 1, 0.2).logSurvival(level)
    #expect(abs((tail - peaks).scalar) < exp(peaks).scalar)
  }
}

/// The heads of two fair coins.
private struct TwoCoins: HasMoments {
  var parameters: [Parameter] { [] }
  var support: Support { .integerInterval(0, 2) }
  var batchShape: [Int] { [] }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    (key.uniform([2] + shape) .< 0.5).sum(along: [0])
  }
  func logProb(_ x: Tensor) -> Tensor {
    select(x .== 1, Tensor(-0.6931471805599453), Tensor(-2 * 0.6931471805599453))
  }
  var mean: Tensor { 1 }
  var variance: Tensor { 0.5 }
}
