import Autodiff
import PPL

extension Normal: HasKLDivergence {
  /// The divergence from a normal distribution.
  ///
  ///     ((s / s')² + ((m - m') / s')² - 1) / 2 - log(s / s')
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Normal else { return nil }
    let spread = square(deviation / q.deviation)
    let distance = square((mean - q.mean) / q.deviation)
    return 0.5 * (spread + distance - 1 - log(spread))
  }
}

extension Gamma: HasKLDivergence {
  /// The divergence from a gamma distribution.
  ///
  ///     log Γ(a') - log Γ(a) - (a' - a) ψ(a) + a (b' / b - 1 - log(b' / b)) - (a' - a) log(b' / b)
  ///
  /// - Reference: Penny (2001), *Kullback-Liebler divergences of normal, gamma, Dirichlet and Wishart
  ///   densities*, §3.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Gamma else { return nil }
    let difference = q.shape - shape
    let shapes = logGammaRemainder(shape, difference) - difference * logRatio(q.rate, rate)
    return shapes + shape * deviance(rate, q.rate) / rate
  }
}

extension Beta: HasKLDivergence {
  /// The divergence from a beta distribution.
  ///
  ///     log B(a', b') - log B(a, b) + (a - a') ψ(a) + (b - b') ψ(b) + (a' + b' - a - b) ψ(a + b)
  ///
  /// The terms of each argument together are the distance of log Γ from its tangent.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Beta else { return nil }
    let (toAlpha, toBeta) = (q.alpha - alpha, q.beta - beta)
    let each = logGammaRemainder(alpha, toAlpha) + logGammaRemainder(beta, toBeta)
    return each - logGammaRemainder(alpha + beta, toAlpha + toBeta)
  }
}

extension Weibull: HasKLDivergence {
  /// The divergence from a gamma distribution.
  ///
  ///     log(k Γ(a)) + a (γ / k - log(b s)) + b s Γ(1 + 1/k) - γ - 1    to Gamma(a, rate: b)
  ///
  /// - Reference: Bauckhage (2014), *Computing the Kullback-Leibler divergence between two generalized
  ///   gamma distributions*, eq. (28).
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Gamma else { return nil }
    let gamma = Tensor(Constant.eulerGamma)
    let scaled = scale * q.rate
    // log Γ(a) - a log(b s) + b s, and the excess of the mean of the Weibull distribution over its scale.
    let atScale = log(shape) - logStandardGamma(q.shape, scaled)
    let excess = scaled * expm1(logGammaDifference(1, 1 / shape))
    return atScale + q.shape * gamma / shape + excess - gamma - 1
  }
}

extension Kumaraswamy: HasKLDivergence {
  /// The divergence from a beta distribution, with `E[log(1 - x)]`, which is usually a truncated series, by
  /// quadrature.
  ///
  ///     -entropy + log B(a', b') - (a' - 1) E[log x] - (b' - 1) E[log(1 - x)]
  ///
  /// - Reference: Nalisnick and Smyth (2017), *Stick-breaking variational autoencoders*, eq. (12).
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Beta else { return nil }
    let meanLog = -(digamma(beta + 1) + Tensor(Constant.eulerGamma)) / alpha
    let first = (q.alpha - 1) * meanLog
    return logBeta(q.alpha, q.beta) - entropy - first - (q.beta - 1) * meanLogComplement
  }

  /// The mean `E[log(1 - x)]`, by `x^alpha = 1 - exp(-t / beta)` with an exponential `t`.
  private var meanLogComplement: Tensor {
    let columns = [alpha, beta].map {
      $0.broadcast(to: batchShape).expandingDimension(at: batchShape.count)
    }
    let t = ExponentialQuadrature.nodes / columns[1]
    // Here 1 - x is exp(-t / beta) / alpha to all digits.
    let isFar = t .> 40
    let logX = logOneMinusExp(-select(isFar, 1, t)) / columns[0]
    let logComplement = select(isFar, -t - log(columns[0]), logOneMinusExp(logX))
    return (logComplement * ExponentialQuadrature.weights).sum(along: [-1])
  }
}

extension Dirichlet: HasKLDivergence {
  /// The divergence from a Dirichlet distribution.
  ///
  ///     log Γ(Σ a) - log Γ(Σ a') - Σ (log Γ(aᵢ) - log Γ(a'ᵢ)) + Σ (aᵢ - a'ᵢ) (ψ(aᵢ) - ψ(Σ a))
  ///
  /// - Reference: Penny (2001), §4.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Dirichlet else { return nil }
    let difference = q.concentration - concentration
    let total = logGammaRemainder(concentration.sum(along: [-1]), difference.sum(along: [-1]))
    return logGammaRemainder(concentration, difference).sum(along: [-1]) - total
  }
}

extension Categorical: HasKLDivergence {
  /// The divergence from a categorical distribution.
  ///
  ///     Σ pₖ (log pₖ - log p'ₖ)
  ///
  /// It is infinite where a category is possible under this distribution only, and nil for different numbers of
  /// categories.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Categorical, q.categoryCount == categoryCount else { return nil }
    let isImpossible = probabilities .== 0
    let ratio = select(isImpossible, 0, logits) - select(isImpossible, 0, q.logits)
    return (probabilities * ratio).sum(along: [-1])
  }
}
