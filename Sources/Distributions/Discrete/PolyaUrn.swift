import Autodiff

/// The log probability of counts whose probabilities are a draw from a Dirichlet distribution: Pólya's urn.
///
///     P(x) = n! Γ(A) / Γ(n + A) ∏ Γ(x + a) / (x! Γ(a)),    n = Σ x,    A = Σ a
///
/// Written with the deviances D of counts and weights from their shares of the total, and with the remainder of
/// log n! beyond them, no two large terms are left, as in R's `dhyper`:
///
///     log P = c(n) + g(A) - g(n + A) - Σ (c(x) + g(a) - g(x + a) + D(x, n s) + D(a, A s))
///     c = logFactorialRemainder,    g(a) = c(a) - log a,    s = (x + a) / (n + A)
///
/// - Parameters:
///   - x: The counts, `[..., K]`.
///   - a: The concentrations of the Dirichlet distribution, `[..., K]`.
///   - n: The sum of the counts, `[..., 1]`.
///   - total: A, the sum of the concentrations, `[..., 1]`.
/// - Returns: The log probabilities, `[...]`.
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, §4.
func logPolya(_ x: Tensor, _ a: Tensor, counts n: Tensor, weights total: Tensor) -> Tensor {
  let terms = urnTerm(x, a, counts: n, weights: total).sum(along: [-1], keepingDimensions: true)
  return (urnTotal(n, total) - terms).sum(along: [-1])
}

/// The log probability of two counts whose probabilities have a beta distribution: `logPolya` of two categories.
///
/// - Returns: A tensor of the shape of all four broadcast together.
func logBetaBinomial(
  successes k: Tensor, failures f: Tensor, _ alpha: Tensor, _ beta: Tensor
) -> Tensor {
  let (n, total) = (k + f, alpha + beta)
  let first = urnTerm(k, alpha, counts: n, weights: total)
  return urnTotal(n, total) - first - urnTerm(f, beta, counts: n, weights: total)
}

private func urnTotal(_ n: Tensor, _ total: Tensor) -> Tensor {
  logFactorialRemainder(n) + logGammaRest(total) - logGammaRest(n + total)
}

private func urnTerm(
  _ x: Tensor, _ a: Tensor, counts n: Tensor, weights total: Tensor
) -> Tensor {
  let share = (x + a) / (n + total)
  let distance = deviance(x, n * share) + deviance(a, total * share)
  return logFactorialRemainder(x) + logGammaRest(a) - logGammaRest(x + a) + distance
}

/// The remainder `log Γ(a) - (a log a - a)` of Stirling's approximation.
private func logGammaRest(_ a: Tensor) -> Tensor { logFactorialRemainder(a) - log(a) }
