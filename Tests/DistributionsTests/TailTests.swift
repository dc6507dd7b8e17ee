import Distributions
import PPL
import TestSupport
import Testing

/// Distributions cut, censored or joined far in their tails; right values by mpmath with 50 digits.
@Suite struct TailTests {
  @Test func distributionsCutFarOutInTheUpperTailHaveTheirMedianAndDensity() {
    let gamma = Truncated(Gamma(shape: 2, rate: 1), low: 40)
    expectClose(gamma.icdf(0.5), 40.71032378, relative: 1e-9)
    expectClose(Truncated(Chi2(3), low: 80).icdf(0.5), 81.40326740, relative: 1e-9)
    let inverse = Truncated(InverseGamma(shape: 3, rate: 1), low: 1e5)
    expectClose(inverse.logProb(2e5), -13.18689940, relative: 1e-9)
    let beta = Truncated(Beta(2, 50), low: 0.7)
    expectClose(beta.logProb(0.75), -3.757135851, relative: 1e-9)
    let proportion = Truncated(BetaProportion(mean: 2.0 / 52, concentration: 52), low: 0.7)
    expectClose(proportion.logProb(0.75), -3.757135851, relative: 1e-9)
  }

  @Test func distributionsCutFarOutDrawFiniteNumbersAboveTheCut() {
    func expectDraws(
      _ distribution: some HasQuantiles, from low: Double, to high: Double = .infinity
    ) {
      let draws = distribution.sample([20_000], key: RandomKey(5))
      #expect(
        (isFinite(draws) .& (draws .>= Tensor(low))).all().scalar == 1, "\(distribution.name)")
      #expect((draws .<= Tensor(high)).all().scalar == 1, "\(distribution.name)")
      // Uniform probabilities below each draw: mean 1/2, six standard errors of 1/√12.
      let mean = distribution.cdf(draws).mean().scalar
      #expect(abs(mean - 0.5) < 6 * 0.2887 / 20_000.0.squareRoot(), "\(distribution.name): \(mean)")
    }
    expectDraws(Truncated(Gamma(shape: 2, rate: 1), low: 40), from: 40)
    expectDraws(Truncated(Chi2(3), low: 2000), from: 2000)
    expectDraws(Truncated(InverseGamma(shape: 3, rate: 1), low: 1e50), from: 1e50)
    expectDraws(Truncated(Beta(2, 50), low: 0.7), from: 0.7, to: 1)
    expectDraws(Truncated(HalfCauchy(1), low: 1e30), from: 1e30)
    expectDraws(Truncated(StudentT(1e6, 0, 1), low: 50), from: 50)
    expectDraws(Truncated(Truncated(Gamma(shape: 2, rate: 1), low: 10), low: 80), from: 80)
  }

  /// Distributions whose two tails and two quantiles are their own, with points as far out as they go.
  @Test func quantilesInvertTheLogarithmOfEachTail() {
    func expectInverse(_ distribution: some HasQuantiles, _ logs: [Double]) {
      for l in logs {
        let lower = distribution.icdf(logCDF: Tensor(l))
        if lower.scalar > 0 {
          expectClose(
            distribution.logCDF(lower), Tensor(l), relative: 1e-10, "\(distribution.name), lower")
        }
        let upper = distribution.icdf(logSurvival: Tensor(l))
        expectClose(
          distribution.logSurvival(upper), Tensor(l), relative: 1e-10, "\(distribution.name), upper"
        )
      }
    }
    let deep = [-1e-3, -0.7, -30, -700, -1e5]
    expectInverse(Gamma(shape: 0.4, rate: 2), deep)
    expectInverse(Gamma(shape: 3.5, rate: 2), deep)
    expectInverse(Gamma(shape: 1e4, rate: 2), deep)
    expectInverse(Chi2(7), deep)
    expectInverse(StudentT(1e6, 0.0, 1), deep)
    // Beyond these the quantile is no number.
    expectInverse(InverseGamma(shape: 3, rate: 1), [-1e-3, -0.7, -30, -700])
    expectInverse(StudentT(4, 0, 1), [-0.7, -30, -700])
    // So near to 1, x has no more than these digits.
    expectInverse(Beta(2, 50), [-1e-3, -0.7, -30, -300])
    // Above its end a cut distribution has as many digits as the distance from there.
    expectInverse(Truncated(Gamma(shape: 3.5, rate: 2), low: 30), [-1e-3, -0.7])
    let cut = Truncated(Gamma(shape: 3.5, rate: 2), low: 30)
    expectClose(cut.logSurvival(cut.icdf(logSurvival: -700)), -700, relative: 1e-12)
  }

  @Test func nestedTruncationIsTruncationOnce() {
    let base = Gamma(shape: 2, rate: 1)
    let once = Truncated(base, low: 80, high: 90)
    let nested = Truncated(Truncated(base, low: 10), low: 80, high: 90)
    let x = Tensor([80, 80.5, 83, 89])
    expectClose(nested.logProb(x), once.logProb(x), relative: 1e-12)
    expectClose(
      nested.icdf(Tensor([0.1, 0.5, 0.999])), once.icdf(Tensor([0.1, 0.5, 0.999])), relative: 1e-12)
    expectClose(nested.logCDF(x), once.logCDF(x), relative: 1e-9)
    expectClose(nested.logSurvival(x), once.logSurvival(x), relative: 1e-9)
    let upper = Truncated(Truncated(Normal(0, 1), high: 5), low: 3)
    let both = Truncated(Normal(0, 1), low: 3, high: 5)
    expectClose(upper.logProb(4), both.logProb(4), relative: 1e-12)
  }

  @Test func quantilesOfACutDistributionUseTheTailTheyLieIn() {
    // The cut is below the median, the quantile far above.
    let distribution = Truncated(Normal(0, 1), low: -1)
    let l = Tensor(-100)
    let mass = Normal(0, 1).logSurvival(-1)
    expectClose(
      distribution.icdf(logSurvival: l), Normal(0, 1).icdf(logSurvival: l + mass), relative: 1e-12)
    let high = Truncated(Normal(0, 1), high: 40)
    expectClose(high.icdf(logSurvival: l), Normal(0, 1).icdf(logSurvival: l), relative: 1e-12)
  }

  @Test func censoredValuesCountByTheirTail() {
    let distribution = RightCensored(InverseGamma(shape: 3, rate: 1), censored: 1)
    expectClose(distribution.logProb(1e8), -57.05380171, relative: 1e-9)
    let gamma = IntervalCensored(Gamma(shape: 2, rate: 1))
    // log(Q(2, 800) - Q(2, 801)), Q(2, x) = (1 + x) e^-x.
    let expected = Tensor(-800) + log(801 - 802 * exp(Tensor(-1)))
    expectClose(gamma.logProb(Tensor([800, 801])), expected, relative: 1e-12)
    let left = LeftCensored(Gamma(shape: 100, rate: 1), censored: 1)
    // P(100, 1e-5): x^100 / 100! to nine digits.
    expectClose(left.logProb(1e-5), 100 * log(Tensor(1e-5)) - logGamma(101) - 1e-5, relative: 1e-8)
    let outside = IntervalCensored(Normal(0, 1), leftCensored: 1, rightCensored: 1)
    let tails = Normal(0, 1).logCDF(-12) + Tensor(0.6931471805599453)
    expectClose(outside.logProb(Tensor([-12, 12])), tails, relative: 1e-13)
  }

  /// Right values by mpmath.
  @Test(arguments: [
    (25.0, 25.03987301205756), (1e4, 10000.000099999998), (1e6, 1000000.000001), (1e8, 1e8),
    (1e160, 1e160),
  ])
  func slopesOfNormalTailsKeepTheirDigits(x: Double, right: Double) {
    let slope = gradient(of: { Normal(0, 1).logSurvival($0) }, at: Tensor(x))
    expectClose(-slope, Tensor(right), relative: 1e-13)
  }

  @Test func copulasUseTheLogTailsOfTheirMarginals() {
    let correlation = Tensor(rows: [[1, 0.5], [0.5, 1]])
    let copula = GaussianCopula(Normal(Tensor([0, 0]), 1), correlation: correlation)
    expectClose(copula.logProb(Tensor([9, 8])), -50.36070270, relative: 1e-9)
    let normal = MultivariateNormal(Tensor([0, 0]), covariance: correlation)
    for x in [Tensor([60, -70]), Tensor([1e5, 1e5]), Tensor([0.3, -0.2]), Tensor([-40, 3])] {
      expectClose(copula.logProb(x), normal.logProb(x), relative: 1e-10)
      let slopes = gradient(of: { copula.logProb($0) }, at: x)
      expectClose(slopes, gradient(of: { normal.logProb($0) }, at: x), relative: 1e-9)
    }
    let gammas = GaussianCopula(Gamma(shape: Tensor([2, 3]), rate: 1), correlation: correlation)
    #expect(isFinite(gammas.logProb(Tensor([500, 400]))).scalar == 1)
  }

  @Test func distributionsWithAnUpperEndKnowHowCloseTheyAre() {
    // The probability above x as the density there times the distance to the end.
    let distance = 0x1p-40
    let uniform = Uniform(1, 3)
    expectClose(
      uniform.logSurvival(Tensor(3 - distance)), log(Tensor(distance / 2)), relative: 1e-14)
    expectClose(uniform.icdf(logSurvival: -40), 3 - 2 * exp(Tensor(-40)), relative: 1e-15)
    let logUniform = LogUniform(1, 4)
    let nearFour = Tensor(4 - distance)
    let expected = log(Tensor(distance / 4)) - log(log(Tensor(4)))
    expectClose(logUniform.logSurvival(nearFour), expected, relative: 1e-12)
    expectClose(logUniform.icdf(logSurvival: expected), nearFour, relative: 1e-15)
    for exponent in [-3.0, -1, 0.5, 400] {
      let distribution = DoublyTruncatedPowerLaw(exponent: Tensor(exponent), low: 1, high: 4)
      let tail = distribution.logProb(4) + log(Tensor(distance))
      // The density falls by a relative exponent · distance / 4 on the way.
      expectClose(distribution.logSurvival(nearFour), tail, relative: 1e-11)
      expectClose(distribution.icdf(logSurvival: tail), nearFour, relative: 1e-15)
      expectClose(distribution.logCDF(2), log(distribution.cdf(2)), relative: 1e-12)
    }
    let cauchy = HalfCauchy(2)
    expectClose(cauchy.logSurvival(2e200), log(Tensor(2 / Double.pi * 1e-200)), relative: 1e-14)
    expectClose(
      cauchy.icdf(logSurvival: log(Tensor(2 / Double.pi * 1e-200))), 2e200, relative: 1e-12)
    let relaxed = RelaxedBernoulli(temperature: 0.5, logits: 0)
    let l = relaxed.logSurvival(Tensor(1 - 0x1p-50))
    expectClose(relaxed.icdf(logSurvival: l), Tensor(1 - 0x1p-50), relative: 1e-15)
  }

  @Test func gradientsOfLogTailsAreThoseOfFiniteDifferences() {
    expectGradient(
      of: { Gamma(shape: $0[0], rate: $0[1]).logSurvival($0[2]) },
      at: [2.5, 1.3, Tensor([0.4, 3, 900])],
      tolerance: 1e-6)
    expectGradient(
      of: { Gamma(shape: $0[0], rate: $0[1]).logCDF($0[2]) },
      at: [150, 1.3, Tensor([0.01, 90, 300])],
      tolerance: 1e-6)
    expectGradient(
      of: { InverseGamma(shape: $0[0], rate: $0[1]).logSurvival($0[2]) },
      at: [2.5, 1.3, Tensor([0.4, 3, 1e6])], tolerance: 1e-6)
    expectGradient(
      of: { Beta($0[0], $0[1]).logSurvival($0[2]) }, at: [2.5, 30, Tensor([0.01, 0.4, 0.99])],
      tolerance: 1e-6)
    expectGradient(
      of: { Beta($0[0], $0[1]).logCDF($0[2]) }, at: [2.5, 30, Tensor([0.002, 0.05, 0.6])],
      tolerance: 1e-6)
    expectGradient(
      of: { StudentT($0[0], 0.2, $0[1]).logCDF($0[2]) }, at: [5, 1.3, Tensor([-40, -1, 0.5, 9])],
      tolerance: 1e-6)
    expectGradient(
      of: { Gamma(shape: $0[0], rate: $0[1]).icdf(logSurvival: $0[2]) },
      at: [2.5, 1.3, Tensor([-0.2, -3, -900])], tolerance: 1e-6)
    expectGradient(
      of: { Beta($0[0], $0[1]).icdf(logSurvival: $0[2]) }, at: [2.5, 30, Tensor([-0.2, -3, -50])],
      tolerance: 1e-6)
    expectGradient(
      of: { StudentT($0[0], 0.2, $0[1]).icdf(logCDF: $0[2]) },
      at: [5, 1.3, Tensor([-0.2, -3, -90])],
      tolerance: 1e-6)
    expectGradient(
      of: { Truncated(Gamma(shape: $0[0], rate: 1), low: 40).logProb($0[1]) },
      at: [2.5, Tensor([41, 60])],
      tolerance: 1e-6)
  }
}
