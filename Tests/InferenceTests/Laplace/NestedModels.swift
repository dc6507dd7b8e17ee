import Distributions
import PPL

/// Models with a Gaussian part, by hand, for the tests of nested Laplace.
enum NestedModels {
  /// Twelve places on a line, unevenly spaced.
  static let places = Tensor([0, 0.3, 0.9, 1.2, 2, 2.2, 2.9, 3.5, 4.1, 4.4, 5.2, 6])
  /// Values that a smooth function and noise would give.
  static let values = Tensor([
    0.9, 1.3, 0.7, 1.1, -0.2, -0.7, -1.2, -0.4, -0.1, 0.6, 0.9, 1.7,
  ])
  /// Counts whose logarithm is smooth.
  static let counts = Tensor([3, 5, 2, 4, 1, 0, 0, 1, 1, 3, 4, 9])

  /// The covariance exp(-d / lengthscale), `[12, 12]`.
  static func covariance(_ lengthscale: Tensor) -> Tensor {
    let distance = abs(places[.all, .newAxis] - places)
    return exp(-distance / lengthscale) + 1e-9 * Tensor.identity(12)
  }

  /// A Gaussian process, whitened, seen with noise; lengthscale and noise are unknown. Given them, u is exactly Gaussian.
  ///
  ///     noise ~ LogNormal(log 0.3, 0.5)    lengthscale ~ LogNormal(log 1.5, 0.5)    u ~ Normal(0, I)
  ///     f = L u,    y ~ Normal(f, noise)
  static let regression = Model<Void> { p in
    let noise = p.sample("noise", LogNormal(log(0.3), 0.5))
    let lengthscale = p.sample("lengthscale", LogNormal(log(1.5), 0.5))
    let u = p.sample("u", Normal(.zeros([12]), 1).toEvent(1))
    let f = p.deterministic("f", matmul(cholesky(covariance(lengthscale)), u))
    p.sample("y", Normal(f, noise).toEvent(1), observed: values)
  }

  /// The same process as the logarithm of a Poisson rate, with an intercept.
  static let poisson = Model<Void> { p in
    let deviation = p.sample("deviation", LogNormal(log(0.7), 0.5))
    let lengthscale = p.sample("lengthscale", LogNormal(log(1.5), 0.5))
    let u = p.sample("u", Normal(.zeros([12]), 1).toEvent(1))
    let intercept = p.sample("intercept", Normal(0.5, 1))
    let f = matmul(cholesky(covariance(lengthscale)), u)
    let rate = p.deterministic("rate", exp(intercept + deviation * f))
    p.sample("y", Poisson(rate: rate).toEvent(1), observed: counts)
  }

  /// A multilevel regression, with its group effects not whitened.
  ///
  ///     log_tau ~ Normal(0, 1)    mu ~ Normal(0, 2)    theta[g] ~ Normal(mu, exp(log_tau))    y[g] ~ Normal(theta[g], s[g])
  static let schools = Model<Void> { p in
    let logTau = p.sample("log_tau", Normal(0, 1))
    let mu = p.sample("mu", Normal(0, 2))
    p.plate("school", 6) { p in
      let theta = p.sample("theta", Normal(mu, exp(logTau)))
      p.sample(
        "y", Normal(theta, [1, 0.8, 1.2, 1, 0.9, 1.1]), observed: [2, 0.3, -0.5, 1.1, 3, 0.2])
    }
  }
}
