// The public special functions of several numbers; operands broadcast together.

// MARK: Differences of log Γ

/// The log beta function log B(a, b) for positive `a` and `b`, also where log Γ(a), log Γ(b) and log Γ(a + b)
/// nearly cancel.
public func logBeta(_ a: Tensor, _ b: Tensor) -> Tensor { special(.logBeta, [a, b]) }

/// The difference `log Γ(a + d) - log Γ(a)` for positive `a` and `a + d`, without cancellation.
public func logGammaDifference(_ a: Tensor, _ d: Tensor) -> Tensor {
  special(.polygammaDifference(-1), [a, d])
}

/// The difference `ψ(a + d) - ψ(a)` for positive `a` and `a + d`, without cancellation.
public func digammaDifference(_ a: Tensor, _ d: Tensor) -> Tensor {
  special(.polygammaDifference(0), [a, d])
}

/// The distance `log Γ(a + d) - log Γ(a) - d ψ(a)` of log Γ from its tangent at `a`, for positive `a` and `a + d`,
/// without cancellation.
public func logGammaRemainder(_ a: Tensor, _ d: Tensor) -> Tensor {
  special(.polygammaRemainder(-1), [a, d])
}

// MARK: Incomplete gamma and beta functions, differentiable in all arguments, once in their parameters

/// The regularized lower incomplete gamma function P(a, x), the distribution function of a gamma variable of shape
/// `a` and rate 1.
public func regularizedGammaP(_ a: Tensor, _ x: Tensor) -> Tensor {
  special(.regularizedGammaP, [a, x])
}

/// The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x), accurate where it is small.
public func regularizedGammaQ(_ a: Tensor, _ x: Tensor) -> Tensor {
  special(.regularizedGammaQ, [a, x])
}

/// The function Q(k + 1, x), the probability of at most `k` events where `x` are expected.
/// It is accurate also for a count `k` ≥ 0 beyond 2^53, where `k + 1` is rounded.
/// Also for a count `k` ≥ 0 beyond 2^53, where `k + 1` is rounded.
package func regularizedGammaQ(after k: Tensor, _ x: Tensor) -> Tensor {
  special(.regularizedGammaQAfter, [k, x])
}

/// The inverse of the regularized gamma function: the `x` at which P(a, x) is `p`.
public func regularizedGammaPInverse(_ a: Tensor, _ p: Tensor) -> Tensor {
  special(.regularizedGammaPInverse, [a, p])
}

/// The logarithm of P(a, x), also where P underflows.
public func logRegularizedGammaP(_ a: Tensor, _ x: Tensor) -> Tensor {
  special(.logGammaTail(.lower), [a, x])
}

/// The logarithm of Q(a, x), also where Q underflows.
public func logRegularizedGammaQ(_ a: Tensor, _ x: Tensor) -> Tensor {
  special(.logGammaTail(.upper), [a, x])
}

/// The inverse of the log regularized gamma function: the `x` at which log P(a, x) is `l`.
public func regularizedGammaPInverse(_ a: Tensor, log l: Tensor) -> Tensor {
  special(.gammaQuantile(.lower), [a, l])
}

/// The inverse of the log regularized upper gamma function: the `x` at which log Q(a, x) is `l`.
public func regularizedGammaQInverse(_ a: Tensor, log l: Tensor) -> Tensor {
  special(.gammaQuantile(.upper), [a, l])
}

/// The logarithm of I_x(a, b), also where I underflows, from the log odds `log(x / (1 - x))`, which determine both
/// `x` and 1 - `x`.
///
/// The logarithm of the upper tail is `logRegularizedBeta(b, a, logit: -logit)`.
public func logRegularizedBeta(_ a: Tensor, _ b: Tensor, logit: Tensor) -> Tensor {
  special(.logBetaTail, [a, b, logit])
}

/// The inverse of `logRegularizedBeta`: the log odds of the `x` at which log I_x(a, b) is `l`.
public func regularizedBetaInverseLogit(_ a: Tensor, _ b: Tensor, log l: Tensor) -> Tensor {
  special(.betaQuantileLogit, [a, b, l])
}

/// The regularized incomplete beta function I_x(a, b), the distribution function of a beta variable.
public func regularizedBeta(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  special(.regularizedBeta, [a, b, x])
}

/// The function I_x(a, k + 1), the probability of at most `k` successes before `a` failures, each of probability `x`.
///
/// It is accurate also for a count `k` ≥ 0 beyond 2^53, where `k + 1` is rounded.
package func regularizedBeta(_ a: Tensor, after k: Tensor, _ x: Tensor) -> Tensor {
  special(.regularizedBetaAfter, [a, k, x])
}

/// The inverse of the regularized beta function: the `x` at which I_x(a, b) is `p`.
public func regularizedBetaInverse(_ a: Tensor, _ b: Tensor, _ p: Tensor) -> Tensor {
  special(.regularizedBetaInverse, [a, b, p])
}
