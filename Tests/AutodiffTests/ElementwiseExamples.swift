import Autodiff
import Foundation

/// The elementwise operations: a row each, with its value by numbers alone, or an identity that the value satisfies.
let elementwiseExamples: [Example] =
  arithmetic + comparisons + exponentials + errorFunctions + gammaFunctions + incompleteFunctions
  + smallestOperation

private let arithmetic: [Example] = [
  Example("negate", [anywhere], value: { -$0[0] }) { -$0[0] },
  Example("abs", [anywhere], smooth: false, value: { abs($0[0]) }) { abs($0[0]) },
  Example("sign", [anywhere], value: { $0[0] < 0 ? -1 : 1 }) { sign($0[0]) },
  Example("floor", [anywhere], value: { $0[0].rounded(.down) }) { floor($0[0]) },
  Example("sqrt", [positive], value: { $0[0].squareRoot() }) { sqrt($0[0]) },
  Example("square", [anywhere], value: { $0[0] * $0[0] }) { square($0[0]) },
  Example("reciprocal", [positive], value: { 1 / $0[0] }) { reciprocal($0[0]) },
  Example("add", [anywhere, row], value: { $0[0] + $0[1] }) { $0[0] + $0[1] },
  Example("subtract", [column, row], value: { $0[0] - $0[1] }) { $0[0] - $0[1] },
  Example("multiply", [anywhere, column], value: { $0[0] * $0[1] }) { $0[0] * $0[1] },
  Example("divide", [anywhere, positive], value: { $0[0] / $0[1] }) { $0[0] / $0[1] },
  Example("pow", [positive, unit], value: { pow($0[0], $0[1]) }) { pow($0[0], $0[1]) },
  Example("maximum", [anywhere, column], smooth: false, value: { max($0[0], $0[1]) }) {
    maximum($0[0], $0[1])
  },
  Example("minimum", [anywhere, row], smooth: false, value: { min($0[0], $0[1]) }) {
    minimum($0[0], $0[1])
  },
]

private let comparisons: [Example] = [
  Example("less", [anywhere, row], value: { $0[0] < $0[1] ? 1 : 0 }) { $0[0] .< $0[1] },
  Example("lessEqual", [anywhere, row], value: { $0[0] <= $0[1] ? 1 : 0 }) { $0[0] .<= $0[1] },
  Example("greater", [anywhere, row], value: { $0[0] > $0[1] ? 1 : 0 }) { $0[0] .> $0[1] },
  Example("greaterEqual", [anywhere, row], value: { $0[0] >= $0[1] ? 1 : 0 }) { $0[0] .>= $0[1] },
  Example("equal", [anywhere], value: { $0[0] == 0.7 || $0[0] == 0.2 ? 1 : 0 }) {
    $0[0] .== anywhere[.all, .at(1), .newAxis]
  },
  Example("notEqual", [anywhere, row], value: { $0[0] != $0[1] ? 1 : 0 }) { $0[0] .!= $0[1] },
  Example("and", [anywhere, row], value: { $0[0] > 0 && $0[1] > 1 ? 1 : 0 }) {
    ($0[0] .> 0) .& ($0[1] .> 1)
  },
  Example("or", [anywhere, row], value: { $0[0] > 0 || $0[1] > 1 ? 1 : 0 }) {
    ($0[0] .> 0) .| ($0[1] .> 1)
  },
  Example("not", [anywhere], value: { $0[0] > 0 ? 0 : 1 }) { not($0[0] .> 0) },
  Example("isFinite", [anywhere], value: { $0[0] == -1.3 || $0[0] == -0.4 ? 0 : 1 }) {
    isFinite($0[0] / Tensor([0, 1, 1]))
  },
  Example("isNaN", [anywhere], value: { $0[0] < 0 ? 1 : 0 }) { isNaN(log($0[0])) },
  Example("select", [anywhere, row, 0.3], value: { $0[0] > $0[2] ? $0[0] * $0[1] : $0[1] * $0[1] })
  { select($0[0] .> $0[2], $0[0] * $0[1], square($0[1])) },
]

