// Incomplete beta functions: operands broadcast together, differentiable in all arguments, once in the parameters.

/// The regularized incomplete beta function I_x(a, b), the distribution function of a beta variable.
public func regularizedBeta(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedBeta", [a, b, x], { loop($0, $1, Special.regularizedBeta(_:_:_:)) }
  ) { x, _ in betaSlopes(x[0], x[1], x[2]) }
}

/// The function I_x(a, k + 1), the probability of at most `k` successes before `a` failures, each of probability `x`.
///
/// It is accurate also for a count `k` ≥ 0 beyond 2^53, where `k + 1` is rounded.
package func regularizedBeta(_ a: Tensor, after k: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedBetaAfter", [a, k, x], { loop($0, $1, Special.regularizedBeta(_:after:_:)) }
  ) { x, _ in betaSlopes(x[0], x[1] + 1, x[2]) }
}

/// The inverse of the regularized beta function: the `x` at which I_x(a, b) is `p`.
public func regularizedBetaInverse(_ a: Tensor, _ b: Tensor, _ p: Tensor) -> Tensor {
  elementwise(
    "regularizedBetaInverse", [a, b, p], { loop($0, $1, Special.regularizedBetaInverse) }
  ) { operands, x in
    let (a, b) = (operands[0], operands[1])
    let isInside = (x .> 0) .& (x .< 1)
    let inside = select(isInside, x, 0.5)
    let parameterSlopes = [regularizedBetaSlopeA, regularizedBetaSlopeB].map {
      select(isInside, -($0(a, b, inside) / betaDensity(a, b, inside)), 0)
    }
    return parameterSlopes + [reciprocal(betaDensity(a, b, x))]
  }
}

// MARK: Logarithms

/// The logarithm of I_x(a, b), also where I underflows, from the log odds `log(x / (1 - x))`, which determine both
/// `x` and 1 - `x`.
///
/// The logarithm of the upper tail is `logRegularizedBeta(b, a, logit: -logit)`.
public func logRegularizedBeta(_ a: Tensor, _ b: Tensor, logit: Tensor) -> Tensor {
  elementwise(
    "logBetaTail", [a, b, logit],
    { loop($0, $1) { Special.logIncompleteBeta($0, $1, logit: $2).lower } }
  ) { x, y in
    let (a, b) = (x[0], x[1])
    let isInside = isFinite(x[2]) .& isFinite(y)
    let inside = select(isInside, x[2], 0)
    let hazard = exp(logBetaPower(a, b, logit: inside) - select(isInside, y, 0))
    return [logBetaTailSlopeA(a, b, inside), logBetaTailSlopeB(a, b, inside), hazard]
      .map { select(isInside, $0, 0) }
  }
}

/// The inverse of `logRegularizedBeta`: the log odds of the `x` at which log I_x(a, b) is `l`.
public func regularizedBetaInverseLogit(_ a: Tensor, _ b: Tensor, log l: Tensor) -> Tensor {
  elementwise(
    "betaQuantileLogit", [a, b, l],
    { loop($0, $1) { Special.betaQuantileLogit($0, $1, logTail: $2) } }
  ) { x, y in
    let (a, b) = (x[0], x[1])
    let isInside = isFinite(y)
    let inside = select(isInside, y, 0)
    let spacing = exp(select(isInside, x[2], 0) - logBetaPower(a, b, logit: inside))
    return [
      -logBetaTailSlopeA(a, b, inside) * spacing, -logBetaTailSlopeB(a, b, inside) * spacing,
      spacing,
    ].map { select(isInside, $0, 0) }
  }
}

// MARK: Derivatives

private func regularizedBetaSlopeA(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedBetaSlopeA", [a, b, x], { loop($0, $1, Special.regularizedBetaSlopeA) },
    slopes: noSecondSlopes)
}
private func regularizedBetaSlopeB(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedBetaSlopeB", [a, b, x], { loop($0, $1, Special.regularizedBetaSlopeB) },
    slopes: noSecondSlopes)
}
private func logBetaTailSlopeA(_ a: Tensor, _ b: Tensor, _ logit: Tensor) -> Tensor {
  elementwise(
    "logBetaTailSlopeA", [a, b, logit], { loop($0, $1, Special.logBetaTailSlopeA) },
    slopes: noSecondSlopes)
}
private func logBetaTailSlopeB(_ a: Tensor, _ b: Tensor, _ logit: Tensor) -> Tensor {
  elementwise(
    "logBetaTailSlopeB", [a, b, logit], { loop($0, $1, Special.logBetaTailSlopeB) },
    slopes: noSecondSlopes)
}

private func betaSlopes(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> [Tensor] {
  [regularizedBetaSlopeA(a, b, x), regularizedBetaSlopeB(a, b, x), betaDensity(a, b, x)]
}

/// The log density of the log odds: `log(x^a (1 - x)^b / B(a, b))` from `a`, `b` and the log odds of `x`.
private func logBetaPower(_ a: Tensor, _ b: Tensor, logit l: Tensor) -> Tensor {
  // Where x underflows its power is known from the log odds.
  let isFar = abs(l) .> 600
  let near = select(isFar, 0, l)
  let far = a * minimum(l, 0) - b * maximum(l, 0) - logBeta(a, b)
  return select(isFar, far, logBetaPower(a, b, sigmoid(near), sigmoid(-near)))
}

private func betaDensity(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  let isInside = (x .> 0) .& (x .< 1)
  let inside = select(isInside, x, 0.5)
  let logit = log(inside) - log1p(-inside)
  let power = logBetaPower(a, b, logit: logit) - log(inside) - log1p(-inside)
  // A power of 0 is 1 at the ends and beyond, where the clamped argument has no slope.
  let end =
    select(a .== 1, 0, (a - 1) * log(x)) + select(b .== 1, 0, (b - 1) * log1p(-x)) - logBeta(a, b)
  return exp(select(isInside, power, end))
}
