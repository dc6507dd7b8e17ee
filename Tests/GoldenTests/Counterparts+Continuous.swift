import Distributions
import PPL

/// Continuous distributions of one number, distributions of angles, and wrappers about them.
let continuousCounterparts: [String: Counterpart] = [
  "Logistic": .init(parameters: ["loc", "scale"]) { Logistic($0[0], $0[1]) },
  "SoftLaplace": .init(parameters: ["loc", "scale"]) { SoftLaplace($0[0], $0[1]) },
  "AsymmetricLaplace": .init(parameters: ["loc", "scale", "asymmetry"]) {
    AsymmetricLaplace($0[0], $0[1], asymmetry: $0[2])
  },
  "AsymmetricLaplaceQuantile": .init(parameters: ["loc", "scale", "quantile"]) {
    AsymmetricLaplaceQuantile($0[0], $0[1], quantile: $0[2])
  },
  "Chi2": .init(parameters: ["df"]) { Chi2($0[0]) },
  "Kumaraswamy": .init(parameters: ["concentration1", "concentration0"]) {
    Kumaraswamy($0[0], $0[1])
  },
  "BetaProportion": .init(parameters: ["mean", "concentration"]) {
    BetaProportion(mean: $0[0], concentration: $0[1])
  },
  "Gompertz": .init(parameters: ["concentration", "rate"]) {
    Gompertz(shape: $0[0], rate: $0[1])
  },
  "Dagum": .init(parameters: ["concentration", "sharpness", "scale"]) {
    Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2])
  },
  "Levy": .init(parameters: ["loc", "scale"]) { Levy($0[0], $0[1]) },
  "LogUniform": .init(parameters: ["low", "high"]) { LogUniform($0[0], $0[1]) },
  "Pareto": .init(parameters: ["scale", "alpha"]) { Pareto(scale: $0[0], shape: $0[1]) },
  "Weibull": .init(parameters: ["scale", "concentration"]) {
    Weibull(scale: $0[0], shape: $0[1])
  },
  "LowerTruncatedPowerLaw": .init(parameters: ["alpha", "low"]) {
    LowerTruncatedPowerLaw(exponent: $0[0], low: $0[1])
  },
  // At exponent -1 NumPyro averages the slopes 0.001 to each side of it. Its hand-written slopes in the
  // bounds are those of the density and not of its logarithm, that in the upper one of the wrong sign.
  "DoublyTruncatedPowerLaw": .init(
    parameters: ["alpha", "low", "high"], tolerance: ["grad_params alpha": 1e-5],
    wrongGradients: ["low", "high"]
  ) { DoublyTruncatedPowerLaw(exponent: $0[0], low: $0[1], high: $0[2]) },
  "RelaxedBernoulliLogits": .init(parameters: ["temperature", "logits"]) {
    RelaxedBernoulli(temperature: $0[0], logits: $0[1])
  },
  "VonMises": .init(parameters: ["loc", "concentration"]) { VonMises($0[0], $0[1]) },
  "SineSkewedVonMises": .init(parameters: ["loc", "concentration", "skewness"]) {
    SineSkewed(VonMises($0[0], $0[1]), skewness: $0[2])
  },
  "SineBivariateVonMises": .init(
    parameters: [
      "phi_loc", "psi_loc", "phi_concentration", "psi_concentration", "correlation",
    ],
    samplesAnotherWay: "NumPyro redraws accepted angles until the slowest of a batch is accepted."
  ) {
    SineBivariateVonMises(
      phiLocation: $0[0], psiLocation: $0[1], phiConcentration: $0[2], psiConcentration: $0[3],
      correlation: $0[4])
  },
  "ProjectedNormal": .init(parameters: ["concentration"]) { ProjectedNormal($0[0]) },

  "TruncatedNormal": .init(parameters: ["loc", "scale", "low", "high"]) {
    TruncatedNormal($0[0], $0[1], low: $0[2], high: $0[3])
  },
  "TruncatedNormalLow": .init(parameters: ["loc", "scale", "low"]) {
    TruncatedNormal($0[0], $0[1], low: $0[2])
  },
  "TruncatedNormalHigh": .init(parameters: ["loc", "scale", "high"]) {
    TruncatedNormal($0[0], $0[1], high: $0[2])
  },
  "TruncatedCauchy": .init(parameters: ["loc", "scale", "low", "high"]) {
    TruncatedCauchy($0[0], $0[1], low: $0[2], high: $0[3])
  },
  "TwoSidedTruncatedLogistic": .init(parameters: ["loc", "scale", "low", "high"]) {
    Truncated(Logistic($0[0], $0[1]), low: $0[2], high: $0[3])
  },
  "LeftTruncatedStudentT": .init(parameters: ["df", "loc", "scale", "low"]) {
    Truncated(StudentT($0[0], $0[1], $0[2]), low: $0[3])
  },
  "RightTruncatedLaplace": .init(parameters: ["loc", "scale", "high"]) {
    Truncated(Laplace($0[0], $0[1]), high: $0[2])
  },
  "FoldedNormal": .init(parameters: ["loc", "scale"]) { FoldedNormal($0[0], $0[1]) },
  "LeftCensoredNormal": .init(parameters: ["loc", "scale"]) {
    LeftCensored(Normal($0[0], $0[1]), censored: 1)
  },
  // NumPyro takes the upper tail from 1, and has no digits of it left at eight deviations.
  "RightCensoredNormal": .init(
    parameters: ["loc", "scale"],
    isTrusted: { value, parameters in
      ((value - parameters[0]) / parameters[1]).scalar < 5
    }
  ) { RightCensored(Normal($0[0], $0[1]), censored: 1) },
  "HurdleGamma": .init(parameters: ["gate", "concentration", "rate"]) {
    Hurdle(Gamma(shape: $0[1], rate: $0[2]), gate: $0[0])
  },
  "HurdleLogNormal": .init(parameters: ["gate", "loc", "scale"]) {
    Hurdle(LogNormal($0[1], $0[2]), gate: $0[0])
  },
]

/// The families of `distributions_mpmath.json`.
let mpmathCounterparts: [String: Counterpart] = [
  "GeneralizedPareto": .init(parameters: ["loc", "scale", "shape"]) {
    GeneralizedPareto($0[0], $0[1], $0[2])
  },
  "Frechet": .init(parameters: ["loc", "scale", "shape"]) { Frechet($0[0], $0[1], shape: $0[2]) },
  // A thousand deviations out the slopes are differences of numbers a million times as large, which come
  // from logarithms of half a million.
  "FarTruncatedNormal": .init(
    parameters: ["loc", "scale", "low", "high"],
    tolerance: ["grad_params loc": 1e-4, "grad_params scale": 1e-4]
  ) {
    TruncatedNormal($0[0], $0[1], low: $0[2], high: $0[3])
  },
  "FarTruncatedLogistic": .init(parameters: ["loc", "scale", "low", "high"]) {
    Truncated(Logistic($0[0], $0[1]), low: $0[2], high: $0[3])
  },
]