private let exponentials: [Example] = [
  Example("exp", [anywhere], value: { exp($0[0]) }) { exp($0[0]) },
  Example("expm1", [anywhere], value: { expm1($0[0]) }) { expm1($0[0]) },
  Example("log", [positive], value: { log($0[0]) }) { log($0[0]) },
  Example("log1p", [positive], value: { log1p($0[0]) }) { log1p($0[0]) },
  Example("log1pSquare", [anywhere], value: { log1p($0[0] * $0[0]) }) { log1pSquare($0[0]) },
  Example("log1pRatio", [unit], value: { log1p($0[0]) / $0[0] }) { log1pRatio($0[0]) },
  Example("expm1Ratio", [anywhere], value: { expm1($0[0]) / $0[0] }) { expm1Ratio($0[0]) },
  Example("sigmoid", [anywhere], value: { 1 / (1 + exp(-$0[0])) }) { sigmoid($0[0]) },
  Example("softplus", [anywhere], value: { log1p(exp($0[0])) }) { softplus($0[0]) },
  Example("logSigmoid", [anywhere], value: { -log1p(exp(-$0[0])) }) { logSigmoid($0[0]) },
  Example("sin", [anywhere], value: { sin($0[0]) }) { sin($0[0]) },
  Example("cos", [anywhere], value: { cos($0[0]) }) { cos($0[0]) },
  Example("atan", [anywhere], value: { atan($0[0]) }) { atan($0[0]) },
  Example("tanh", [anywhere], value: { tanh($0[0]) }) { tanh($0[0]) },
  Example("besselI0e", [anywhere], value: { scaledBessel(0, $0[0]) }) { besselI0e($0[0]) },
  Example("besselI1e", [anywhere], value: { scaledBessel(1, $0[0]) }) { besselI1e($0[0]) },
  Example("logBesselI0", [anywhere], value: { log(scaledBessel(0, $0[0])) + abs($0[0]) }) {
    logBesselI0($0[0])
  },
]

private let errorFunctions: [Example] = [
  Example("erf", [anywhere], value: { erf($0[0]) }) { erf($0[0]) },
  Example("erfc", [anywhere], value: { erfc($0[0]) }) { erfc($0[0]) },
  Example("erfInverse", [unit], identity: { x, y in (erf(y), x[0]) }) { erfInverse($0[0]) },
  Example("normalCDF", [anywhere], value: { normal($0[0]) }) { normalCDF($0[0]) },
  Example("logNormalCDF", [anywhere], value: { log(normal($0[0])) }) { logNormalCDF($0[0]) },
  Example("normalQuantile", [unit], identity: { x, y in (normal(y), x[0]) }) {
    normalQuantile($0[0])
  },
  Example("logNormalQuantile", [unit], identity: { x, y in (log(normal(y)), -x[0]) }) {
    logNormalQuantile(-$0[0])
  },
]

private let gammaFunctions: [Example] = [
  Example("logGamma", [positive], value: { log(tgamma($0[0])) }) { logGamma($0[0]) },
  Example("digamma", [positive], value: { digammaSum($0[0]) }) { digamma($0[0]) },
  Example("polygamma(2)", [positive], value: { -2 * zetaSum(3, $0[0]) }) { polygamma(2, $0[0]) },
  Example(
    "logBeta", [positive, column],
    value: { log(tgamma($0[0]) * tgamma($0[1]) / tgamma($0[0] + $0[1])) }
  ) { logBeta($0[0], $0[1]) },
  Example("logRatio", [positive, column], value: { log($0[0] / $0[1]) }) { logRatio($0[0], $0[1]) },
  Example("deviance", [positive, column], value: { $0[0] * log($0[0] / $0[1]) + $0[1] - $0[0] }) {
    deviance($0[0], $0[1])
  },
  Example(
    "logStandardGamma, by a logarithm", [positive, column],
    value: { $0[0] * log($0[1]) - $0[1] - log(tgamma($0[0])) }
  ) { logStandardGamma($0[0], $0[1], log: log($0[1])) },
  Example(
    "logFactorialRemainder", [positive],
    value: { log(tgamma($0[0] + 1)) - $0[0] * log($0[0]) + $0[0] }
  ) { logFactorialRemainder($0[0]) },
  Example(
    "logFactorialRemainder, large", [positive],
    value: { log(tgamma($0[0] + 10)) - (9 + $0[0]) * (log(9 + $0[0]) - 1) }
  ) { logFactorialRemainder(9 + $0[0]) },
  Example("logFactorialRemainderSlope", [positive], value: { digammaSum($0[0] + 1) - log($0[0]) }) {
    logFactorialRemainderSlope($0[0])
  },
  Example(
    "logGammaDifference", [positive, column], value: { log(tgamma($0[0] + $0[1]) / tgamma($0[0])) }
  ) { logGammaDifference($0[0], $0[1]) },
  Example(
    "logGammaDifference, large", [positive, column],
    value: { log(tgamma(30 + $0[0] - $0[1]) / tgamma(30 + $0[0])) }
  ) { logGammaDifference(30 + $0[0], -$0[1]) },
  Example(
    "digammaDifference", [positive, column],
    value: { digammaSum(1 + $0[0] + 0.1 * $0[1]) - digammaSum(1 + $0[0]) }
  ) { digammaDifference(1 + $0[0], 0.1 * $0[1]) },
  Example(
    "logGammaRemainder", [positive, column],
    value: { log(tgamma($0[0] + $0[1]) / tgamma($0[0])) - $0[1] * digammaSum($0[0]) }
  ) { logGammaRemainder($0[0], $0[1]) },
]

