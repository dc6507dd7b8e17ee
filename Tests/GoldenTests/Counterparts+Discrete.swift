import Distributions
import PPL

/// Distributions of counts and categories, and mixtures.
///
/// NumPyro's own draws agree but for Poisson means of 10 and more, where JAX goes on to replace
/// numbers that it had accepted while others of the same array wait for theirs. (Its binomial
/// sampler differs where 10 or more successes are expected, since one Stirling term has the wrong
/// sign there; no row comes to that.)
let discreteCounterparts: [String: Counterpart] = [
  "BernoulliProbs": .init(parameters: ["probs"]) { Bernoulli(probabilities: $0[0]) },
  "BernoulliLogits": .init(parameters: ["logits"]) { Bernoulli(logits: $0[0]) },
  "BinomialProbs": .init(parameters: ["total_count", "probs"]) {
    Binomial(totalCount: $0[0], probabilities: $0[1])
  },
  "BinomialLogits": .init(parameters: ["total_count", "logits"]) {
    Binomial(totalCount: $0[0], logits: $0[1])
  },
  "BetaBinomial": .init(parameters: ["concentration1", "concentration0", "total_count"]) {
    BetaBinomial($0[0], $0[1], totalCount: $0[2])
  },
  "BetaNegativeBinomial": .init(
    parameters: ["concentration1", "concentration0", "n"],
    samplesAnotherWay: "JAX goes on to replace accepted numbers while others wait",
    make: { BetaNegativeBinomial($0[0], $0[1], totalCount: $0[2]) }),
  "GammaPoisson": .init(parameters: ["concentration", "rate"]) {
    GammaPoisson(shape: $0[0], rate: $0[1])
  },
  "NegativeBinomialProbs": .init(parameters: ["total_count", "probs"]) {
    NegativeBinomial(totalCount: $0[0], probabilities: $0[1])
  },
  "NegativeBinomialLogits": .init(parameters: ["total_count", "logits"]) {
    NegativeBinomial(totalCount: $0[0], logits: $0[1])
  },
  "NegativeBinomial2": .init(parameters: ["mean", "concentration"]) {
    NegativeBinomial2(mean: $0[0], concentration: $0[1])
  },
  "Poisson": .init(
    parameters: ["rate"],
    samplesAnotherWay: "JAX goes on to replace accepted numbers while others wait",
    differs: { $0[0].scalar >= 10 }, make: { Poisson(rate: $0[0]) }),
  "GeometricProbs": .init(parameters: ["probs"]) { Geometric(probabilities: $0[0]) },
  "GeometricLogits": .init(parameters: ["logits"]) { Geometric(logits: $0[0]) },
  "CategoricalProbs": .init(parameters: ["probs"]) { Categorical(probabilities: $0[0]) },
  "CategoricalLogits": .init(parameters: ["logits"]) { Categorical(logits: $0[0]) },
  "OrderedLogistic": .init(parameters: ["predictor", "cutpoints"]) {
    OrderedLogistic($0[0], cutpoints: $0[1])
  },
  "DiscreteUniform": .init(parameters: ["low", "high"]) { DiscreteUniform($0[0], $0[1]) },
  "MultinomialProbs": .init(parameters: ["total_count", "probs"]) {
    Multinomial(totalCount: $0[0], probabilities: $0[1])
  },
  "MultinomialLogits": .init(parameters: ["total_count", "logits"]) {
    Multinomial(totalCount: $0[0], logits: $0[1])
  },
  "DirichletMultinomial": .init(parameters: ["concentration", "total_count"]) {
    DirichletMultinomial($0[0], totalCount: $0[1])
  },
  "ZeroInflatedPoisson": .init(parameters: ["gate", "rate"]) {
    ZeroInflated(Poisson(rate: $0[1]), gate: $0[0])
  },
  "ZeroInflatedNegativeBinomial2": .init(parameters: ["gate", "mean", "concentration"]) {
    ZeroInflated(NegativeBinomial2(mean: $0[1], concentration: $0[2]), gate: $0[0])
  },
  "ZeroInflatedLogitsPoisson": .init(parameters: ["gate_logits", "rate"]) {
    ZeroInflated(Poisson(rate: $0[1]), gateLogits: $0[0])
  },
  "HurdlePoisson": .init(parameters: ["gate", "rate"]) {
    Hurdle(Poisson(rate: $0[1]), gate: $0[0])
  },
  "MixtureSameFamilyNormal": .init(parameters: ["weights", "loc", "scale"]) {
    MixtureSameFamily(Categorical(probabilities: $0[0]), Normal($0[1], $0[2]))
  },
  "MixtureGeneralNormalLaplace": .init(
    parameters: ["weights", "loc", "scale", "loc2", "scale2"]
  ) {
    Mixture(Categorical(probabilities: $0[0]), Normal($0[1], $0[2]), Laplace($0[3], $0[4]))
  },
  "MaskedNormalHalf": .init(parameters: ["loc", "scale"]) {
    Normal($0[0], $0[1]).masked(by: 1)
  },
]
