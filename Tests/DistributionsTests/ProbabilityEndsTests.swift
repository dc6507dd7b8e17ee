import Distributions
import Foundation
import PPL
import TestSupport
import Testing

/// Densities and slopes where a probability is exactly 0 or 1.
@Suite struct ProbabilityEndsTests {
  private func slope(_ p: Double, _ density: (Tensor) -> Tensor) -> Double {
    gradient(of: { density($0) }, at: Tensor(p)).scalar
  }

  /// d/dp log(1 - p) is -1 at 0, d/dp log p is 1 at 1.
  @Test func aHurdleHasSlopesInItsGateAtBothEnds() {
    let bases: [@Sendable (Tensor, Tensor) -> Tensor] = [
      { gate, x in Hurdle(LogNormal(0, 1), gate: gate).logProb(x) },
      { gate, x in Hurdle(Gamma(shape: 2, rate: 1.3), gate: gate).logProb(x) },
      { gate, x in Hurdle(Poisson(rate: 2), gate: gate).logProb(x) },
    ]
    for density in bases {
      #expect(slope(0) { density($0, 3) } == -1)
      #expect(slope(1) { density($0, 0) } == 1)
      expectClose([slope(0.3) { density($0, 3) }], [-1 / 0.7], relative: 1e-15)
      expectClose([slope(0.3) { density($0, 0) }], [1 / 0.3], relative: 1e-15)
      // What cannot happen has no density.
      #expect(density(0, 0).scalar == -.infinity)
      #expect(density(1, 3).scalar == -.infinity)
    }
  }

  /// d/dg log(g + (1 - g) q) is 1/q - 1 at 0 and 1 - q at 1, q = P_base(0).
  @Test func zeroInflatedCountsHaveSlopesInTheirGateAtBothEnds() {
    let q = exp(-2.0)
    func density(_ gate: Tensor, _ x: Tensor) -> Tensor {
      ZeroInflated(Poisson(rate: 2), gate: gate).logProb(x)
    }
    #expect(slope(0) { density($0, 3) } == -1)
    expectClose([slope(0) { density($0, 0) }], [1 / q - 1], relative: 1e-14)
    expectClose([slope(1) { density($0, 0) }], [1 - q], relative: 1e-14)
  }

  @Test func certainOutcomesHaveSlopesInTheirProbability() {
    #expect(slope(0) { Bernoulli(probabilities: $0).logProb(0) } == -1)
    #expect(slope(1) { Bernoulli(probabilities: $0).logProb(1) } == 1)
    #expect(slope(0) { Binomial(totalCount: 5, probabilities: $0).logProb(0) } == -5)
    #expect(slope(1) { Binomial(totalCount: 5, probabilities: $0).logProb(5) } == 5)
    #expect(slope(1) { Geometric(probabilities: $0).logProb(0) } == 1)
    #expect(slope(0) { NegativeBinomial(totalCount: 4, probabilities: $0).logProb(0) } == -4)
    #expect(slope(0) { NegativeBinomial(totalCount: 4, probabilities: $0).mean } == 4)
    #expect(slope(0) { NegativeBinomial(totalCount: 4, probabilities: $0).variance } == 4)
    let slopes = gradient(
      of: { (p: Tensor) in
        Multinomial(totalCount: 3, probabilities: p).logProb(Tensor([0, 1, 2]))
      }, at: Tensor([0, 0.25, 0.75]))
    expectClose(slopes, Tensor([0, 4, 2 / 0.75]), relative: 1e-15)
    let category = gradient(
      of: { (p: Tensor) in
        Categorical(probabilities: p).logProb(1)
      }, at: Tensor([0, 0.25, 0.75]))
    expectClose(category, Tensor([0, 4, 0]), relative: 1e-15)
  }

  /// `Σ pₖ fₖ` over the sum of the weights.
  @Test func momentsOfAMixtureHaveASlopeInAWeightOfZero() {
    let weights = Tensor([0, 0.5, 0.5])
    let slopes = gradient(
      of: { (w: Tensor) in
        MixtureSameFamily(Categorical(probabilities: w), Normal([0, 1, 2], 1)).mean
      }, at: weights)
    expectClose(slopes, Tensor([-1.5, -0.5, 0.5]), relative: 1e-14)
  }

  @Test func aComponentWithoutWeightDoesNotCountHoweverLargeItsDensity() {
    // Its density exceeds that of the others by exp(10⁴).
    let distribution = MixtureSameFamily(Categorical(probabilities: [0, 1]), Normal([200, 0], 1))
    expectClose(distribution.logProb(150), Normal(0, 1).logProb(150), relative: 1e-14)
    let mixture = MixtureSameFamily(
      Categorical(probabilities: [0, 1]), Exponential(rate: Tensor([1, 2])))
    #expect(mixture.logProb(-1).scalar == -.infinity)
    let slopes = gradient(
      of: { (w: Tensor) in
        MixtureSameFamily(Categorical(probabilities: w), Exponential(rate: [1, 2])).logProb(-1)
      }, at: Tensor([0, 1]))
    #expect(slopes.scalars == [0, 0])
  }

  @Test func aLogitOfMinusInfinityIsAProbabilityOfZero() {
    let logits = Tensor([-.infinity, 0, 1])
    let x = Tensor(rows: [[0, 1, 2], [1, 0, 2]])
    let odds = exp(1.0)
    let distribution = Multinomial(totalCount: 3, logits: logits)
    let possible = log(3 * odds * odds / pow(1 + odds, 3))
    expectClose(distribution.logProb(x), Tensor([possible, -.infinity]), relative: 1e-14)
    let slopes = gradient(
      of: { (l: Tensor) in Multinomial(totalCount: 3, logits: l).logProb(Tensor([0, 1, 2])) },
      at: logits)
    let share = odds / (1 + odds)
    expectClose(slopes, Tensor([0, 1 - 3 * (1 - share), 2 - 3 * share]), relative: 1e-14)
    #expect(Categorical(logits: logits).logProb(0).scalar == -.infinity)
    #expect(distribution.variance.scalars[0] == 0)
  }

  @Test func countsWithoutSuccessesHaveNoVariance() {
    let distribution = NegativeBinomial(totalCount: 3, probabilities: 0)
    #expect(distribution.mean.scalar == 0)
    #expect(distribution.variance.scalar == 0)
    #expect(distribution.sample([5], key: RandomKey(1)).scalars == [0, 0, 0, 0, 0])
  }

  @Test func aHurdleBeforeANegativeValueIsRefused() async {
    let normal = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Hurdle(Normal(0, 1), gate: 0.3)
    }
    expectMessage(
      "Hurdle: values of Normal are a finite number, but must not be negative; use a distribution "
        + "of positive numbers or of counts, such as Truncated(Normal(...), low: 0).", of: normal)
    let below = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Hurdle(Uniform(-3, -2), gateLogits: 0.3)
    }
    expectMessage("Hurdle: values of Uniform are in [-3, -2], but must not be negative", of: below)
    let counts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Hurdle(DiscreteUniform(-2, 7), gate: 0.3)
    }
    expectMessage("Hurdle: values of DiscreteUniform are an integer in [-2, 7], but", of: counts)
    // What the message asks for.
    expectClose(
      Hurdle(TruncatedNormal(0, 1, low: 0), gate: 0).logProb(1), Tensor(-0.7257913526447274),
      relative: 1e-14)
  }
}
