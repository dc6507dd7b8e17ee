import Distributions
import Kernels
import PPL
import TestSupport

/// The data of one notebook, and the models that were fitted to such data: relatives of the multiplicative GEV model.
struct FollowUp: Sendable {
  let json: JSONValue
  /// `[S, 2]`, degrees.
  let stations: Tensor
  /// `[T]`, °C, and without its mean.
  let gmst, warming: Tensor
  /// `[S, T]`, °C.
  let y: Tensor

  init(_ json: JSONValue) throws {
    self.json = json
    stations = try json.tensor("stations")
    gmst = try json.tensor("gmst")
    warming = gmst - gmst.mean()
    y = try json.tensor("y")
  }

  /// A whitened process, its mean over the inputs taken away.
  private func centred(
    _ name: String, _ process: GaussianProcess, _ p: inout Context
  ) -> Tensor {
    let f = p.sample(name, process.whitened)
    return f - f.mean()
  }

  /// A positive hyperparameter with this median.
  private func scale(
    _ name: String, _ median: Double, deviation: Tensor = 0.5, _ p: inout Context
  ) -> Tensor {
    p.sample(name, LogNormal(log(Tensor(median)), deviation))
  }

  /// One slope for all places, and a function of global warming shared by them.
  ///
  ///     tau = mu0 + mu(s) + beta d + r(g)
  var additiveModel: Model<Tensor> {
    Model { p in
      let spatial =
        scale("Matern.variance", 2, &p) * Matern32(lengthscale: scale("Matern.lengthscale", 2, &p))
      let mu = centred("mu_s", GaussianProcess(spatial, at: stations), &p)
      let temporal =
        scale("RBF.variance", 0.05, &p) * RBF(lengthscale: scale("RBF.lengthscale", 0.5, &p))
      let r = centred("tau_r", GaussianProcess(temporal, at: gmst), &p)
      let mu0 = p.sample("mu0", Normal(y.mean(), 5))
      let beta = p.sample("beta", Normal(1, 1))
      let logSigma = p.sample("log_sigma", Normal(log(2), 0.4))
      let xi = p.sample("xi", Normal(0.1, 0.1))
      let sigma = p.deterministic("sigma", exp(logSigma))
      let location = mu0 + mu[.all, .newAxis] + beta * warming + r
      return p.sample("y", GEV(location, sigma, xi))
    }
  }

  /// Every parameter of the law a field; with the copula, years in which places are alike beyond that.
  func nonstationaryModel(hasCopula: Bool) -> Model<Tensor> {
    Model { p in
      func field(
        _ kernel: String, _ name: String, _ variance: Double, _ lengthscale: Double,
        _ p: inout Context
      ) -> Tensor {
        let variance = self.scale("\(kernel).variance", variance, &p)
        let lengthscale = self.scale("\(kernel).lengthscale", lengthscale, &p)
        let process = GaussianProcess(variance * Matern32(lengthscale: lengthscale), at: stations)
        return centred(name, process, &p)[.all, .newAxis]
      }
      let mu = field("k_mu", "mu_s", 2, 2, &p)
      let beta = field("k_beta", "beta_tilde", 0.2, 3, &p)
      let sigma = field("k_sig", "sig_r", 0.05, 3, &p)
      let xi = field("k_xi", "xi_r", 0.003, 3, &p)
      let mu0 = p.sample("mu0", Normal(y.mean(), 5))
      let beta0 = p.sample("beta0", Normal(1, 0.5))
      let logSigma0 = p.sample("logsig0", Normal(log(1.8), 0.3))
      let xi0 = p.sample("xi0", Normal(0.1, 0.1))
      p.deterministic("mu_field", mu)
      let slope = p.deterministic("beta_field", beta0 + beta)
      let scale = p.deterministic("sigma_field", exp(logSigma0 + sigma))
      let shape = p.deterministic("xi_field", xi0 + xi)
      let law = GEV(mu0 + mu + slope * warming, scale, shape)
      let y = p.sample("y", law)
      if hasCopula {
        let c0 = p.sample("c0", Beta(2, 2))
        let c1 = self.scale("c1", 0.5, deviation: 0.4, &p)
        let c2 = self.scale("c2", 4, deviation: 0.4, &p)
        p.factor("copula", copulaDensity(law, y, correlation(c0, c1, c2)))
      }
      return y
    }
  }

  /// A Gaussian copula over places, independent in time.
  ///
  ///     Σ_j log N(z_j; 0, R) - Σ_ij log N(z_ij; 0, 1),    z = Φ⁻¹(F(y))
  private func copulaDensity(_ law: GEV, _ y: Tensor, _ R: Tensor) -> Tensor {
    let u = minimum(maximum(law.cdf(y), 1e-6), 1 - 1e-6)
    let z = normalQuantile(u)
    let joint = MultivariateNormal(.zeros([z.shape[0]]), covariance: R).logProb(z.transposed())
    return joint.sum() - Normal(0, 1).logProb(z).sum()
  }

  /// A short and a long range, mixed, with a diagonal of 1.
  func correlation(_ c0: Tensor, _ c1: Tensor, _ c2: Tensor) -> Tensor {
    let short = c0 * Matern12(lengthscale: c1)
    let long = (1 - c0) * Matern12(lengthscale: c2)
    let nugget: Tensor = 1e-6
    let K = (short + long + nugget * White()).gram(stations)
    let deviation = sqrt(K.diagonal())
    return K / (deviation[.all, .newAxis] * deviation)
  }

  /// `[S, S]`, degrees.
  var distances: Tensor { distance(stations, stations) }
}
