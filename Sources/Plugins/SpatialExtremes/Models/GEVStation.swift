import ArgumentParser
import PPL

/// The GEV model of each station by itself: a location, a scale and a shape of its own, without a field.
///
///     y[i, j] ~ GEV(mu[i] + beta[i] d_j, sigma[i], xi[i])
///
/// The slope is there if `--covariate` names a covariate of time. Priors are weak and as wide as the data; `--backend mle` gives
/// the estimates of maximum likelihood, with standard errors. A single station is enough.
///
/// - Shape: *S* stations, *T* years; the values of the stations `[S]`.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.3 and §6.2.
public struct GEVStation: FormulaModel {
  public static let name = "gev-station"
  public static let summary =
    "Annual maxima ~ GEV(mu[i] + beta[i] x(t), sigma[i], xi[i]): every station by itself; --covariate gmst for beta."
  public static let requirements = DataRequirements(minimumStations: 1, covariates: [])
  public static let memory = FitMemory(matricesOfAStep: 0, matricesOfAThread: 0, arraysOfData: 7)

  /// The flags of the model.
  public struct Priors: FormulaFlags {
    /// The covariate of time in the location.
    @Option(
      help: ArgumentHelp(
        "A covariate of time, such as gmst, on which the location of each station depends; none if not given.",
        valueName: "name"))
    public var covariate: String?
    /// The flags that models by formula share.
    @OptionGroup public var family: FamilyFlags

    /// The flags before the command line is read.
    public init() {}

    public func formulas() throws(FormulaError) -> [Formula] {
      let slope = covariate.map { " + station:\($0)" } ?? ""
      return [
        try Formula("station\(slope)", of: .location), try Formula("station", of: .logScale),
        try Formula("station", of: .shape),
      ]
    }
  }

  public let data: StationTensors
  /// The flags of this model.
  public let priors: Priors
  public let family: GEVFamily

  public init(_ data: StationTensors, priors: Priors) throws(FormulaError) {
    (self.data, self.priors) = (data, priors)
    family = try GEVFamily(data, priors)
  }
}
