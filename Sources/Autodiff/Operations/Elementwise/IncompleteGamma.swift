// Incomplete gamma functions: operands broadcast together, differentiable in all arguments, once in the shape.

/// The regularized lower incomplete gamma function P(a, x), the distribution function of a gamma variable of shape
/// `a` and rate 1.
public func regularizedGammaP(_ a: Tensor, _ x: Tensor) -> Tensor {
  elementwise("regularizedGammaP", [a, x], { loop($0, $1, Special.regularizedGammaP) }) { x, _ in
    [regularizedGammaPSlope(x[0], x[1]), gammaDensity(x[0], x[1])]
  }
}

/// The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x), accurate where it is small.
public func regularizedGammaQ(_ a: Tensor, _ x: Tensor) -> Tensor {
  elementwise("regularizedGammaQ", [a, x], { loop($0, $1, Special.regularizedGammaQ(_:_:)) }) {
    x, _ in upperSlopes(x[0], x[1])
  }
}

/// The function Q(k + 1, x), the probability of at most `k` events where `x` are expected.
///
/// It is accurate also for a count `k` ≥ 0 beyond 2^53, where `k + 1` is rounded.
package func regularizedGammaQ(after k: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedGammaQAfter", [k, x], { loop($0, $1, Special.regularizedGammaQ(after:_:)) }
  ) { x, _ in upperSlopes(x[0] + 1, x[1]) }
}

/// The inverse of the regularized gamma function: the `x` at which P(a, x) is `p`.
public func regularizedGammaPInverse(_ a: Tensor, _ p: Tensor) -> Tensor {
  elementwise(
    "regularizedGammaPInverse", [a, p], { loop($0, $1, Special.regularizedGammaPInverse) }
  ) { operands, x in
    // The reciprocal density, and at constant probability the slope in the shape, which is 0 at the ends of the
    // support.
    let a = operands[0]
    let (isInside, inside) = insidePositive(x)
    let byShape = regularizedGammaPSlope(a, inside) / gammaDensity(a, inside)
    return [select(isInside, -byShape, 0), reciprocal(gammaDensity(a, x))]
  }
}

// MARK: Logarithms

/// The logarithm of P(a, x), also where P underflows.
public func logRegularizedGammaP(_ a: Tensor, _ x: Tensor) -> Tensor { logGammaTail(.lower, a, x) }

/// The logarithm of Q(a, x), also where Q underflows.
public func logRegularizedGammaQ(_ a: Tensor, _ x: Tensor) -> Tensor { logGammaTail(.upper, a, x) }

/// The inverse of the log regularized gamma function: the `x` at which log P(a, x) is `l`.
public func regularizedGammaPInverse(_ a: Tensor, log l: Tensor) -> Tensor {
  gammaQuantile(.lower, a, log: l)
}

/// The inverse of the log regularized upper gamma function: the `x` at which log Q(a, x) is `l`.
public func regularizedGammaQInverse(_ a: Tensor, log l: Tensor) -> Tensor {
  gammaQuantile(.upper, a, log: l)
}

/// The lower or the upper tail of a distribution.
private enum Tail: Int { case lower, upper }

private func logGammaTail(_ tail: Tail, _ a: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "logGammaTail", [a, x],
    { x, n in
      loop(x, n) {
        let tails = Special.logIncompleteGamma($0, $1)
        return n[1] == Tail.upper.rawValue ? tails.upper : tails.lower
      }
    }, parameter: tail.rawValue
  ) { x, y in
    // In x the density over P, both as logarithms because both vanish; 0 at the ends of the support.
    let a = x[0]
    let (isInside, inside) = insidePositive(x[1])
    let hazard = exp(logGammaDensity(a, inside) - select(isInside, y, 0))
    let byShape = logGammaTailSlope(tail, a, inside)
    let byValue = tail == .upper ? -hazard : hazard
    return [select(isInside, byShape, 0), select(isInside, byValue, 0)]
  }
}

private func gammaQuantile(_ tail: Tail, _ a: Tensor, log l: Tensor) -> Tensor {
  elementwise(
    "gammaQuantile", [a, l],
    { x, n in
      loop(x, n) { Special.gammaQuantile($0, logTail: $1, isUpper: n[1] == Tail.upper.rawValue) }
    }, parameter: tail.rawValue
  ) { operands, x in
    let (a, l) = (operands[0], operands[1])
    let (isInside, inside) = insidePositive(x)
    let spacing = exp(select(isInside, l, 0) - logGammaDensity(a, inside))  // P over the density
    let byLog = tail == .upper ? -spacing : spacing
    let byShape = -logGammaTailSlope(tail, a, inside) * byLog
    return [select(isInside, byShape, 0), select(isInside, byLog, 0)]
  }
}

// MARK: Derivatives

private func regularizedGammaPSlope(_ a: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "regularizedGammaPSlope", [a, x], { loop($0, $1, Special.regularizedGammaPSlope) },
    slopes: noSecondSlopes)
}

private func logGammaTailSlope(_ tail: Tail, _ a: Tensor, _ x: Tensor) -> Tensor {
  elementwise(
    "logGammaTailSlope", [a, x],
    { x, n in
      loop(x, n) { Special.logGammaTailSlope($0, $1, isUpper: n[1] == Tail.upper.rawValue) }
    }, parameter: tail.rawValue, slopes: noSecondSlopes)
}

private func upperSlopes(_ a: Tensor, _ x: Tensor) -> [Tensor] {
  [-regularizedGammaPSlope(a, x), -gammaDensity(a, x)]
}

/// Where `x` is inside the support, and `x` there, 1 elsewhere.
private func insidePositive(_ x: Tensor) -> (Tensor, Tensor) {
  let isInside = (x .> 0) .& isFinite(x)
  return (isInside, select(isInside, x, 1))
}

/// The log density of Gamma(a, 1) at `x` > 0.
private func logGammaDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
  logStandardGamma(a, x) - log(x)
}

private func gammaDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
  let isInside = x .> 0
  let inside = select(isInside, x, 1)
  return exp(select(isInside, logGammaDensity(a, inside), (a - 1) * log(x) - logGamma(a)))
}
