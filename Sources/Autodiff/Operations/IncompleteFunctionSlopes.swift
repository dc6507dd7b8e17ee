import Preconditions

/// The derivatives of incomplete gamma and beta functions, of the logarithms of their tails and of their inverses.
func incompleteFunctionSlopes(
  _ function: SpecialFunction, _ operands: [Tensor], _ y: Tensor
) -> [Tensor] {
  let (a, b) = (operands[0], operands[1])
  return switch function {
  case .regularizedGammaP: [special(.regularizedGammaPSlope, operands), gammaDensity(a, b)]
  case .regularizedGammaQ: [-special(.regularizedGammaPSlope, operands), -gammaDensity(a, b)]
  case .regularizedGammaPInverse: gammaQuantileSlopes(a, y)
  case .regularizedBeta:
    [
      special(.regularizedBetaSlopeA, operands), special(.regularizedBetaSlopeB, operands),
      betaDensity(a, b, operands[2]),
    ]
  case .regularizedGammaQAfter: incompleteFunctionSlopes(.regularizedGammaQ, [a + 1, b], y)
  case .regularizedBetaAfter:
    incompleteFunctionSlopes(.regularizedBeta, [a, b + 1, operands[2]], y)
  case .regularizedBetaInverse: betaQuantileSlopes(a, b, y)
  case .logGammaTail(let tail): logGammaTailSlopes(tail, a, b, y)
  case .gammaQuantile(let tail): gammaQuantileSlopes(tail, a, log: b, y)
  case .logBetaTail: logBetaTailSlopes(operands, y)
  case .betaQuantileLogit: betaQuantileLogitSlopes(operands, y)
  default:
    missingSlopes(
      operands,
      "Second derivatives of incomplete gamma and beta functions in their parameters are not available."
    )
  }
}

/// The derivatives of a gamma quantile x: in its probability the reciprocal density, in the shape at constant
/// probability. At the ends of the support the shape does not change it.
private func gammaQuantileSlopes(_ a: Tensor, _ x: Tensor) -> [Tensor] {
  let isInside = (x .> 0) .& isFinite(x)
  let inside = select(isInside, x, 1)
  let bySlope = special(.regularizedGammaPSlope, [a, inside]) / gammaDensity(a, inside)
  return [select(isInside, -bySlope, 0), reciprocal(gammaDensity(a, x))]
}
private func betaQuantileSlopes(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> [Tensor] {
  let isInside = (x .> 0) .& (x .< 1)
  let inside = select(isInside, x, 0.5)
  let parameterSlopes = [SpecialFunction.regularizedBetaSlopeA, .regularizedBetaSlopeB].map {
    let bySlope = special($0, [a, b, inside]) / betaDensity(a, b, inside)
    return select(isInside, -bySlope, 0)
  }
  return parameterSlopes + [reciprocal(betaDensity(a, b, x))]
}

/// The derivatives of log P: in x the density over P, both as logarithms because both vanish; 0 at the ends of the
/// support.
private func logGammaTailSlopes(
  _ tail: Tail, _ a: Tensor, _ x: Tensor, _ y: Tensor
) -> [Tensor] {
  let isInside = (x .> 0) .& isFinite(x)
  let inside = select(isInside, x, 1)
  let hazard = exp(logGammaDensity(a, inside) - select(isInside, y, 0))
  let byShape = special(.logGammaTailSlope(tail), [a, inside])
  let byValue = tail == .upper ? -hazard : hazard
  return [select(isInside, byShape, 0), select(isInside, byValue, 0)]
}
private func gammaQuantileSlopes(
  _ tail: Tail, _ a: Tensor, log l: Tensor, _ x: Tensor
) -> [Tensor] {
  let isInside = (x .> 0) .& isFinite(x)
  let inside = select(isInside, x, 1)
  let spacing = exp(select(isInside, l, 0) - logGammaDensity(a, inside))  // P over the density
  let byLog = tail == .upper ? -spacing : spacing
  let byShape = -special(.logGammaTailSlope(tail), [a, inside]) * byLog
  return [select(isInside, byShape, 0), select(isInside, byLog, 0)]
}

private func logBetaTailSlopes(_ operands: [Tensor], _ y: Tensor) -> [Tensor] {
  let isInside = isFinite(operands[2]) .& isFinite(y)
  let inside = [operands[0], operands[1], select(isInside, operands[2], 0)]
  let hazard = exp(logBetaPower(inside) - select(isInside, y, 0))
  return [
    special(.logBetaTailSlopeA, inside), special(.logBetaTailSlopeB, inside), hazard,
  ].map { select(isInside, $0, 0) }
}
private func betaQuantileLogitSlopes(_ operands: [Tensor], _ y: Tensor) -> [Tensor] {
  let isInside = isFinite(y)
  let inside = [operands[0], operands[1], select(isInside, y, 0)]
  let spacing = exp(select(isInside, operands[2], 0) - logBetaPower(inside))
  return [
    -special(.logBetaTailSlopeA, inside) * spacing, -special(.logBetaTailSlopeB, inside) * spacing,
    spacing,
  ].map { select(isInside, $0, 0) }
}

/// The log density of Gamma(a, 1) at `x` > 0.
private func logGammaDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
  logStandardGamma(a, x) - log(x)
}

/// The log density of the log odds: `log(x^a (1 - x)^b / B(a, b))` from `a`, `b` and the log odds of `x`.
private func logBetaPower(_ operands: [Tensor]) -> Tensor {
  let (a, b, l) = (operands[0], operands[1], operands[2])
  // Where x underflows its power is known from the log odds.
  let isFar = abs(l) .> 600
  let near = select(isFar, 0, l)
  let far = a * minimum(l, 0) - b * maximum(l, 0) - logBeta(a, b)
  return select(isFar, far, logBetaPower(a, b, sigmoid(near), sigmoid(-near)))
}

private func gammaDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
  let isInside = x .> 0
  let inside = select(isInside, x, 1)
  return exp(select(isInside, logGammaDensity(a, inside), (a - 1) * log(x) - logGamma(a)))
}
private func betaDensity(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  let isInside = (x .> 0) .& (x .< 1)
  let inside = select(isInside, x, 0.5)
  let logit = log(inside) - log1p(-inside)
  let power = logBetaPower([a, b, logit]) - log(inside) - log1p(-inside)
  // A power of 0 is 1 at the ends and beyond, where the clamped argument has no slope.
  let end =
    select(a .== 1, 0, (a - 1) * log(x)) + select(b .== 1, 0, (b - 1) * log1p(-x)) - logBeta(a, b)
  return exp(select(isInside, power, end))
}