// The slopes in parameters are taken by differences and have no derivative of their own: those rows are not smooth.
private let incompleteFunctions: [Example] = [
  Example("regularizedGammaP", [positive], value: { gammaSeries(1.7, $0[0]) }) {
    regularizedGammaP(1.7, $0[0])
  },
  Example("regularizedGammaQ", [positive], value: { 1 - gammaSeries(1.7, $0[0]) }) {
    regularizedGammaQ(1.7, $0[0])
  },
  Example(
    "regularizedGammaP of a shape", [positive], smooth: false, value: { gammaSeries($0[0], 1.3) }
  ) { regularizedGammaP($0[0], 1.3) },
  Example(
    "regularizedGammaQ of a shape", [positive], smooth: false,
    value: { 1 - gammaSeries($0[0], 0.4) }
  ) { regularizedGammaQ($0[0], 0.4) },
  Example("regularizedGammaPInverse", [unit], identity: { x, y in (gammaSeries(1.7, y), x[0]) }) {
    regularizedGammaPInverse(1.7, $0[0])
  },
  Example(
    "regularizedGammaPInverse of a shape", [positive], smooth: false,
    identity: { x, y in (gammaSeries(x[0], y), 0.7) }
  ) { regularizedGammaPInverse($0[0], 0.7) },
  Example("logRegularizedGammaP", [positive], value: { log(gammaSeries(1.7, $0[0])) }) {
    logRegularizedGammaP(1.7, $0[0])
  },
  Example("logRegularizedGammaQ", [positive]) { logRegularizedGammaQ(1.7, 400 * $0[0]) },
  Example(
    "logRegularizedGammaQ of a shape", [positive], smooth: false,
    value: { log(1 - gammaSeries($0[0], 0.4)) }
  ) { logRegularizedGammaQ($0[0], 0.4) },
  Example(
    "regularizedGammaQInverse", [positive],
    identity: { x, y in (1 - gammaSeries(1.7, y), exp(-x[0])) }
  ) { regularizedGammaQInverse(1.7, log: -$0[0]) },
  Example(
    "regularizedGammaPInverse of a shape and a logarithm", [positive], smooth: false,
    identity: { x, y in (gammaSeries(x[0], y), exp(-0.7)) }
  ) { regularizedGammaPInverse($0[0], log: -0.7) },
  Example("regularizedBeta", [unit], value: { betaSeries(1.7, 2.3, $0[0]) }) {
    regularizedBeta(1.7, 2.3, $0[0])
  },
  Example(
    "regularizedBeta of parameters", [positive, column], smooth: false,
    value: { betaSeries($0[0], $0[1], 0.3) }
  ) { regularizedBeta($0[0], $0[1], 0.3) },
  Example("regularizedBetaInverse", [unit], identity: { x, y in (betaSeries(1.7, 2.3, y), x[0]) }) {
    regularizedBetaInverse(1.7, 2.3, $0[0])
  },
  Example(
    "regularizedBetaInverse of parameters", [positive, column], smooth: false,
    identity: { x, y in (betaSeries(x[0], x[1], y), 0.6) }
  ) { regularizedBetaInverse($0[0], $0[1], 0.6) },
  Example(
    "logRegularizedBeta", [anywhere], value: { log(betaSeries(1.7, 3.2, 1 / (1 + exp(-$0[0])))) }
  ) { logRegularizedBeta(1.7, 3.2, logit: $0[0]) },
  Example(
    "logRegularizedBeta of parameters", [positive, row], smooth: false,
    value: { log(betaSeries($0[0], $0[1], 1 / (1 + exp(-0.3)))) }
  ) { logRegularizedBeta($0[0], $0[1], logit: 0.3) },
  Example(
    "regularizedBetaInverseLogit", [positive],
    identity: { x, y in (betaSeries(1.7, 3.2, 1 / (1 + exp(-y))), exp(-x[0])) }
  ) { regularizedBetaInverseLogit(1.7, 3.2, log: -$0[0]) },
  Example(
    "regularizedBetaInverseLogit of parameters", [positive, row], smooth: false,
    identity: { x, y in (betaSeries(x[0], x[1], 1 / (1 + exp(-y))), exp(-0.7)) }
  ) { regularizedBetaInverseLogit($0[0], $0[1], log: -0.7) },
]
