import Distributions
import PPL
import TestSupport
import Testing

/// Draws that a `Double` would round to an end of the support.
@Suite struct SmallDrawsTests {
  private static let distributions: [any Distribution] = [
    Gamma(shape: 1e-4, rate: 1), Gamma(shape: 1e-4, rate: 1e200), Gamma(shape: 1e9, rate: 1e-305),
    Chi2(2e-4), InverseGamma(shape: 1e-4, rate: 1), InverseGamma(shape: 1e-4, rate: 1e200),
    Beta(1e-4, 1e-4), Beta(1e-4, 1), BetaProportion(mean: 0.999, concentration: 1e-3),
    Dirichlet(Tensor([1e-4, 1e-4, 2])), Weibull(scale: 1, shape: 1e-3),
    Dagum(shape: 1e-3, sharpness: 0.1, scale: 1), Kumaraswamy(1e-3, 1e-3),
    Pareto(scale: 3, shape: 1e-3), Pareto(scale: 3, shape: 1e18), Frechet(0, 1, shape: 1e-3),
    Frechet(5, 1e-3, shape: 0.02),
    LogNormal(0, 1e3), WishartCholesky(1e-4, choleskyFactor: .identity(1)),
    LKJCholesky(dimension: 2, concentration: 1e-4),
  ]

  @Test func drawsStayInsideTheSupportAndHaveADensity() {
    for distribution in Self.distributions {
      let draws = distribution.sample([2000], key: RandomKey(3))
      #expect(
        distribution.support.contains(draws).all().scalar == 1,
        "\(distribution.name) \(distribution.parameters)")
      #expect(isFinite(draws).all().scalar == 1, "\(distribution.name) \(distribution.parameters)")
      let densities = distribution.logProb(draws)
      #expect(
        isFinite(densities).all().scalar == 1, "\(distribution.name) \(distribution.parameters)")
    }
  }

  /// The share of draws below the least normal number is its probability, so that no draw is moved but those.
  @Test func onlyDrawsBelowAllNumbersAreMoved() {
    let least = Double.leastNormalMagnitude
    let distribution = Gamma(shape: 1e-4, rate: 1)
    let draws = distribution.sample([20_000], key: RandomKey(5))
    let share = (draws .== Tensor(least)).mean().scalar
    let p = distribution.cdf(Tensor(least)).scalar
    #expect(abs(share - p) < 6 * (p * (1 - p) / 20_000).squareRoot())
    // The generator's own numbers wherever they are normal.
    let raw = RandomKey(5).gamma([20_000], alpha: 1e-4)
    let isNormal = raw .>= Tensor(least)
    #expect((draws .== raw).scalars == isNormal.scalars)
  }

  @Test func aDrawThatWasMovedHasNoSlopeAndOthersHave() {
    let key = RandomKey(5)
    let draws = Gamma(shape: 1e-4, rate: 1).sample([200], key: key)
    let slopes = gradient(
      of: { (rate: Tensor) in Gamma(shape: 1e-4, rate: rate).sample([200], key: key).sum() },
      at: Tensor(1))
    let kept = select(draws .> Tensor(.leastNormalMagnitude), draws, 0).sum()
    expectClose(slopes, -kept, relative: 1e-14)
    let shape = gradient(
      of: { (a: Tensor) in Gamma(shape: a, rate: 1).sample([200], key: key).sum() }, at: 1e-4)
    #expect(shape.scalar.isFinite)
  }
}
