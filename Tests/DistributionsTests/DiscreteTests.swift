import Distributions
import PPL
import TestSupport
import Testing

/// What the table of `DiscreteFamilies.swift` does not reach: ends, edges, sizes and messages.
struct DiscreteTests {
  /// Each distribution of single counts, with values outside its support.
  private static let outside: [(any Distribution, [Double])] = [
    (Bernoulli(probabilities: 0.3), [-1, 0.5, 2]), (Bernoulli(logits: 0.3), [-1, 0.5, 2]),
    (Binomial(totalCount: 4, probabilities: 0.3), [-1, 0.5, 5]),
    (BetaBinomial(2, 3, totalCount: 4), [-1, 0.5, 5]),
    (BetaNegativeBinomial(2, 3, totalCount: 4), [-1, 0.5]),
    (GammaPoisson(shape: 2, rate: 1), [-1, 0.5]),
    (NegativeBinomial(totalCount: 2, logits: 1), [-1, 0.5]),
    (NegativeBinomial2(mean: 2, concentration: 1), [-1, 0.5]), (Poisson(rate: 2), [-1, 0.5]),
    (Geometric(probabilities: 0.3), [-1, 0.5]),
    (Categorical(probabilities: [0.3, 0.7]), [-1, 0.5, 2]),
    (Categorical(logits: [0.3, 0.7]), [-1, 0.5, 2]),
    (OrderedLogistic(0.2, cutpoints: [0, 1]), [-1, 0.5, 3]),
    (DiscreteUniform(-1, 2), [-2, 0.5, 3]),
    (ZeroInflated(Poisson(rate: 2), gate: 0.3), [-1, 0.5]),
    (
      MixtureSameFamily(Categorical(logits: [0, 1]), Poisson(rate: [1, 2])), [-1, 0.5]
    ),
  ]

