import Distributions
import Foundation
import Kernels
import PPL

/// Annual maxima whose location warms at a rate that varies over the map.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i) + beta(s_i) d_j, sigma, xi)
///     beta(s) = beta0 + beta~(s)
///
///     mu(s), beta~(s) = GP(0, Matérn 3/2), each centred over the stations
///     mu0 ~ Normal(mean of y, 5)        beta0 ~ Normal(1, 0.5)
///     log sigma ~ Normal(log 2, 0.4)    xi ~ Normal(0.1, 0.1)
///
/// A station-year without a maximum does not count. The sites, in order: `k_mu.variance`, `k_mu.lengthscale`,
/// `mu_s_u`, `k_beta.variance`, `k_beta.lengthscale`, `beta_tilde_u`, `mu0`, `beta0`, `log_sigma`, `xi`, `y`; computed
/// from them, `mu_s`, `beta_tilde`, `mu_field`, `beta_field`, `sigma`.
///
/// - Shape: *S* stations, *T* years; `mu_field`, `beta_field` `[S]`, `y` `[S, T]`.
/// - Units: `y`, `mu0`, `mu_field` and `sigma` in °C; `beta0` and `beta_field` in °C per °C of global warming;
///   lengthscales in degrees of longitude and latitude, which count alike; `xi` has none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6; Rasmussen and Williams
///   (2006), *Gaussian Processes for Machine Learning*, §2.2.
public struct GEVMultiplicative: Sendable {
  /// Longitude and latitude in degrees, `[S, 2]`; longitudes past the widest gap between stations go on beyond 180, so
  /// that neighbours on both sides of the date line are neighbours here.
  public let coordinates: Tensor
  /// Global warming of each year less its mean over the years, °C, `[T]`.
  public let warming: Tensor
  /// `[S, T]`, NaN where missing.
  public let maxima: Tensor
  /// 1 where there is a maximum, `[S, T]`; nil if none is missing.
  public let mask: Tensor?
  /// The mean of the maxima that are there, °C.
  public let meanMaximum: Double
  /// What is assumed before the data.
  public let priors: Priors

  /// What is assumed before the data.
  public struct Priors: Sendable, Equatable, Codable {
    /// The median of a log-normal prior with deviation 0.5 of the logarithm, for each hyperparameter.
    public struct Field: Sendable, Equatable, Codable {
      /// Variance in squared units of the field, lengthscale in degrees.
      public var variance, lengthscale: Double
    }
    /// The location's spatial field: variance in °C², lengthscale in degrees.
    public var mu = Field(variance: 2, lengthscale: 2)
    /// The warming rate's spatial field: variance in (°C/°C)², lengthscale in degrees.
    public var beta = Field(variance: 0.2, lengthscale: 3)
    /// Mean of `mu0` in °C; the mean of the maxima if not given.
    public var mu0: Double?
    /// Mean of `beta0`.
    public var beta0 = 1.0
    /// Median of `sigma`, °C.
    public var sigma = 2.0
    /// Mean of `xi`.
    public var xi = 0.1
    /// The priors that the model is published with.
    public init() {}
  }

  /// The model of these stations and years; the covariate is centred over the years.
  public init(_ data: StationMaxima, priors: Priors = Priors()) {
    let values = data.maxima.map { $0 ?? .nan }
    let shape = [data.stations.count, data.years.count]
    let present = data.maxima.compactMap { $0 }
    let meanCovariate = data.covariate.reduce(0, +) / Double(data.covariate.count)
    let longitudes = continuousLongitudes(data.stations.map(\.longitude))
    coordinates = Tensor(rows: zip(longitudes, data.stations).map { [$0, $1.latitude] })
    warming = Tensor(data.covariate.map { $0 - meanCovariate })
    maxima = Tensor(values, shape: shape)
    mask =
      present.count == values.count
      ? nil : Tensor(values.map { $0.isNaN ? 0 : 1 }, shape: shape)
    meanMaximum = present.reduce(0, +) / Double(present.count)
    self.priors = priors
  }

  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> {
    Model { p in
      let mu = p.sample("mu_s", process("k_mu", priors.mu, &p))
      let beta = p.sample("beta_tilde", process("k_beta", priors.beta, &p))
      let mu0 = p.sample("mu0", Normal(Tensor(priors.mu0 ?? meanMaximum), 5))
      let beta0 = p.sample("beta0", Normal(Tensor(priors.beta0), 0.5))
      let logSigma = p.sample("log_sigma", Normal(Tensor(log(priors.sigma)), 0.4))
      let xi = p.sample("xi", Normal(Tensor(priors.xi), 0.1))

      let muField = p.deterministic("mu_field", mu - mu.mean())
      let betaField = p.deterministic("beta_field", beta0 + beta - beta.mean())
      let sigma = p.deterministic("sigma", exp(logSigma))
      let location = mu0 + muField[.all, .newAxis] + betaField[.all, .newAxis] * warming
      return p.sample("y", GEV(location, sigma, xi), mask: mask)  // [S, T]
    }
  }

  /// The model given the data.
  public var posterior: Model<Tensor> { model.conditioned(on: ["y": maxima]) }

  /// Where a fit starts; sites that are not named start at random.
  public var start: [String: Tensor] {
    [
      "mu0": Tensor(priors.mu0 ?? meanMaximum), "beta0": Tensor(priors.beta0),
      "log_sigma": Tensor(log(priors.sigma)), "xi": Tensor(priors.xi),
    ]
  }

  private func process(
    _ name: String, _ prior: Priors.Field, _ p: inout Context
  ) -> GaussianProcess.Whitened {
    let variance = p.sample(
      "\(name).variance", LogNormal(Tensor(log(prior.variance)), 0.5))
    let lengthscale = p.sample(
      "\(name).lengthscale", LogNormal(Tensor(log(prior.lengthscale)), 0.5))
    return GaussianProcess(variance * Matern32(lengthscale: lengthscale), at: coordinates).whitened
  }
}
