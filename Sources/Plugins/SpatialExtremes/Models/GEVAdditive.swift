import ArgumentParser
import Inference
import PPL

/// The GEV model of annual maxima with one warming rate for all stations and a function of global warming that they
/// share.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i) + beta d_j + r(g_j), sigma, xi)
///
///     mu(s) = GP(0, Matérn 3/2),  r(g) = GP(0, RBF), centred over the stations and over the years
///     mu0 ~ Normal(mean of y, 5)        beta ~ Normal(1, 1)
///     log sigma ~ Normal(log 2, 0.4)    xi ~ Normal(0.1, 0.1)
///
/// In a climate without data the residual r is its conditional mean given its values in the years of the data.
///
/// - Shape: *S* stations, *T* years; `mu_field` `[S]`, `tau_r` `[T]`, `y` `[S, T]`.
/// - Units: `y`, `mu0`, `mu_field`, `tau_r` and `sigma` in °C; `beta` in °C per °C of global warming; the lengthscale of mu
///   in degrees, that of r in °C of global warming; `xi` has none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6.
public struct GEVAdditive: FamilyModel {
  public static let name = "gev-additive"
  public static let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + beta d(t) + r(g(t)), sigma, xi): one warming for all stations."
  public static let memory = FitMemory(matricesOfAStep: 6, matricesOfAThread: 4, arraysOfData: 7)

  /// The centres of the priors, flags of the command line.
  public struct Priors: PriorFlags {
    /// The median of the variance of mu(s), °C².
    @Option(.variance(of: .location), 2, "mu(s), °C²") public var priorMuVariance: Prior
    /// The median of the lengthscale of mu(s), degrees.
    @Option(.lengthscale, 2, "mu(s), degrees") public var priorMuLengthscale: Prior
    /// The median of the variance of r(g), °C².
    @Option(.variance(of: .location), 0.05, "r(g), °C²") public var priorResidualVariance: Prior
    /// The median of the lengthscale of r(g), °C of global warming.
    @Option(.lengthscale, 0.5, "r(g), °C of warming") public var priorResidualLengthscale: Prior
    /// The mean of mu0, °C; the mean of the maxima if not given.
    @Option(.centre(of: .location), nil, "mu0, °C") public var priorMu0: Prior
    /// The mean of beta, °C/°C.
    @Option(.centre(of: .rate), 1, "beta") public var priorBeta: Prior
    /// The median of sigma, °C.
    @Option(.centre(of: .scale), 2, "sigma, °C") public var priorSigma: Prior
    /// The mean of xi.
    @Option(.centre(of: .shape), 0.1, "xi") public var priorXi: Prior
    /// The parameterization of mu(s).
    @Option(field: "mu(s)") public var muField: FieldParameterization?

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
            "mu_s", "Matern", priors.priorMuVariance, priors.priorMuLengthscale, of: .location,
            as: priors.muField), showsRange: true),
        VaryingCoefficient(
          of: Covariates.gmst, constant: Coefficient("beta", priors.priorBeta, 1, unit: "°C/°C"),
          quantity: .rate),
        SmoothTrend(
          "tau_r", "RBF", of: Covariates.gmst, priors.priorResidualVariance,
          priors.priorResidualLengthscale),
      ], logScale: [VaryingCoefficient.scale(priors.priorSigma)],
      shape: [VaryingCoefficient.shape(priors.priorXi)])
  }
}
