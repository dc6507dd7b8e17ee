import Distributions
import PPL
import TestSupport

/// Continuous distributions of one number, distributions of angles, and wrappers about them.
let continuousFamilies: [Family] = [
  Family(
    "Logistic", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])]
  ) { Logistic($0[0], $0[1]) },
  Family(
    "SoftLaplace", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])]
  ) { SoftLaplace($0[0], $0[1]) },
  Family(
    "AsymmetricLaplace", [Tensor([0.5, -2]), 1.5, Tensor(rows: [[0.6], [2.2]])],
    invalid: [("scale", [0, -1, 1]), ("asymmetry", [0, 1, 0])]
  ) { AsymmetricLaplace($0[0], $0[1], asymmetry: $0[2]) },
  Family(
    "AsymmetricLaplaceQuantile", [Tensor([0.5, -2]), 1.5, Tensor(rows: [[0.3], [0.9]])],
    invalid: [("scale", [0, -1, 0.5]), ("quantile", [0, 1, 1])]
  ) { AsymmetricLaplaceQuantile($0[0], $0[1], quantile: $0[2]) },
  Family(
    "Chi2", [Tensor([1, 3.5, 12])], invalid: [("degreesOfFreedom", [0])], draws: .byQuantile
  ) { Chi2($0[0]) },
  Family(
    "Kumaraswamy", [Tensor([0.7, 3]), Tensor(rows: [[2.5], [1]])],
    invalid: [("alpha", [0, 1]), ("beta", [1, -1])]
  ) { Kumaraswamy($0[0], $0[1]) },
  Family(
    "BetaProportion", [Tensor([0.3, 0.8]), Tensor(rows: [[5], [20]])],
    invalid: [("mean", [1, 1]), ("concentration", [0.5, 0])], draws: .inExpectation
  ) { BetaProportion(mean: $0[0], concentration: $0[1]) },
  Family(
    "Gompertz", [Tensor([1, 0.01]), 0.8], invalid: [("shape", [0, 1]), ("rate", [1, 0])]
  ) { Gompertz(shape: $0[0], rate: $0[1]) },
  Family(
    "Dagum", [Tensor([1, 0.7]), Tensor(rows: [[6], [9]]), 2],
    invalid: [("shape", [0, 1, 1]), ("sharpness", [1, 0, 1]), ("scale", [1, 1, 0])]
  ) { Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2]) },
  Family(
    "Levy", [Tensor([0.5, -2]), 0.4], invalid: [("scale", [0, 0])], hasFourthMoment: false
  ) { Levy($0[0], $0[1]) },
  Family(
    "LogUniform", [Tensor([0.01, 1]), 10], invalid: [("low", [0, 1]), ("high", [2, 1])]
  ) { LogUniform($0[0], $0[1]) },
  Family(
    "Pareto", [Tensor([1, 0.5]), Tensor(rows: [[5], [9]])],
    invalid: [("scale", [0, 1]), ("shape", [1, 0])]
  ) { Pareto(scale: $0[0], shape: $0[1]) },
  Family(
    "Weibull", [Tensor([2, 0.6]), Tensor(rows: [[0.7], [3.5]])],
    invalid: [("scale", [0, 1]), ("shape", [1, 0])]
  ) { Weibull(scale: $0[0], shape: $0[1]) },
  Family(
    "Frechet", [Tensor([-1, 2]), 0.7, Tensor(rows: [[6], [20]])],
    invalid: [("scale", [0, 0, 1]), ("shape", [0, 1, 0])]
  ) { Frechet($0[0], $0[1], shape: $0[2]) },
  Family(
    "GeneralizedPareto", [3, Tensor(rows: [[1.8], [0.5]]), Tensor([-0.3, -1e-9, 0.2])],
    invalid: [("scale", [0, 0, 0.1]), ("shape", [0, 1, Tensor(.nan)])]
  ) { GeneralizedPareto($0[0], $0[1], $0[2]) },
  Family(
    "LowerTruncatedPowerLaw", [Tensor([-6.5, -9]), 0.4],
    invalid: [("exponent", [-1, 1]), ("low", [-2, 0])]
  ) { LowerTruncatedPowerLaw(exponent: $0[0], low: $0[1]) },
  Family(
    "DoublyTruncatedPowerLaw", [Tensor([-2.5, -1, 0.5]), 0.5, Tensor(rows: [[4], [10]])],
    invalid: [("low", [1, 0, 1]), ("high", [1, 2, 1])]
  ) { DoublyTruncatedPowerLaw(exponent: $0[0], low: $0[1], high: $0[2]) },
  Family(
    "RelaxedBernoulli", [Tensor([1, 2]), Tensor(rows: [[0.3], [-1]])],
    invalid: [("temperature", [0, 1]), ("logits", [1, Tensor(.nan)])]
  ) { RelaxedBernoulli(temperature: $0[0], logits: $0[1]) },
  Family(
    "VonMises", [Tensor([0.5, -2]), Tensor(rows: [[0.3], [8]])],
    invalid: [("concentration", [0, 0])], draws: .none
  ) { VonMises($0[0], $0[1]) },
  Family(
    "SineBivariateVonMises", [Tensor([0.2, -1]), -0.4, 2, Tensor(rows: [[1.5], [9]]), 0.5],
    invalid: [("phiLocation", [4, 0, 1, 1, 0]), ("psiConcentration", [0, 0, 1, 0, 0])], draws: .none
  ) {
    SineBivariateVonMises(
      phiLocation: $0[0], psiLocation: $0[1], phiConcentration: $0[2], psiConcentration: $0[3],
      correlation: $0[4])
  },
  Family(
    "SineSkewed",
    [Tensor([0.2, -0.5]), Tensor([2, 1.1]), Tensor(rows: [[0.3, -0.4], [0, 0.9]])],
    invalid: [("skewness", [Tensor([0, 0]), 1, Tensor([0.7, 0.7])])], draws: .none
  ) { SineSkewed(VonMises($0[0], $0[1]), skewness: $0[2]) },
  Family(
    "ProjectedNormal, n = 2", [Tensor(rows: [[0.4, -1], [5, 2]])],
    invalid: [("concentration", [Tensor([Double.nan, 1])])], moving: onSphere
  ) { ProjectedNormal($0[0]) },
  Family("ProjectedNormal, n = 4", [Tensor([0.4, -1, 2, 0.1])], invalid: [], moving: onSphere) {
    ProjectedNormal($0[0])
  },
  Family(
    "TruncatedNormal", [Tensor([0, 3, -2]), 0.7, Tensor(rows: [[-1], [0]]), 2.5],
    invalid: [("low", [0, 1, Tensor(.nan), 1]), ("high", [0, 1, 1, 1])]
  ) { TruncatedNormal($0[0], $0[1], low: $0[2], high: $0[3]) },
  Family(
    "TruncatedNormal, in a tail", [Tensor([0, 3]), 0.7, 5],
    invalid: [("low", [0, 1, Tensor(.nan)])]
  ) { TruncatedNormal($0[0], $0[1], low: $0[2]) },
  Family(
    "TruncatedCauchy", [Tensor([0, 3]), 0.7, -1, 2.5], invalid: [("scale", [0, 0, 0, 1])]
  ) { TruncatedCauchy($0[0], $0[1], low: $0[2], high: $0[3]) },
  Family("Truncated Logistic", [Tensor([0, 3]), 0.7, -1, 2.5], invalid: []) {
    Truncated(Logistic($0[0], $0[1]), low: $0[2], high: $0[3])
  },
  Family("Truncated StudentT", [4.5, Tensor([0, 3]), 0.7, 1], invalid: []) {
    Truncated(StudentT($0[0], $0[1], $0[2]), low: $0[3])
  },
  Family(
    "Truncated Gamma", [Tensor([0.6, 2.5]), 0.7, 0.4, 3], invalid: [], draws: .none
  ) { Truncated(Gamma(shape: $0[0], rate: $0[1]), low: $0[2], high: $0[3]) },
  Family("Truncated Beta", [Tensor([0.7, 3]), 2.5, 0.3], invalid: [], draws: .none) {
    Truncated(Beta($0[0], $0[1]), low: $0[2])
  },
  Family("RightCensored Gamma", [Tensor([0.6, 2.5]), 0.7], invalid: [], draws: .none) {
    RightCensored(Gamma(shape: $0[0], rate: $0[1]), censored: Tensor(rows: [[0], [1]]))
  },
  Family("Truncated Laplace", [Tensor([0, 3]), 0.7, 2.5], invalid: []) {
    Truncated(Laplace($0[0], $0[1]), high: $0[2])
  },
  Family("Truncated SoftLaplace", [Tensor([0, 3]), 0.7, 1], invalid: []) {
    Truncated(SoftLaplace($0[0], $0[1]), low: $0[2])
  },
  Family("Truncated GEV", [Tensor([0, 3]), 0.7, 0.2, 1, 8], invalid: []) {
    Truncated(GEV($0[0], $0[1], $0[2]), low: $0[3], high: $0[4])
  },
  Family("FoldedNormal", [Tensor([0.4, -3]), 1.5], invalid: [("deviation", [0, 0])]) {
    FoldedNormal($0[0], $0[1])
  },
  Family(
    "LeftCensored", [Tensor([0.4, -3]), 1.5], invalid: [("deviation", [0, 0])]
  ) { LeftCensored(Normal($0[0], $0[1]), censored: Tensor(rows: [[0], [1]])) },
  Family(
    "RightCensored", [Tensor([0.4, -3]), 1.5], invalid: [("scale", [0, 0])]
  ) { RightCensored(LogNormal($0[0], $0[1]), censored: Tensor(rows: [[0], [1]])) },
  Family(
    "Hurdle", [Tensor([0.3, 0.05]), 2, 1.3],
    invalid: [("gate", [2, 1, 1]), ("rate", [0.5, 1, 0])], draws: .none, moving: offZero
  ) { Hurdle(Gamma(shape: $0[1], rate: $0[2]), gate: $0[0]) },
  Family(
    "Hurdle, by logits", [Tensor([-0.7, 3]), 0.2, 0.8],
    invalid: [("gateLogits", [Tensor(.nan), 1, 1])], draws: .none, moving: offZero
  ) { Hurdle(LogNormal($0[1], $0[2]), gateLogits: $0[0]) },
]

private func onSphere(_ x: Tensor) -> Tensor {
  x / sqrt(square(x).sum(along: [-1], keepingDimensions: true))
}

private func offZero(_ x: Tensor) -> Tensor { maximum(x, 0.1) }
