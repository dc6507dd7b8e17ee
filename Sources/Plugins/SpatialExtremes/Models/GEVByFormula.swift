import ArgumentParser
import PPL

/// The GEV model whose location, log scale and shape are formulas.
///
///     ppl fit gev --location "1 + field + gmst + field:gmst" --log-scale "1 + field" --shape "1"
///
/// Priors follow the data unless flags choose others, so that a fit does not depend on the unit of the maxima. Distances are
/// in km along chords of the Earth, which differ from great circles by less than 0.1 % up to 900 km.
///
/// - Shape: *S* stations, *T* years.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6.
public struct GEVByFormula: FormulaModel {
  public static let name = "gev"
  public static let summary =
    "Annual maxima ~ GEV whose location, log scale and shape are formulas: --location \"1 + field + gmst\"."
  public static let requirements = DataRequirements(minimumStations: 1, covariates: [])
  public static let memory = FitMemory(matricesOfAStep: 6, matricesOfAThread: 4, arraysOfData: 7)

  /// The formulas and the priors, flags of the command line.
  public struct Priors: FormulaFlags {
    /// The formula of the location.
    @Option(
      help: ArgumentHelp(
        "The location: a sum of 1, field, station, covariates and products, basis(NAME,K), gp(NAME), trend, ebm(NAME), and a random effect of the year, anomaly or anomaly(field), over which predictions of a new year integrate.",
        valueName: "formula")
    )
    public var location = "1 + field + gmst"
    /// The formula of the logarithm of the scale.
    @Option(help: ArgumentHelp("The logarithm of the scale.", valueName: "formula"))
    public var logScale = "1"
    /// The formula of the shape.
    @Option(help: ArgumentHelp("The shape.", valueName: "formula"))
    public var shape = "1"
    /// The flags that models by formula share.
    @OptionGroup public var family: FamilyFlags

    /// The flags before the command line is read.
    public init() {}

    public func formulas() throws(FormulaError) -> [Formula] {
      [
        try Formula(location, of: .location), try Formula(logScale, of: .logScale),
        try Formula(shape, of: .shape),
      ]
    }

    /// The priors of sites.
    public var prior: [SitePrior] {
      get { family.prior }
      set { family.prior = newValue }
    }
    /// The unit of the maxima; nil for that of the data.
    public var unit: String? {
      get { family.unit }
      set { family.unit = newValue }
    }
    /// The parameterization of all fields.
    public var fieldCoordinates: FieldParameterization? {
      get { family.fieldCoordinates }
      set { family.fieldCoordinates = newValue }
    }
  }

  public let data: StationTensors
  /// The formulas and priors of this model.
  public let priors: Priors
  public let family: GEVFamily

  public init(_ data: StationTensors, priors: Priors) throws(FormulaError) {
    (self.data, self.priors) = (data, priors)
    family = try GEVFamily(data, priors)
  }
}
