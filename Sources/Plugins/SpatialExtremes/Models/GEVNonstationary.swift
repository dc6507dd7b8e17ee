import ArgumentParser
import Distributions
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
public struct GEVNonstationary: ExtremesModel {
  public static let name = "gev-nonstationary"
  public static let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + beta(s) d(t), sigma(s), xi(s)): every parameter a map."
  public static let memory = FitMemory(matricesOfAStep: 18, matricesOfAThread: 7, arraysOfData: 5)
  public static let parameters: [ReportedSite] = [
    .init("mu0", unit: "°C", .location), .init("beta0", unit: "°C/°C", .rate),
    .init("sigma0", unit: "°C", .scale), .init("xi0", .shape),
  ]
  public static let fields: [ReportedSite] = [
    .init("mu_field", as: "mu", unit: "°C", .location),
    .init("beta_field", as: "beta", unit: "°C/°C", .rate, showsRange: true),
    .init("sigma_field", as: "sigma", unit: "°C", .scale, showsRange: true),
    .init("xi_field", as: "xi", .shape, showsRange: true),
  ]

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

  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> { Model { p in maxima(&p).y } }

  /// Samples all sites.
  ///
  /// - Returns: The distribution of the maxima and the maxima, `[S, T]` each.
  func maxima(_ p: inout Context) -> (distribution: GEV, y: Tensor) {
    let mu = p.field(
      "mu_s", "k_mu", priors.priorMuVariance, priors.priorMuLengthscale, of: .location, at: data,
      as: priors.muField)
    let beta = p.field(
      "beta_tilde", "k_beta", priors.priorBetaVariance, priors.priorBetaLengthscale, of: .rate,
      at: data, as: priors.betaField)
    let sigma = p.field(
      "sig_r", "k_sig", priors.priorSigmaVariance, priors.priorSigmaLengthscale, of: .scale,
      at: data, as: priors.sigmaField)
    let xi = p.field(
      "xi_r", "k_xi", priors.priorXiVariance, priors.priorXiLengthscale, of: .shape, at: data,
      as: priors.xiField)
    let mu0 = p.sample("mu0", Normal(priors.priorMu0.value(or: data.meanMaximum), 5))
    let beta0 = p.sample("beta0", Normal(priors.priorBeta0.value, 0.5))
    let logSigma0 = p.sample("logsig0", Normal(priors.priorSigma0.logarithm, 0.3))
    let xi0 = p.sample("xi0", Normal(priors.priorXi0.value, 0.1))

    p.deterministic("sigma0", exp(logSigma0))
    let muField = p.deterministic("mu_field", mu - mu.mean())
    let rate = p.deterministic("beta_field", beta0 + (beta - beta.mean()))
    let scale = p.deterministic("sigma_field", exp(logSigma0 + (sigma - sigma.mean())))
    let shape = p.deterministic("xi_field", xi0 + (xi - xi.mean()))
    let location = mu0 + muField[.all, .newAxis] + rate[.all, .newAxis] * data.warming
    let gev = GEV(location, scale[.all, .newAxis], shape[.all, .newAxis])
    return (gev, p.sample("y", gev, mask: data.mask))
  }

  /// The centres of the priors, with fields of 0: at random these leave the support.
  public var start: [String: Tensor] {
    let fields = [
      ("mu_s", priors.muField), ("beta_tilde", priors.betaField), ("sig_r", priors.sigmaField),
      ("xi_r", priors.xiField),
    ]
    return fields.reduce(into: [
      "mu0": priors.priorMu0.value(or: data.meanMaximum), "beta0": priors.priorBeta0.value,
      "logsig0": priors.priorSigma0.logarithm, "xi0": priors.priorXi0.value,
    ]) { $0.merge(data.start(ofField: $1.0, $1.1)) { $1 } }
  }

  public func gev(_ draws: Draws, warming: Double) -> GEV {
    let location = draws.column("mu0") + draws["mu_field"] + draws["beta_field"] * Tensor(warming)
    return GEV(location, draws["sigma_field"], draws["xi_field"])
  }
}