  @Test func betweenAndBeyondTheCountsThereIsNoProbability() {
    for (distribution, points) in Self.outside {
      for x in points + [.infinity, .nan] {
        #expect(
          distribution.logProb(Tensor(x)).scalar == -.infinity, "\(distribution.name) at \(x)")
      }
    }
  }

  /// No gradient comes from there, neither to a parameter nor, as zero times infinity, a `nan`.
  @Test func outsideTheSupportNoParameterHasAGradient() {
    let families: [(String, ([Tensor]) -> any Distribution, [Tensor])] = [
      ("Bernoulli", { Bernoulli(logits: $0[0]) }, [0.3]),
      ("Binomial", { Binomial(totalCount: 4, probabilities: $0[0]) }, [0.3]),
      ("BetaBinomial", { BetaBinomial($0[0], $0[1], totalCount: 4) }, [2, 3]),
      ("GammaPoisson", { GammaPoisson(shape: $0[0], rate: $0[1]) }, [2, 3]),
      ("Poisson", { Poisson(rate: $0[0]) }, [2]),
      ("Categorical", { Categorical(logits: $0[0]) }, [Tensor([0, 1])]),
      ("OrderedLogistic", { OrderedLogistic($0[0], cutpoints: [0, 1]) }, [0.3]),
      ("ZeroInflated", { ZeroInflated(Poisson(rate: $0[0]), gate: $0[1]) }, [2, 0.3]),
      ("ZeroInflated", { ZeroInflated(Poisson(rate: $0[0]), gateLogits: $0[1]) }, [2, 0.3]),
      (
        "MixtureSameFamily",
        { MixtureSameFamily(Categorical(probabilities: $0[0]), Poisson(rate: $0[1])) },
        [Tensor([0.3, 0.7]), Tensor([1, 2])]
      ),
    ]
    for (name, make, parameters) in families {
      let slopes = valueWithGradient(of: { make($0).logProb(0.5) }, at: parameters).gradient
      let total = slopes.reduce(Tensor(0)) { $0 + abs($1).sum() }
      #expect(total.scalar == 0, "\(name)")
    }
  }

  @Test func chancesOfZeroAndOneHaveFiniteDensitiesAndGradients() {
    let edges: [(@Sendable (Tensor) -> any Distribution, x: Double, p: Double, slope: Double)] = [
      ({ Bernoulli(probabilities: $0) }, 0, 0, -1), ({ Bernoulli(probabilities: $0) }, 1, 1, 1),
      ({ Binomial(totalCount: 3, probabilities: $0) }, 0, 0, -3),
      ({ Binomial(totalCount: 3, probabilities: $0) }, 3, 1, 3),
      ({ Geometric(probabilities: $0) }, 0, 1, 1),
      ({ ZeroInflated(Poisson(rate: 0), gate: $0) }, 0, 1, 0),
    ]
    for (make, x, p, slope) in edges {
      let (value, found) = valueWithGradient(
        of: { make($0[0]).logProb(Tensor(x)) }, at: [Tensor(p)])
      #expect(value.scalar == 0 && found[0].scalar == slope, "\(make(0).name) at \(x)")
    }
    #expect(Poisson(rate: 0).logProb([0, 1]).scalars == [0, -.infinity])
    // P(0) = gate + (1 - gate) exp(-2); without a gate the base alone.
    let inflated = valueWithGradient(
      of: { ZeroInflated(Poisson(rate: 2), gate: $0[0]).logProb([0, 900]).sum() }, at: [0])
    expectClose(inflated.value, Poisson(rate: 2).logProb([0, 900]).sum(), relative: 1e-14)
    let (gain, loss) = ((1 - exp(Tensor(-2))) * exp(Tensor(2)), Tensor(-1))
    expectClose(inflated.gradient[0], gain + loss, relative: 1e-12)
  }

  @Test func categoriesWithoutAChanceDoNoHarm() {
    let p = Tensor([0, 0.4, 0.6])
    let distribution = Categorical(probabilities: p)
    #expect(distribution.logProb(0).scalar == -.infinity)
    let slope = gradient(of: { Categorical(probabilities: $0).logProb(1) }, at: p)
    expectClose(slope, Tensor([0, 2.5, 0]), relative: 1e-15)
    #expect(distribution.entropy.scalar.isFinite)
    #expect(!distribution.sample([1000], key: RandomKey(1)).scalars.contains(0))
    let mixture = gradient(
      of: { MixtureSameFamily(Categorical(probabilities: $0), Normal([0, 1, 2], 1)).logProb(0.3) },
      at: p)
    #expect(isFinite(mixture).all().scalar == 1)
  }

  @Test func logitsFarOutKeepTheSmallerProbability() {
    // log(1 - exp(-700)) = -exp(-700), which p = sigmoid(700) = 1 cannot hold.
    let small = -exp(Tensor(-700)).scalar
    #expect(Bernoulli(logits: 700).logProb([0, 1]).scalars == [-700, small])
    expectClose(
      Binomial(totalCount: 2, logits: 700).logProb([0, 2]), Tensor([-1400, 2 * small]),
      relative: 1e-14, absolute: 0)
    expectClose(
      OrderedLogistic(0, cutpoints: [700, 701]).logProb([0, 1, 2]),
      Tensor([small, -700 + log(-expm1(Tensor(-1))).scalar, -701]), relative: 1e-14, absolute: 0)
    let mixture = MixtureSameFamily(Categorical(logits: [0, -2000]), Normal([0, 1e3], 1))
    let far = Normal(1e3, 1).logProb(1e3).scalar - 2000
    expectClose(mixture.logProb(1e3).scalars, [far], relative: 1e-14)
  }

  @Test func aNegativeBinomialOfLittleExcessIsAPoissonDistribution() {
    // They differ by about (x - mean)² / concentration.
    let x = Tensor([0, 3, 10])
    expectClose(
      NegativeBinomial2(mean: 4, concentration: 1e12).logProb(x), Poisson(rate: 4).logProb(x),
      relative: 1e-10)
  }

  /// A category of a multinomial distribution is a binomial one.
  @Test(arguments: [1000.0, 5000, 1e6])
  func manyTrialsAreSharedOutAsFewAre(_ trials: Double) {
    let p = Tensor([0.2, 0, 0.3, 0.5])
    let distribution = Multinomial(totalCount: Tensor(trials), probabilities: p)
    let draws = distribution.sample([5000], key: RandomKey(3))
    #expect(distribution.support.contains(draws).all().scalar == 1)
    for category in [0, 2, 3] {
      let marginal = Binomial(totalCount: Tensor(trials), probabilities: p[.at(category)])
      expectFrequencies(of: draws[.all, .at(category)].scalars.map { [$0] }) {
        marginal.logProb(Tensor($0.flatMap { $0 })).scalars
      }
    }
    // The covariance of two categories is -n p q.
    let (a, b) = (draws[.all, 0] - distribution.mean[0], draws[.all, 2] - distribution.mean[2])
    let scale = (distribution.variance[0] * distribution.variance[2]).scalar.squareRoot()
    let covariance = (a * b).mean().scalar
    #expect(abs(covariance + trials * 0.06) < 5 * scale / 5000.0.squareRoot())
  }

  @Test func aMixtureOfOneDistributionIsThatDistribution() {
    let x = Tensor([-1, 0.5, 2])
    let normal = Normal(0.3, 1.2)
    let same = MixtureSameFamily(Categorical(probabilities: [0.4, 0.6]), Normal([0.3, 0.3], 1.2))
    let general = Mixture(Categorical(logits: [1, 2]), normal, normal)
    for distribution in [same, general] as [any HasMoments & HasCDF] {
      expectClose(distribution.logProb(x), normal.logProb(x), relative: 1e-14)
      expectClose(distribution.cdf(x), normal.cdf(x), relative: 1e-14)
      expectClose(distribution.mean, normal.mean, relative: 1e-14)
      expectClose(distribution.variance, normal.variance, relative: 1e-14)
    }
  }

  @Test func aMixtureMayCoverMoreThanAnyComponent() {
    let distribution = Mixture(
      Categorical(probabilities: [0.25, 0.75]), Uniform(-1, 0), Uniform(1, 3), support: .real)
    expectClose(
      exp(distribution.logProb([-0.5, 0.5, 2, 4])), Tensor([0.25, 0, 0.375, 0]), relative: 1e-14)
    let slope = gradient(of: { distribution.logProb($0) }, at: 0.5)
    #expect(slope.scalar == 0)
    let same = MixtureSameFamily(
      Categorical(probabilities: [0.25, 0.75]), Uniform([-1, 1], [0, 3]), support: .real)
    expectClose(
      exp(same.logProb([-0.5, 0.5, 2, 4])), Tensor([0.25, 0, 0.375, 0]), relative: 1e-14)
  }

  @Test func drawsOfAMixtureMoveWithTheirComponent() {
    expectGradient(
      of: {
        MixtureSameFamily(Categorical(probabilities: [0.2, 0.8]), Normal($0[0], $0[1]))
          .sample([6], key: RandomKey(2))
      }, at: [Tensor([-1, 2]), Tensor([0.5, 1])])
    expectGradient(
      of: {
        Mixture(Categorical(probabilities: [0.2, 0.8]), Normal($0[0], 1), Laplace(1, $0[1]))
          .sample([6], key: RandomKey(2))
      }, at: [0.3, 0.7])
  }

  @Test func numbersOfTrialsAreCheckedToo() {
    let distributions: [(any Distribution, String)] = [
      (
        Binomial(totalCount: 2.5, probabilities: 0.5),
        "Binomial totalCount is 2.5, but must be a non-negative integer"
      ),
      (
        Multinomial(totalCount: -1, logits: [0, 1]),
        "Multinomial totalCount is -1.0, but must be a non-negative integer"
      ),
      (
        DirichletMultinomial([1, 2], totalCount: 0.5),
        "DirichletMultinomial totalCount is 0.5, but must be a non-negative integer"
      ),
      (
        BetaBinomial(1, 1, totalCount: [3, 1.5]),
        "BetaBinomial totalCount[1] is 1.5, but must be a non-negative integer"
      ),
      (DiscreteUniform(0.5, 2), "DiscreteUniform low is 0.5, but must be an integer"),
      (
        DiscreteUniform(3, 2),
        "DiscreteUniform high is 2.0, but must be an integer of at least 3"
      ),
      (
        ZeroInflated(Poisson(rate: 1), gate: 1.5),
        "ZeroInflated gate is 1.5, but must be in [0, 1]"
      ),
    ]
    for (distribution, message) in distributions {
      #expect(distribution.parameterViolation?.description == message)
    }
  }

  @Test func theWrongShapeOfAMixtureIsNamed() async {
    let categories = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = MixtureSameFamily(Categorical(logits: [0, 1]), Normal([0, 1, 2], 1)) }
    expectMessage(
      "MixtureSameFamily: the batch of Normal must end in the 2 categories, but is [3].",
      of: categories)
    let supports = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = MixtureSameFamily(Categorical(logits: [0, 1]), Uniform([0, 1], 2)) }
    expectMessage(
      """
      MixtureSameFamily: the components have supports of their own (in [its lower bound, 2]); \
      give that of the mixture (support:).
      """, of: supports)
    let families = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Mixture(Categorical(logits: [0, 1]), Normal(0, 1), HalfNormal(1)) }
    expectMessage(
      """
      Mixture: the components have supports of their own (a finite number; non-negative); give that \
      of the mixture (support:).
      """, of: families)
    let missing = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Mixture(Categorical(logits: [0, 1, 2]), Normal(0, 1), Normal(1, 1)) }
    expectMessage("Mixture: there are 3 categories, but 2 components.", of: missing)
    let events = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let vector = MultivariateNormal([0, 0], choleskyFactor: .identity(2))
      _ = Mixture(Categorical(logits: [0, 1]), Normal(0, 1), vector, support: .real)
    }
    expectMessage("Mixture: the components have different event shapes, [[], [2]].", of: events)
  }

  @Test func aWrongBaseOrNoCategoriesAreNamed() async {
    let base = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ZeroInflated(Normal(0, 1), gate: 0.5) }
    expectMessage(
      "ZeroInflated: the base must be a distribution of single counts, which Normal is not.",
      of: base)
    let scalar = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Categorical(logits: 3) }
    expectMessage(
      "Categorical: logits needs an axis of categories, but has shape [].", of: scalar)
    let concentration = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DirichletMultinomial(3, totalCount: 2) }
    expectMessage(
      "DirichletMultinomial: concentration needs an axis of categories, but has shape [].",
      of: concentration)
    let cutpoints = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = OrderedLogistic(0, cutpoints: 1) }
    expectMessage(
      "OrderedLogistic: cutpoints needs an axis of cut points, but has shape [].", of: cutpoints)
  }
}
