import ArgumentParser
import PPL
import Plugins
import Preconditions
import Runs

/// The flags of a model whose parameters are formulas.
public protocol FormulaFlags: PriorFlags {
  /// The flags that all models by formula share.
  var family: FamilyFlags { get }
  /// The formulas of location, logarithm of the scale, and shape.
  ///
  /// - Throws: `FormulaError` for flags that give no formula.
  func formulas() throws(FormulaError) -> [Formula]
}

extension FormulaFlags {
  /// Checks the formulas.
  public func validate() throws { try validateFormulas() }

  /// Checks the formulas, for a model that checks other flags too.
  func validateFormulas() throws {
    let formulas: [Formula]
    do { formulas = try self.formulas() } catch { throw ValidationError("\(error)") }
    guard !formulas.contains(where: \.hasField) else { return }
    let unread: [(flag: String, isGiven: Bool)] = [
      ("--kernel", family.kernel != FieldKernels(.matern32)), ("--nugget", family.nugget),
      ("--anisotropy", family.anisotropy), ("--field-coordinates", family.fieldCoordinates != nil),
    ]
    if let (flag, _) = unread.first(where: \.isGiven) {
      throw ValidationError(
        "\(flag) has no effect: no formula has a field; leave it out, or add one, as in --location \"1 + field\"."
      )
    }
  }

  /// The formulas that the distribution has, without the location of a distribution of excesses.
  ///
  /// Flags of the command line have been checked; those set in code may still be wrong.
  fileprivate var usedFormulas: [Formula] {
    let formulas: [Formula]
    do { formulas = try self.formulas() } catch { requirementFailed("\(Self.self): \(error)") }
    return formulas.filter {
      family.likelihood.distribution != .gpd || $0.parameter != .location
    }
  }
}

/// A model of extremes whose three parameters are formulas, which its flags choose.
public protocol FormulaModel: FamilyModel where Priors: FormulaFlags {}

extension GEVFamily {
  /// The family of formulas, with priors from the data and the flags.
  ///
  /// - Parameters:
  ///   - data: The data of the model.
  ///   - priors: The flags with the formulas.
  /// - Throws: `FormulaError` for formulas or priors that do not suit the data.
  public init(_ data: StationTensors, _ priors: some FormulaFlags) throws(FormulaError) {
    let flags = priors.family
    let metric = flags.distance.metric(data)
    let formulas = try priors.formulas()
    let scale = DataScale(data, metric: metric)
    let varies = formulas[0].terms.contains { term in
      term.hasField || term.hasStations || term.covariates.contains(where: data.covariates.hasPlace)
    }
    let start = DataScale.start(
      scale.maxima, varies: varies, mean: scale.mean, within: scale.within)
    if flags.dispersion { try Self.requirePositive(scale, formulas[1]) }
    let terms = FormulaTerms(
      data: data, scale: scale, metric: metric,
      priors: PriorChoice(
        base: flags.priors, own: flags.prior,
        unitsOfDegree: data.isProjected ? 1 : flags.distance.unitsOfDegree,
        meanMaximum: data.meanMaximum),
      flags: flags, start: start)
    let likelihood = flags.likelihood
    if data.hasCopula, !likelihood.isOfGEVMaxima {
      throw FormulaError(
        flag: "--dependence copula",
        found: "the copula is of annual maxima with the GEV distribution",
        remedy: "take --dependence adjusted, or leave out --distribution and --largest")
    }
    let hasLocation = try likelihood.hasLocation(formulas[0], isDispersion: flags.dispersion)
    self.init(
      data, location: hasLocation ? try terms.terms(formulas[0]) : [],
      logScale: try terms.terms(formulas[1]),
      shape: try likelihood.shape(formulas[2], terms.terms(formulas[2])), metric: metric,
      unitOfDistance: flags.distance == .degrees && !data.isProjected ? "degrees" : "km")
    copula = copula?.with(terms.priors)
    scaleFollowsLocation = flags.dispersion
    observed = likelihood.observed(data)
    if data.hasStandardUnits { takeStandardUnits(mean: scale.mean, deviation: scale.within) }
    try requireKnown(flags.prior)
  }

  /// Refuses a scale proportional to a location that is not positive.
  private static func requirePositive(
    _ scale: DataScale, _ formula: Formula
  ) throws(FormulaError) {
    let means = scale.maxima.map { $0.reduce(0, +) / Double(max($0.count, 1)) }
    guard let least = means.min(), !(least > 0) else { return }
    throw FormulaError(
      flag: "--dispersion", found: "a station has a mean of \(rounded(least))",
      remedy: "a scale is proportional to a positive location alone; leave the flag out")
  }

  /// Refuses a prior of a site that the model does not have, or a median that is not positive.
  private func requireKnown(_ own: [SitePrior]) throws(FormulaError) {
    for prior in own {
      guard let known = priors.first(where: { $0.site == prior.site }) else {
        throw FormulaError(
          prior, found: "the model has no such prior",
          remedy: "choose one of \(priors.map(\.site).joined(separator: ", "))")
      }
      if known.isLogNormal, prior.centre <= 0 {
        throw FormulaError(
          prior, found: "the median is \(prior.centre)", remedy: "give a positive one")
      }
    }
  }
}

extension FormulaModel {
  /// Steps that become smaller near the edge of the density, where equal steps diverge with few stations.
  public static var samplerFlags: [String] { ["--sampler", "walnuts"] }

  /// The mean and the standard deviation of each coefficient, the median and the deviation of the logarithm of each
  /// hyperparameter.
  public var priorRecord: JSONObject {
    JSONObject(
      family.priors.map {
        ($0.site, JSONObject([("centre", $0.centre), ("deviation", $0.deviation)]))
      })
  }

  public static var allowsProjectedPlaces: Bool { true }

  public static func requirements(with priors: Priors) -> DataRequirements {
    let formulas = priors.usedFormulas
    var columns = formulas.reduce(into: Set<String>()) { $0.formUnion($1.covariates) }
    let needsWarming = columns.remove(Covariates.gmst) != nil
    let hasField = formulas.contains(where: \.hasField)
    var requirements = DataRequirements(
      minimumStations: hasField ? 2 : 1, covariates: needsWarming ? [.gmst] : [],
      columns: columns.subtracting(["lon", "lat"]), unit: priors.family.unit ?? "°C")
    requirements.statedUnit = priors.family.unit
    requirements.blocks = priors.family.likelihood.blocks
    requirements.placesDiffer = hasField && !priors.family.nugget
    return requirements
  }

  public static func hasAnomaly(with priors: Priors) -> Bool {
    priors.usedFormulas.contains(where: \.hasAnomaly)
  }

  public static func memory(with priors: Priors) -> FitMemory {
    let formulas = priors.usedFormulas
    let fields = formulas.reduce(0) { $0 + $1.fieldCount }
    let perField = priors.family.kernel.kernels.count + (priors.family.nugget ? 1 : 0)
    var memory = FitMemory(
      fields: fields,
      terms: formulas.reduce(0) { $0 + $1.terms.reduce(0) { $0 + ($1.basis?.count ?? 1) } })
    // Each summand of a covariance has matrices of its own.
    memory.matricesOfAStep += 4 * fields * (perField - 1)
    return memory
  }
}
