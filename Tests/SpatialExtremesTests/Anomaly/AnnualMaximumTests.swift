import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// The distribution of a maximum with an anomaly of the year against mpmath (`Tests/Reference/make_annual_maximum.py`), a fine
/// rule, and the GEV distribution.
@Suite struct AnnualMaximumTests {
  struct Content: Decodable {
    struct Row: Decodable {
      let xi, ratio, z, above, below: Double
    }
    let rows: [Row]
  }

  private func maximum(
    _ location: Double, _ scale: Double, _ shape: Double, deviation: Double
  ) -> AnnualMaximum {
    AnnualMaximum(GEV(Tensor(location), Tensor(scale), Tensor(shape)), deviation: Tensor(deviation))
  }

  /// Ten digits in both tails, in another unit too: heavy and bounded tails down to 5e-10.
  @Test func bothTailsAreThoseOfQuadrature() throws {
    let rows = try Reference.kept("annual_maximum.json", as: Content.self).rows
    #expect(rows.count == 60)
    for row in rows {
      let (mu, sigma) = (36.0, 1.7)
      let found = maximum(mu, sigma, row.xi, deviation: row.ratio * sigma)
      let x = Tensor(mu + sigma * row.z)
      // The rounding of x is 4e-15 of it, and the hazard changes by up to 100 for a change of 1 of z.
      expectClose(
        [exp(found.logSurvival(x)).scalar, exp(found.logCDF(x)).scalar, found.cdf(x).scalar],
        [row.above, row.below, row.below], relative: 1e-10, "\(row)")
    }
  }

  /// Gumbel plus normal by the trapezoidal rule with 20,001 points, which has all digits for an analytic integrand.
  @Test(arguments: [0.2, 0.9, 4])
  func aGumbelVariableWithANormalOneHasTheFineSum(ratio: Double) {
    let found = maximum(0, 1, 0, deviation: ratio)
    for z in [-2.0, 0.3, 5, 12] {
      let step = 18.0 / 20_000
      var (above, density) = (0.0, 0.0)
      for k in 0...20_000 {
        let u = -9 + step * Double(k)
        let weight = step * Foundation.exp(-0.5 * u * u) / (2 * Double.pi).squareRoot()
        let w = Foundation.exp(-(z - ratio * u))
        above += weight * -expm1(-w)
        density += weight * w * Foundation.exp(-w)
      }
      expectClose([exp(found.logSurvival(Tensor(z))).scalar], [above], relative: 1e-10)
      expectClose([exp(found.logProb(Tensor(z))).scalar], [density], relative: 1e-10)
    }
  }

  @Test(arguments: [-0.3, -0.1, 0, 0.2], [0.1, 1, 3])
  func aQuantileInvertsTheDistributionFunction(shape: Double, ratio: Double) {
    let found = maximum(36, 1.7, shape, deviation: 1.7 * ratio)
    for p in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999] {
      expectClose([found.cdf(found.icdf(Tensor(p))).scalar], [p], relative: 1e-10)
      let log = Tensor(Foundation.log(p))
      expectClose(
        [exp(found.logSurvival(found.icdf(logSurvival: log))).scalar], [p], relative: 1e-10)
    }
    let level = found.returnLevel(period: 1e6)
    expectClose([exp(found.logSurvival(level)).scalar], [1e-6], relative: 1e-10)
    #expect(found.icdf(1).scalar == .infinity && found.icdf(0).scalar == -.infinity)
  }

  @Test func withoutAnAnomalyAllDigitsAreThoseOfTheGEVDistribution() {
    let gev = GEV(Tensor([36, 30]), Tensor([1.7, 2]), Tensor([-0.2, 0.1]))
    let (found, x) = (AnnualMaximum(gev), Tensor([39.0, 41]))
    #expect(found.cdf(x).scalars == gev.cdf(x).scalars)
    #expect(found.logSurvival(x).scalars == gev.logSurvival(x).scalars)
    #expect(found.logProb(x).scalars == gev.logProb(x).scalars)
    #expect(found.returnLevel(period: 25).scalars == gev.returnLevel(period: 25).scalars)
    #expect(
      found.sample([3], key: RandomKey(1)).scalars == gev.sample([3], key: RandomKey(1)).scalars)
  }

  /// The effect of a small deviation t is of second order, t² / 2 times the curvature of the survival function.
  @Test(arguments: [-0.3, 0, 0.2])
  func aVanishingAnomalyGivesTheGEVDistribution(shape: Double) {
    let gev = GEV(36, 1.7, Tensor(shape))
    for deviation in [1e-3, 1e-5, 0] {
      let found = maximum(36, 1.7, shape, deviation: deviation)
      expectClose(
        found.returnLevel(period: 100), gev.returnLevel(period: 100),
        relative: 1e-12 + deviation * deviation)
      expectClose(
        found.logSurvival(39), gev.logSurvival(39), relative: 1e-12 + deviation * deviation)
    }
  }

  /// The end of a bounded distribution moves with the anomaly, so that there is none; values far below an end are not possible
  /// by the maximum, but by the anomaly.
  @Test func anomaliesTakeAwayTheEndsOfTheSupport() {
    let bounded = maximum(36, 1.5, -0.3, deviation: 1)  // the end without an anomaly is 41
    #expect(exp(bounded.logSurvival(41)).scalar > 1e-3)
    // Beyond, the anomaly alone: less than its own tail, and more than a millionth of it.
    let tail = (1 - Normal(0, 1).cdf(5)).scalar
    let beyond = exp(bounded.logSurvival(46)).scalar
    #expect(beyond < tail && beyond > 1e-6 * tail)
    let heavy = maximum(36, 1.5, 0.3, deviation: 1)  // the end is 31
    #expect(heavy.cdf(31).scalar > 1e-5 && heavy.logProb(30).scalar.isFinite)
    #expect(heavy.cdf(Tensor(-Double.infinity)).scalar == 0)
    #expect(heavy.logSurvival(Tensor(Double.infinity)).scalar == -.infinity)
  }

  /// Means of samples: 40,000 of them have a standard error of 0.5 % of their deviation.
  @Test func samplesHaveTheMeanOfTheMaximumAndTheVarianceOfBoth() {
    let gev = GEV(36, 1.5, -0.1)
    let y = AnnualMaximum(gev, deviation: 1.2).sample([40_000], key: RandomKey(5))
    let variance = gev.variance.scalar + 1.44
    expectClose(
      [y.mean().scalar], [gev.mean.scalar], relative: 0, absolute: 0.02 * variance.squareRoot())
    expectClose([y.variance().scalar], [variance], relative: 0.04)
  }
}
