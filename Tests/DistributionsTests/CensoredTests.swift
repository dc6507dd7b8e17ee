import Distributions
import PPL
import TestSupport
import Testing

@Suite struct CensoredTests {
  @Test func onlyCensoredValuesCountByTheirTail() {
    let base = LogNormal(0, 1)
    let x = Tensor([2, 4, 6])
    let censored = Tensor([0, 1, 1])
    let left = LeftCensored(base, censored: censored).logProb(x)
    let expectedLeft = select(censored, log(base.cdf(x)), base.logProb(x))
    expectClose(left, expectedLeft, relative: 1e-12)
    let right = RightCensored(base, censored: censored).logProb(x)
    let expectedRight = select(censored, log(1 - base.cdf(x)), base.logProb(x))
    expectClose(right, expectedRight, relative: 1e-12)
  }

  @Test func theTailsAreMirrorImagesHoweverFarOut() {
    let x = Tensor([0, 3, 9, 60, 1e6])
    let left = LeftCensored(Normal(0, 2), censored: 1)
    let right = RightCensored(Normal(0, 2), censored: 1)
    #expect(right.logProb(x).scalars == left.logProb(-x).scalars)
    let slope = gradient(of: { right.logProb($0).sum() }, at: x)
    #expect(isFinite(slope).all().scalar == 1)
  }

  @Test func intervalsCountByTheProbabilityInside() {
    let base = Weibull(scale: 3, shape: 2)
    let distribution = IntervalCensored(base)
    let infinity = Double.infinity
    let x = Tensor(rows: [
      [2, 5], [4, infinity], [-infinity, 9], [3, 3], [-infinity, infinity],
    ])
    let expected = Tensor([
      log(base.cdf(5) - base.cdf(2)).scalar, base.logSurvival(4).scalar, base.logCDF(9).scalar,
      base.logProb(3).scalar, 0,
    ])
    expectClose(distribution.logProb(x), expected, relative: 1e-12)
  }

  @Test func flagsSayWhichEndsCount() {
    let base = Normal(1, 2)
    let distribution = IntervalCensored(
      base, leftCensored: Tensor([1, 0, 0, 1]), rightCensored: Tensor([0, 1, 0, 1]))
    #expect(distribution.batchShape == [4])
    let x = Tensor(rows: [[7, 5], [4, 2], [2, 5], [2, 5]])
    let inside = base.cdf(5) - base.cdf(2)
    let expected = Tensor([
      base.logCDF(5).scalar, base.logSurvival(4).scalar, log(inside).scalar,
      log(1 - inside).scalar,
    ])
    expectClose(distribution.logProb(x), expected, relative: 1e-12)
  }

  @Test func everyKindOfIntervalHasAGradient() {
    let infinity = Double.infinity
    let x = Tensor(rows: [[2, 5], [4, infinity], [-infinity, 9], [3, 3], [30, 31]])
    expectGradient(
      of: { IntervalCensored(Gumbel($0[0], $0[1])).logProb(x) }, at: [1.5, 2.2], "IntervalCensored")
    let density: ([Tensor]) -> [Tensor] = { [IntervalCensored(Gumbel($0[0], $0[1])).logProb(x)] }
    expectSameBitsReplayed(density, at: [1.5, 2.2])
  }

  @Test func drawsOfIntervalsAreExact() {
    let distribution = IntervalCensored(Normal(0, 1))
    let draws = distribution.sample([5], key: RandomKey(1))
    #expect(draws.shape == [5, 2])
    let exact = Normal(0, 1).sample([5], key: RandomKey(1))
    #expect(draws[.all, 0].scalars == exact.scalars)
    #expect(distribution.logProb(draws).scalars == Normal(0, 1).logProb(exact).scalars)
    #expect(distribution.support.contains(Tensor([2, 1])).scalar == 0)
    #expect(distribution.support.name == "a lower and an upper end, in order")
  }

  @Test func flagsMustBeZeroOrOne() {
    let distributions: [any Distribution] = [
      LeftCensored(Normal(0, 1), censored: 0.5), RightCensored(Normal(0, 1), censored: 2),
      IntervalCensored(Normal(0, 1), leftCensored: -1),
    ]
    for distribution in distributions {
      #expect(distribution.parameterViolation?.description.contains("must be 0 or 1") == true)
    }
  }
}
