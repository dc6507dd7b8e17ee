import Autodiff
import Foundation
import TestSupport
import Testing

@testable import Distributions

/// Whole numbers drawn from keys; that they follow their distributions is tested with the distributions.
struct DiscreteSamplersTests {
  @Test func recordedDrawsAreTheEagerOnes() {
    let weights = Tensor(rows: [[0.2, 0.5, 0.3], [1, 0, 4]])
    expectSameBitsReplayed(
      { inputs in
        let key = RandomKey(words: inputs[0])
        return [
          key.integers([2, 2], from: -3, through: Tensor([4, 40])),
          key.poisson([3], mean: Tensor([0.4, 30, 1e6])),
          key.binomial([3], trials: Tensor([5, 100, 1e6]), probability: 0.3),
          key.categorical([4, 2], weights: weights),
          key.multinomial([4, 2], trials: Tensor([3, 5000]), weights: weights),
        ]
      }, at: [RandomKey(2024).words])
  }

  @Test func noGradientPassesThroughACount() {
    let slope = gradient(of: { RandomKey(1).poisson([5], mean: $0).sum() + 2 * $0 }, at: 4)
    #expect(slope.scalar == 2)
  }

  @Test func aDistributionThatDoesNotExistGivesNoNumbers() {
    let key = RandomKey(1)
    let counts = Tensor([-1, .infinity, .nan])
    let chances = Tensor([-0.1, 1.1, .nan])
    let bounds = Tensor([-1, 0.5, .infinity, .nan])
    let weights = Tensor(rows: [[0, 0], [-1, 2], [.nan, 1], [.infinity, 1]])
    let draws = [
      key.poisson([3], mean: counts),
      key.binomial([3], trials: 4, probability: chances),
      key.binomial([3], trials: counts, probability: 0.5),
      key.integers([4], from: 0, through: bounds),
      key.categorical([4], weights: weights),
      key.multinomial([4], trials: 2, weights: weights),
      key.multinomial([3], trials: counts, weights: .ones([3, 2])),
    ]
    for (index, draw) in draws.enumerated() {
      #expect(isNaN(draw).all().scalar == 1, "distribution \(index)")
    }
  }

  @Test func certainOutcomesAreCertain() {
    let key = RandomKey(3)
    #expect(key.poisson([2], mean: 0).scalars == [0, 0])
    let draws = key.binomial(
      [4], trials: Tensor([7, 7, 0, 1e9]), probability: Tensor([0, 1, 0.5, 1]))
    #expect(draws.scalars == [0, 7, 0, 1e9])
    #expect(key.integers([3], from: 5, through: 5).scalars == [5, 5, 5])
    let weights = Tensor([0, 3, 0])
    #expect(Set(key.categorical([1000], weights: weights).scalars) == [1])
    #expect(key.multinomial([], trials: 1e9, weights: weights).scalars == [0, 1e9, 0])
  }

  @Test func rangesOfIntegersReachTheLastWholeNumberOfADouble() {
    let limit = 0x1p53
    let draws = RandomKey(1).integers([1000], from: Tensor(-limit), through: Tensor(limit)).scalars
    #expect(draws.allSatisfy { abs($0) <= limit && $0 == $0.rounded() })
    let spread = draws.map { $0 / limit }.reduce(0) { $0 + $1 * $1 } / 1000
    // A uniform variable on (-1, 1) has variance 1/3, here with a standard error of 0.0095.
    #expect(abs(spread - 1.0 / 3) < 0.05)
  }

  /// Standardised draws of means up to 10^15 have the mean 0 and the variance 1.
  @Test(arguments: [1e3, 1e6, 1e9, 1e12, 1e15])
  func hugeMeansAreAsExactAsSmallOnes(_ mean: Double) {
    let count = 20_000.0
    let poisson = RandomKey(5).poisson([20_000], mean: Tensor(mean))
    let binomial = RandomKey(6).binomial([20_000], trials: Tensor(4 * mean), probability: 0.25)
    for (draws, deviation) in [
      (poisson, mean.squareRoot()), (binomial, (0.75 * mean).squareRoot()),
    ] {
      let z = (draws - Tensor(mean)) / Tensor(deviation)
      #expect(abs(z.mean().scalar) < 5 / count.squareRoot())
      // The fourth moment of a standard normal variable is 3.
      #expect(abs(square(z).mean().scalar - 1) < 5 * (2 / count).squareRoot())
      // A third moment of 1 / √mean at most.
      #expect(
        abs((z * square(z)).mean().scalar) < 5 * (15 / count).squareRoot() + 1 / mean.squareRoot())
    }
  }

  @Test func weightsThatDoNotFitAreNamed() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomKey(1).categorical([3], weights: .ones([2, 4]))
    }
    expectMessage(
      "categorical: weights of shape [2, 4] cannot give draws of shape [3].", of: exit)
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomKey(1).multinomial([], trials: 1, weights: .ones([0]))
    }
    expectMessage("multinomial: there are no weights.", of: none)
  }

  /// Near the mean the large parts of the textbook formula cancel; these hold on to all digits.
  @Test func countProbabilitiesKeepTheirDigitsAtAnySize() {
    // mpmath with 50 digits.
    expectClose([Special.logGammaTerm(1_000_100, 1e6)], [-7.83174372635364345], relative: 1e-14)
    expectClose(
      [BinomialSampler.logProbability(250_100, trials: 1e6, probability: 0.25)],
      [-7.01650354214203549],
      relative: 1e-14)
    expectClose([Special.logGammaTerm(0, 3)], [-3], relative: 0)
    expectClose([Special.logGammaTerm(2, 1e-20)], [2 * log(1e-20) - log(2.0)], relative: 1e-14)
    expectClose(
      [BinomialSampler.logProbability(0, trials: 5, probability: 0.1)], [5 * log1p(-0.1)],
      relative: 1e-15)
    expectClose(
      [BinomialSampler.logProbability(5, trials: 5, probability: 0.1)], [5 * log(0.1)],
      relative: 1e-15)
  }
}
