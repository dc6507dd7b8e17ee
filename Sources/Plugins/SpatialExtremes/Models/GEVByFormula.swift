import ArgumentParser
import Kernels
import PPL
import Plugins
import Runs

/// The GEV model whose location, log scale and shape are formulas.
///
///     ppl fit gev --location "1 + field + gmst + field:gmst" --log-scale "1 + field" --shape "1"
///
/// Priors follow the data unless flags choose others, so that a fit does not depend on the unit of the maxima. Distances are
/// in km along chords of the Earth, which differ from great circles by less than 0.1 % up to 900 km.
///
/// - Shape: *S* stations, *T* years.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6.
public struct GEVByFormula: FamilyModel {
  public static let name = "gev"
  public static let summary =
    "Annual maxima ~ GEV whose location, log scale and shape are formulas: --location \"1 + field + gmst\"."
  public static let requirements = DataRequirements(minimumStations: 1, covariates: [])
  /// Steps that become smaller near the edge of the density, where those of few stations diverge.
  public static let samplerFlags = ["--sampler", "walnuts"]
  public static let memory = FitMemory(matricesOfAStep: 6, matricesOfAThread: 4, arraysOfData: 7)

  /// The formulas and the priors, flags of the command line.
  public struct Priors: PriorFlags {
    /// The formula of the location.
    @Option(
      help: ArgumentHelp(
        "The location: a sum of 1, field, gp(NAME), covariates and products.", valueName: "formula")
    )
    public var location = "1 + field + gmst"
    /// The formula of the logarithm of the scale.
    @Option(help: ArgumentHelp("The logarithm of the scale.", valueName: "formula"))
    public var logScale = "1"
    /// The formula of the shape.
    @Option(help: ArgumentHelp("The shape.", valueName: "formula"))
    public var shape = "1"
    /// The priors of sites.
    @Option(
      help: ArgumentHelp(
        "A prior of a site: mean and sd of a coefficient, median and sd of the logarithm of a hyperparameter; may be repeated.",
        valueName: "site=centre,sd"))
    public var prior: [SitePrior] = []
    /// The priors of all other sites.
    @Option(
      help: ArgumentHelp(
        "The other priors: data (as wide as the data) or reference (as published).",
        valueName: "name"))
    var priors = PriorChoice.Base.data
    /// The distance between stations.
    @Option(
      help: ArgumentHelp("The distance of places: great-circle (km) or degrees.", valueName: "name")
    )
    var distance = DistanceName.greatCircle
    /// The unit of the maxima.
    @Option(help: "The unit of the maxima, for the report.")
    public var unit = "°C"
    /// The parameterization of all fields.
    @Option(field: "each field") public var fieldCoordinates: FieldParameterization?

    /// The distribution of the observations.
    @OptionGroup public var likelihood: LikelihoodFlags

    /// The flags before the command line is read.
    public init() {}

    /// Checks the formulas.
    public func validate() throws {
      do { _ = try formulas() } catch { throw ValidationError("\(error)") }
    }

    /// The formulas that the distribution has: not that of the location without one.
    var usedFormulas: [Formula] {
      ((try? formulas()) ?? []).filter {
        likelihood.distribution != .gpd || $0.parameter != .location
      }
    }

    func formulas() throws(FormulaError) -> [Formula] {
      [
        try Formula(location, of: .location), try Formula(logScale, of: .logScale),
        try Formula(shape, of: .shape),
      ]
    }
  }

  /// The distance between places, the value of `--distance`.
  enum DistanceName: String, CaseIterable, ExpressibleByArgument, Sendable {
    case greatCircle = "great-circle"
    case degrees

    var metric: any Metric { self == .degrees ? Euclidean() : Chordal() }
    /// The number of units of distance in a degree of latitude.
    var unitsOfDegree: Double { self == .degrees ? 1 : earthRadius * .pi / 180 }
  }

  public let data: StationTensors
  /// The formulas and priors of this model.
  public let priors: Priors
  public let family: GEVFamily

  public init(_ data: StationTensors, priors: Priors) throws(FormulaError) {
    (self.data, self.priors) = (data, priors)
    let metric = priors.distance.metric
    let terms = FormulaTerms(
      data: data, scale: DataScale(data, metric: metric), metric: metric, unit: priors.unit,
      priors: PriorChoice(
        base: priors.priors, own: priors.prior, unitsOfDegree: priors.distance.unitsOfDegree,
        meanMaximum: data.meanMaximum),
      parameterization: priors.fieldCoordinates)
    let formulas = try priors.formulas()
    var family = GEVFamily(
      data, location: try priors.likelihood.location(formulas[0]) ? terms.terms(formulas[0]) : [],
      logScale: try terms.terms(formulas[1]),
      shape: try priors.likelihood.shape(formulas[2], terms.terms(formulas[2])))
    family.observed = priors.likelihood.observed(data)
    self.family = family
    try checkPriors()
  }

  /// Refuses a prior of a site that the model does not have.
  private func checkPriors() throws(FormulaError) {
    let sites = family.priors.map(\.site)
    for prior in priors.prior where !sites.contains(prior.site) {
      throw FormulaError(
        prior, found: "the model has no such prior",
        remedy: "choose one of \(sites.joined(separator: ", "))")
    }
    for prior in priors.prior where prior.site.hasPrefix("k_") && prior.centre <= 0 {
      throw FormulaError(
        prior, found: "the median is \(prior.centre)", remedy: "give a positive one")
    }
  }

  /// The mean and the standard deviation of each coefficient, the median and the deviation of the logarithm of each
  /// hyperparameter.
  public var priorRecord: JSONObject {
    JSONObject(
      family.priors.map {
        ($0.site, JSONObject([("centre", $0.centre), ("deviation", $0.deviation)]))
      })
  }

  public static func requirements(with priors: Priors) -> DataRequirements {
    let formulas = priors.usedFormulas
    var columns = formulas.reduce(into: Set<String>()) { $0.formUnion($1.covariates) }
    let needsWarming = columns.remove(Covariates.gmst) != nil
    var requirements = DataRequirements(
      minimumStations: formulas.contains(where: \.hasField) ? 2 : 1,
      covariates: needsWarming ? [.gmst] : [], columns: columns.subtracting(["lon", "lat"]),
      unit: priors.unit)
    requirements.blocks = priors.likelihood.blocks
    return requirements
  }

  public static func memory(with priors: Priors) -> FitMemory {
    let formulas = priors.usedFormulas
    let fields = formulas.reduce(0) { $0 + $1.terms.count(where: \.hasField) }
    return FitMemory(fields: fields, terms: formulas.reduce(0) { $0 + $1.terms.count })
  }
}
