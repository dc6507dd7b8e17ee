import Autodiff
import PPL

extension Normal: HasKLDivergence {
  ///     ((s / s')² + ((m - m') / s')² - 1) / 2 - log(s / s')
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Normal else { return nil }
    let spread = square(deviation / q.deviation)
    let distance = square((mean - q.mean) / q.deviation)
    return 0.5 * (spread + distance - 1 - log(spread))
  }
}

extension LogNormal: HasKLDivergence {
  /// That of the logarithms.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? LogNormal else { return nil }
    return Normal(location, scale).klDivergence(to: Normal(q.location, q.scale))
  }
}

extension Gamma: HasKLDivergence {
  ///     (a - a') ψ(a) - log Γ(a) + log Γ(a') - a' log(b' / b) + a (b' / b - 1)
  ///
  /// - Reference: Penny (2001), *Kullback-Liebler divergences of normal, gamma, Dirichlet and Wishart
  ///   densities*, §3.
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Gamma else { return nil }
    let ratio = q.rate / rate
    let shapes = (shape - q.shape) * digamma(shape) - logGamma(shape) + logGamma(q.shape)
    return shapes - q.shape * log(ratio) + shape * (ratio - 1)
  }
}

extension Beta: HasKLDivergence {
  ///     log B(a', b') - log B(a, b) + (a - a') ψ(a) + (b - b') ψ(b) + (a' + b' - a - b) ψ(a + b)
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Beta else { return nil }
    let (toAlpha, toBeta) = (q.alpha - alpha, q.beta - beta)
    let normalizers = logBeta(q.alpha, q.beta) - logBeta(alpha, beta)
    let each = toAlpha * digamma(alpha) + toBeta * digamma(beta)
    return normalizers - each + (toAlpha + toBeta) * digamma(alpha + beta)
  }
}

extension Weibull: HasKLDivergence {
  ///     log(k Γ(a)) + a (γ / k - log(b s)) + b s Γ(1 + 1/k) - γ - 1    to Gamma(a, rate: b)
  ///
  /// - Reference: Bauckhage (2014), *Computing the Kullback-Leibler divergence between two generalized
  ///   gamma distributions*, eq. (28).
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? Gamma else { return nil }
    let gamma = Tensor(Constant.eulerGamma)
    let scaled = scale * q.rate
    let normalizers = log(shape) + logGamma(q.shape)
    let meanLog = q.shape * (gamma / shape - log(scaled))
    return normalizers + meanLog + scaled * exp(logGamma(1 + 1 / shape)) - gamma - 1
  }
}

extension Kumaraswamy: HasKLDivergence {
  /// To a beta law; `E[log(1 - x)]`, which is usually a truncated series, by quadrature.
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

  /// `E[log(1 - x)]`: with an exponential `t`, `x^alpha = 1 - exp(-t / beta)`.
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

extension MultivariateNormal: HasKLDivergence {
  ///     (|L'⁻¹ L|² + |L'⁻¹ (m - m')|² - n) / 2 + Σ log(L'ᵢᵢ / Lᵢᵢ)
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? MultivariateNormal else { return nil }
    let batch = Distributions.batchShape(
      of: "klDivergence", ["p": batchShape, "q": q.batchShape])
    let n = eventShape[0]
    let factor = choleskyFactor.broadcast(to: batch + [n, n])
    let other = q.choleskyFactor.broadcast(to: batch + [n, n])
    let shift = (mean - q.mean).broadcast(to: batch + [n]).expandingDimension(at: batch.count + 1)
    let white = triangularSolve(other, concatenate([factor, shift], along: batch.count + 1))
    let squares = square(white).sum(along: [-2, -1])
    let logRatio = log(other.diagonal() / factor.diagonal()).sum(along: [-1])
    return 0.5 * (squares - Tensor(Double(n))) + logRatio
  }
}

private func logBeta(_ a: Tensor, _ b: Tensor) -> Tensor {
  logGamma(a) + logGamma(b) - logGamma(a + b)
}
