import ArgumentParser
import Inference
import PPL

/// The GEV model of annual maxima whose location warms at a rate that varies over the map.
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
public struct GEVMultiplicative: FamilyModel {
  public static let name = "gev-multiplicative"
  public static let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + beta(s) d(t), sigma, xi): a map of warming rates."
  public static let memory = FitMemory(matricesOfAStep: 12, matricesOfAThread: 6, arraysOfData: 7)

  /// The centres of the priors, flags of the command line.
  public struct Priors: PriorFlags {
    /// The median of the variance of mu(s), °C².
    @Option(.variance(of: .location), 2, "mu(s), °C²") public var priorMuVariance: Prior
    /// The median of the lengthscale of mu(s), degrees.
    @Option(.lengthscale, 2, "mu(s), degrees") public var priorMuLengthscale: Prior
    /// The median of the variance of beta(s), (°C/°C)².
    @Option(.variance(of: .rate), 0.2, "beta(s)") public var priorBetaVariance: Prior
    /// The median of the lengthscale of beta(s), degrees.
    @Option(.lengthscale, 3, "beta(s), degrees") public var priorBetaLengthscale: Prior
    /// The mean of mu0, °C; the mean of the maxima if not given.
    @Option(.centre(of: .location), nil, "mu0, °C") public var priorMu0: Prior
    /// The mean of beta0, °C/°C.
    @Option(.centre(of: .rate), 1, "beta0") public var priorBeta0: Prior
    /// The median of sigma, °C.
    @Option(.centre(of: .scale), 2, "sigma, °C") public var priorSigma: Prior
    /// The mean of xi.
    @Option(.centre(of: .shape), 0.1, "xi") public var priorXi: Prior
    /// The parameterization of mu(s).
    @Option(field: "mu(s)") public var muField: FieldParameterization?
    /// The parameterization of beta(s).
    @Option(field: "beta(s)") public var betaField: FieldParameterization?

    /// The priors before the command line is read; `published` has their values.
    public init() {}
  }

  public let data: StationTensors
  /// The priors of this model.
  public let priors: Priors

  public init(_ data: StationTensors, priors: Priors) { (self.data, self.priors) = (data, priors) }

  public var family: GEVFamily {
    GEVFamily(
      data,
      location: [
        VaryingCoefficient.location(
          priors.priorMu0, data,
          SpatialField(
            "mu_s", "k_mu", priors.priorMuVariance, priors.priorMuLengthscale, of: .location,
            as: priors.muField)),
        VaryingCoefficient.rate(
          priors.priorBeta0,
          SpatialField(
            "beta_tilde", "k_beta", priors.priorBetaVariance, priors.priorBetaLengthscale,
            of: .rate, as: priors.betaField)),
      ], logScale: [VaryingCoefficient.scale(priors.priorSigma)],
      shape: [VaryingCoefficient.shape(priors.priorXi)])
  }
}
