/// The log gamma function log |Γ(x)|.
public func logGamma(_ x: Tensor) -> Tensor {
  elementwise("logGamma", x, { loop($0, $1, Special.logGamma) }) { x, _ in digamma(x) }
}

/// The digamma function, the derivative of `logGamma`.
public func digamma(_ x: Tensor) -> Tensor { polygamma(0, x) }

/// The polygamma function, the derivative of order `order` of `digamma`.
public func polygamma(_ order: Int, _ x: Tensor) -> Tensor {
  elementwise(
    "polygamma", x, { x, n in loop(x, n) { Special.polygamma(n[1], $0) } }, parameter: order
  ) { x, _ in polygamma(order + 1, x) }
}

/// The remainder `log Γ(k + 1) - (k log k - k)` of the leading terms of Stirling's formula, for `k` ≥ 0.
///
/// It is minus the log probability of `k` events where `k` are expected; 0 at 0.
public func logFactorialRemainder(_ k: Tensor) -> Tensor { logFactorialRemainder(0, k) }

/// The derivative `ψ(k + 1) - log k` of `logFactorialRemainder`.
public func logFactorialRemainderSlope(_ k: Tensor) -> Tensor { logFactorialRemainder(1, k) }

private func logFactorialRemainder(_ order: Int, _ k: Tensor) -> Tensor {
  elementwise(
    "logFactorialRemainder", k, { x, n in loop(x, n) { Special.logFactorialRemainder(n[1], $0) } },
    parameter: order
  ) { k, _ in logFactorialRemainder(order + 1, k) }
}

// MARK: Differences of log Γ; operands broadcast together

/// The log beta function log B(a, b) for positive `a` and `b`, also where log Γ(a), log Γ(b) and log Γ(a + b)
/// nearly cancel.
public func logBeta(_ a: Tensor, _ b: Tensor) -> Tensor {
  elementwise("logBeta", [a, b], { loop($0, $1, Special.logBeta) }) { x, _ in
    [-polygammaDifference(0, x[0], x[1]), -polygammaDifference(0, x[1], x[0])]
  }
}

/// The difference `log Γ(a + d) - log Γ(a)` for positive `a` and `a + d`, without cancellation.
public func logGammaDifference(_ a: Tensor, _ d: Tensor) -> Tensor { polygammaDifference(-1, a, d) }

/// The difference `ψ(a + d) - ψ(a)` for positive `a` and `a + d`, without cancellation.
public func digammaDifference(_ a: Tensor, _ d: Tensor) -> Tensor { polygammaDifference(0, a, d) }

/// The distance `log Γ(a + d) - log Γ(a) - d ψ(a)` of log Γ from its tangent at `a`, for positive `a` and `a + d`,
/// without cancellation.
public func logGammaRemainder(_ a: Tensor, _ d: Tensor) -> Tensor { polygammaRemainder(-1, a, d) }

/// The difference ψ_n(a + d) - ψ_n(a), with log Γ as ψ_-1.
package func polygammaDifference(_ order: Int, _ a: Tensor, _ d: Tensor) -> Tensor {
  elementwise(
    "polygammaDifference", [a, d],
    { x, n in loop(x, n) { Special.polygammaDifference(n[1], $0, $1) } }, parameter: order
  ) { x, _ in
    [polygammaDifference(order + 1, x[0], x[1]), polygamma(order + 1, x[0] + x[1])]
  }
}

/// The difference ψ_n(a + d) - ψ_n(a) - d ψ_(n+1)(a), with log Γ as ψ_-1.
private func polygammaRemainder(_ order: Int, _ a: Tensor, _ d: Tensor) -> Tensor {
  elementwise(
    "polygammaRemainder", [a, d],
    { x, n in loop(x, n) { Special.polygammaRemainder(n[1], $0, $1) } }, parameter: order
  ) { x, _ in
    [polygammaRemainder(order + 1, x[0], x[1]), polygammaDifference(order + 1, x[0], x[1])]
  }
}
