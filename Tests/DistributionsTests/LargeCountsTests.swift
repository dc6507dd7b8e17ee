import Distributions
import PPL
import TestSupport
import Testing

/// Distribution functions of counts beyond 2^53, whose next count is rounded.
@Suite struct LargeCountsTests {
  @Test func distributionFunctionsOfCountsKnowTheNextCount() {
    expectClose(Beta(1e16, 1e16).cdf(0.5), 0.5, relative: 1e-15)
    // 1/2 and half the largest probability, √(2 / (πn)); beyond 2^53 the next count is not a number.
    let binomial = Binomial(totalCount: 1e18, probabilities: 0.5).cdf(5e17)
    expectClose(binomial, 0.5 + 3.989422804e-10, relative: 1e-15)
    // For a mean m the median correction is (1/2 + 1/6) / √(2πm).
    let poisson = Poisson(rate: 1e18).cdf(1e18)
    expectClose(poisson, 0.5 + 2.0 / 3 * 3.989422804e-10, relative: 1e-15)
  }

  @Test func distributionFunctionsOfLargeCountsAreTheSameReplayed() {
    let poisson: ([Tensor]) -> [Tensor] = { [Poisson(rate: $0[0]).cdf($0[1])] }
    expectSameBitsReplayed(
      poisson, at: [Tensor([4, 1e18, 9.1e15, 1e18, 2]), Tensor([3, 1e18, 0x1p53 + 2, .nan, -1])])
    expectSameBitsReplayed(
      { [Binomial(totalCount: $0[0], probabilities: $0[1]).cdf($0[2])] },
      at: [Tensor([1e18, 7, 1e18]), 0.5, Tensor([5e17, 3, 1e18])])
    expectSameBitsReplayed(
      { [NegativeBinomial(totalCount: $0[0], probabilities: 0.5).cdf($0[1])] },
      at: [Tensor([1e18, 2.5]), Tensor([1e18, 3])])
    expectSameBitsReplayed(
      { x in
        let (value, slopes) = valueWithGradient(
          of: { Poisson(rate: $0[0]).cdf(1e18).sum() }, at: [x[0]])
        return [value] + slopes
      }, at: [Tensor([1e18, 1.000000001e18])])
    // 1/2 and half of what I_½(n, n) lacks to I_½(n, n + 1): 1 / (2 √(πn)).
    let negative = NegativeBinomial(totalCount: 1e18, probabilities: 0.5).cdf(1e18)
    expectClose(negative, 0.5 + 2.820947918e-10, relative: 1e-15)
  }

  @Test func slopesOfDistributionFunctionsOfLargeCountsAreDensities() {
    // -1 / √(2πm), the next term being 1 / (12 m) of it.
    let slope = gradient(of: { Poisson(rate: $0).cdf(1e18) }, at: 1e18)
    expectClose(slope, -3.989422804e-10, relative: 1e-9, absolute: 0)
  }
}
