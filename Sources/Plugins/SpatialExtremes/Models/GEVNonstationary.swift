import ArgumentParser
import Inference
import PPL

/// The GEV model of annual maxima with a spatial field for each parameter of the distribution.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i) + beta(s_i) d_j, sigma(s_i), xi(s_i))
///     beta(s) = beta0 + beta~(s),  sigma(s) = sigma0 exp(sigma~(s)),  xi(s) = xi0 + xi~(s)
///
///     mu(s), beta~(s), sigma~(s), xi~(s) = GP(0, Matérn 3/2), each centred over the stations
///     mu0 ~ Normal(mean of y, 5)          beta0 ~ Normal(1, 0.5)
///     log sigma0 ~ Normal(log 1.8, 0.3)   xi0 ~ Normal(0.1, 0.1)
///
/// - Shape: *S* stations, *T* years; the fields `[S]`, `y` `[S, T]`.
/// - Units: `y`, `mu0`, `mu_field`, `sigma0` and `sigma_field` in °C; `beta0` and `beta_field` in °C per °C of global
///   warming; lengthscales in degrees of longitude and latitude, which count alike; `xi0` and `xi_field` have none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6.
public struct GEVNonstationary: FamilyModel {
  public static let name = "gev-nonstationary"
  public static let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + beta(s) d(t), sigma(s), xi(s)): every parameter a map."
  public static let memory = FitMemory(matricesOfAStep: 18, matricesOfAThread: 7, arraysOfData: 5)

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
    /// The median of the variance of log sigma(s).
    @Option(.variance(of: .scale), 0.05, "log sigma(s)") public var priorSigmaVariance: Prior
    /// The median of the lengthscale of sigma(s), degrees.
    @Option(.lengthscale, 3, "sigma(s), degrees") public var priorSigmaLengthscale: Prior
    /// The median of the variance of xi(s).
    @Option(.variance(of: .shape), 0.003, "xi(s)") public var priorXiVariance: Prior
    /// The median of the lengthscale of xi(s), degrees.
    @Option(.lengthscale, 3, "xi(s), degrees") public var priorXiLengthscale: Prior
    /// The mean of mu0, °C; the mean of the maxima if not given.
    @Option(.centre(of: .location), nil, "mu0, °C") public var priorMu0: Prior
    /// The mean of beta0, °C/°C.
    @Option(.centre(of: .rate), 1, "beta0") public var priorBeta0: Prior
    /// The median of sigma0, °C.
    @Option(.centre(of: .scale), 1.8, "sigma0, °C") public var priorSigma0: Prior
    /// The mean of xi0.
    @Option(.centre(of: .shape), 0.1, "xi0") public var priorXi0: Prior
    /// The parameterization of mu(s).
    @Option(field: "mu(s)") public var muField: FieldParameterization?
    /// The parameterization of beta(s).
    @Option(field: "beta(s)") public var betaField: FieldParameterization?
    /// The parameterization of sigma(s).
    @Option(field: "sigma(s)") public var sigmaField: FieldParameterization?
    /// The parameterization of xi(s).
    @Option(field: "xi(s)") public var xiField: FieldParameterization?

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
          field(
            "mu_s", "k_mu", priors.priorMuVariance, priors.priorMuLengthscale, .location,
            priors.muField)),
        VaryingCoefficient.rate(
          priors.priorBeta0,
          field(
            "beta_tilde", "k_beta", priors.priorBetaVariance, priors.priorBetaLengthscale, .rate,
            priors.betaField)),
      ],
      logScale: [
        VaryingCoefficient(
          constant: Coefficient("logsig0", priors.priorSigma0.log, 0.3),
          field: field(
            "sig_r", "k_sig", priors.priorSigmaVariance, priors.priorSigmaLengthscale, .scale,
            priors.sigmaField),
          map: ReportedSite("sigma_field", as: "sigma", unit: "°C", .scale, showsRange: true),
          exponential: ReportedSite("sigma0", unit: "°C", .scale))
      ],
      shape: [
        VaryingCoefficient(
          constant: Coefficient("xi0", priors.priorXi0, 0.1),
          field: field(
            "xi_r", "k_xi", priors.priorXiVariance, priors.priorXiLengthscale, .shape,
            priors.xiField),
          map: ReportedSite("xi_field", as: "xi", .shape, showsRange: true), quantity: .shape)
      ])
  }

  /// A field that is 0 at the start: a random one may end the support of the maxima.
  private func field(
    _ site: String, _ kernel: String, _ variance: Prior, _ lengthscale: Prior,
    _ quantity: GEVQuantity, _ parameterization: FieldParameterization?
  ) -> SpatialField {
    var field = SpatialField(
      site, kernel, variance, lengthscale, of: quantity, as: parameterization)
    field.startsAtZero = true
    return field
  }
}
