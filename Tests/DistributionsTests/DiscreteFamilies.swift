import Distributions
import PPL
import TestSupport

/// Distributions of counts and categories, and mixtures; numbers of trials are no parameters of a gradient.
let discreteFamilies: [Family] = [
  Family(
    "Bernoulli", [Tensor([0.05, 0.4, 0.9])], invalid: [("probabilities", [Tensor([0.5, 1.2])])]
  ) { Bernoulli(probabilities: $0[0]) },
  Family(
    "Bernoulli of logits", [Tensor([-2.5, 0.3])], invalid: [("logits", [Tensor(.infinity)])]
  ) { Bernoulli(logits: $0[0]) },
  Family(
    "Binomial", [Tensor([0.05, 0.4, 0.7, 0.3])],
    invalid: [("probabilities", [Tensor([0.5, -0.2, 0, 1])])]
  ) { Binomial(totalCount: Tensor([12, 15, 60, 1e6]), probabilities: $0[0]) },
  Family(
    "Binomial of logits", [Tensor([-2.5, 4])], invalid: [("logits", [Tensor(.nan)])]
  ) { Binomial(totalCount: Tensor(rows: [[5], [200]]), logits: $0[0]) },
  Family(
    "BetaBinomial", [Tensor([0.5, 30]), 4], invalid: [("alpha", [0, 1]), ("beta", [1, 0])]
  ) { BetaBinomial($0[0], $0[1], totalCount: 12) },
  Family(
    "BetaNegativeBinomial", [Tensor([2, 4]), Tensor(rows: [[0.5], [6]]), 3],
    invalid: [("alpha", [0, 1, 1]), ("beta", [1, 0, 1]), ("totalCount", [1, 1, 0])],
    hasFourthMoment: false
  ) { BetaNegativeBinomial($0[0], $0[1], totalCount: $0[2]) },
  Family(
    "GammaPoisson", [Tensor([0.7, 40]), 0.6], invalid: [("shape", [0, 1]), ("rate", [1, 0])]
  ) { GammaPoisson(shape: $0[0], rate: $0[1]) },
  Family(
    "NegativeBinomial", [3.5, Tensor([0.05, 0.9])],
    invalid: [("totalCount", [0, 0.5]), ("probabilities", [1, 1.5])]
  ) { NegativeBinomial(totalCount: $0[0], probabilities: $0[1]) },
  Family(
    "NegativeBinomial of logits", [3.5, Tensor([-2.5, 2])],
    invalid: [("logits", [1, Tensor(.infinity)])]
  ) { NegativeBinomial(totalCount: $0[0], logits: $0[1]) },
  Family(
    "NegativeBinomial2", [Tensor([0.7, 40]), Tensor(rows: [[8], [1e6]])],
    invalid: [("mean", [0, 1]), ("concentration", [1, 0])]
  ) { NegativeBinomial2(mean: $0[0], concentration: $0[1]) },
  Family("Poisson", [Tensor([0.2, 9.9, 10, 75, 1e6])], invalid: [("rate", [-1])]) {
    Poisson(rate: $0[0])
  },
  Family(
    "Geometric", [Tensor([0.05, 0.4, 0.9])], invalid: [("probabilities", [-0.1])]
  ) { Geometric(probabilities: $0[0]) },
  Family("Geometric of logits", [Tensor([-2.5, 1.5])], invalid: [("logits", [Tensor(.nan)])]) {
    Geometric(logits: $0[0])
  },
  Family(
    "Categorical", [Tensor(rows: [[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.15, 0.05]])],
    invalid: [("probabilities", [Tensor([0.5, 0.6])])]
  ) { Categorical(probabilities: $0[0]) },
  Family(
    "Categorical of logits", [Tensor(rows: [[0.1, -1, 2], [0, 0, 0.3]])],
    invalid: [("logits", [Tensor([0.5, .infinity])])]
  ) { Categorical(logits: $0[0]) },
  Family(
    "OrderedLogistic", [Tensor([-1.2, 3]), Tensor([-1, 0.4, 2])],
    invalid: [
      ("predictor", [Tensor(.nan), Tensor([0, 1])]), ("cutpoints", [0, Tensor([1, 0])]),
    ]
  ) { OrderedLogistic($0[0], cutpoints: $0[1]) },
  Family("DiscreteUniform", [], invalid: []) { _ in DiscreteUniform(Tensor([-2, 0]), 7) },
  Family(
    "Multinomial", [Tensor(rows: [[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])],
    invalid: [("probabilities", [Tensor([0.5, 0.6])])]
  ) { Multinomial(totalCount: Tensor([6, 4]), probabilities: $0[0]) },
  Family(
    "Multinomial of logits", [Tensor([0.1, -1, 2])],
    invalid: [("logits", [Tensor([.nan, 0])])]
  ) { Multinomial(totalCount: Tensor([3, 7]), logits: $0[0]) },
  Family(
    "DirichletMultinomial", [Tensor(rows: [[0.5, 2, 7], [1, 1, 1]])],
    invalid: [("concentration", [Tensor([1, 0])])]
  ) { DirichletMultinomial($0[0], totalCount: 6) },
  Family(
    "ZeroInflated", [Tensor([0.5, 4]), 0.3], invalid: [("gate", [1, 1.5]), ("rate", [-1, 0.5])]
  ) { ZeroInflated(Poisson(rate: $0[0]), gate: $0[1]) },
  Family(
    "ZeroInflated by logits", [2, 1.5, Tensor([-0.7, 2])],
    invalid: [("gateLogits", [1, 1, Tensor(.infinity)])]
  ) { ZeroInflated(NegativeBinomial2(mean: $0[0], concentration: $0[1]), gateLogits: $0[2]) },
  Family(
    "MixtureSameFamily", [Tensor([0.2, 0.5, 0.3]), Tensor([-2, 0, 3]), 0.7],
    invalid: [
      ("probabilities", [Tensor([0.5, 0.6]), Tensor([0, 1]), 1]),
      ("deviation", [Tensor([0.5, 0.5]), Tensor([0, 1]), 0]),
    ], sharesBatch: false
  ) { MixtureSameFamily(Categorical(probabilities: $0[0]), Normal($0[1], $0[2])) },
  Family(
    "MixtureSameFamily, a batch of components",
    [
      Tensor([0.2, -0.5, 1]), Tensor(rows: [[-2, 0, 3], [1, 2, -8]]), Tensor(rows: [[0.7], [0.2]]),
    ],
    invalid: [], sharesBatch: false
  ) { MixtureSameFamily(Categorical(logits: $0[0]), Laplace($0[1], $0[2])) },
  Family(
    "MixtureSameFamily of counts", [Tensor(rows: [[0.1, -0.3], [1, 2]]), Tensor([1, 20])],
    invalid: [("rate", [Tensor([0, 0]), Tensor([1, -1])])], sharesBatch: false
  ) { MixtureSameFamily(Categorical(logits: $0[0]), Poisson(rate: $0[1])) },
  Family(
    "MixtureSameFamily of vectors", [Tensor([0.4, 0.6]), Tensor(rows: [[1, -2], [0, 0.5]])],
    invalid: [], sharesBatch: false
  ) {
    MixtureSameFamily(
      Categorical(probabilities: $0[0]), MultivariateNormal($0[1], choleskyFactor: .identity(2)))
  },
  Family(
    "Mixture", [Tensor([0.3, 0.7]), Tensor([-1, 2]), 0.6, 1.2],
    invalid: [
      ("components[1].scale", [Tensor([0.3, 0.7]), 0, 1, -1]),
      ("probabilities", [Tensor([0.3, 0.6]), 0, 1, 1]),
    ]
  ) { Mixture(Categorical(probabilities: $0[0]), Normal($0[1], $0[2]), Laplace(1.4, $0[3])) },
  Family("Mixture of counts", [Tensor([0.3, 0.2, 0.5]), 6], invalid: []) {
    Mixture(
      Categorical(probabilities: $0[0]), Poisson(rate: $0[1]), Geometric(probabilities: 0.4),
      GammaPoisson(shape: 2, rate: 0.2))
  },
]
