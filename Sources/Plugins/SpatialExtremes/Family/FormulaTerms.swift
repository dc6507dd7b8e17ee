import Kernels
import PPL

/// The terms of formulas for some data, with their priors.
///
/// The sites of published models keep their names: `mu0`, `mu_s`, `beta0`, `beta_tilde`, `log_sigma`, `sig_r`, `xi`, `xi_r`.
struct FormulaTerms: Sendable {
  let data: StationTensors
  let scale: DataScale
  let metric: any Metric
  let priors: PriorChoice
  /// The flags of the models by formula.
  let flags: FamilyFlags
  /// The values of location, logarithm of the scale, and shape at the start.
  let start: DataScale.Start

  /// The terms of a formula.
  ///
  /// - Throws: `FormulaError` for a product that has no term, such as one of two covariates of time, or a term that the data
  ///   do not determine beside the others.
  func terms(_ formula: Formula) throws(FormulaError) -> [any GEVTerm] {
    var times: [TimeFactor] = []
    var coefficients: [TimeFactor: VaryingCoefficient] = [:]
    var trends: [any GEVTerm] = []
    for term in formula.terms {
      if let trend = try function(term, formula) {
        trends.append(trend)
        continue
      }
      let (factors, place) = try factors(term, formula)
      for time in factors {
        var coefficient = coefficients[time] ?? VaryingCoefficient(of: time.covariate)
        coefficient.degree = time.degree
        add(term, place, time, formula.parameter, to: &coefficient)
        coefficients[time] = coefficient
        if !times.contains(time) { times.append(time) }
      }
    }
    try requireIdentified(formula, times, coefficients)
    return times.compactMap { time in
      coefficients[time].map { described($0, formula.parameter, time) }
    } + trends
  }

  private func add(
    _ term: Formula.Term, _ place: String?, _ time: TimeFactor, _ parameter: GEVParameter,
    to coefficient: inout VaryingCoefficient
  ) {
    let names = names(parameter, time.name)
    switch (term.hasStations, term.hasField, place) {
    case (true, _, _):
      coefficient.stations = constant(names, parameter, time, ofStations: true)
    case (_, true, _): coefficient.field = field(names, parameter, time)
    case (_, _, let place?):
      coefficient.slopes.append((place, slope(names, parameter, time, place)))
    case (_, _, nil): coefficient.constant = constant(names, parameter, time)
    }
  }

  /// The names of the sites of a parameter.
  func names(_ parameter: GEVParameter, _ time: String?) -> SiteNames {
    SiteNames(parameter, time, isDispersion: flags.dispersion)
  }

  private func described(
    _ coefficient: VaryingCoefficient, _ parameter: GEVParameter, _ time: TimeFactor
  ) -> VaryingCoefficient {
    var described = coefficient
    let names = names(parameter, time.name)
    let quantity = quantity(parameter, time)
    described.quantity = quantity
    let isLogarithm = parameter == .logScale && time.covariate == nil
    let unit = isLogarithm ? unitOfScale : unit(parameter, time)
    if coefficient.field != nil || coefficient.stations != nil || !coefficient.slopes.isEmpty {
      described.map = ReportedSite(
        names.map, as: names.title, unit: unit, quantity, showsRange: true)
      // As published: mu(s) is the deviation from mu0.
      described.mapHasConstant = parameter != .location || time.covariate != nil
    }
    if isLogarithm {
      described.exponential = ReportedSite(
        names.exponential, unit: unit, flags.dispersion ? nil : .scale)
    }
    return described
  }

  private var unitOfScale: String { flags.dispersion ? "" : data.unit(statedAs: flags.unit) }

  // MARK: Factors

  /// The term of a function of time; nil for a product.
  private func function(
    _ term: Formula.Term, _ formula: Formula
  ) throws(FormulaError) -> (any GEVTerm)? {
    if term.isTrend { return trend(formula.parameter) }
    if let variation = term.anomaly { return try anomaly(variation, formula) }
    if let covariate = term.smooth {
      try requireTime(covariate, term, formula)
      return smooth(of: covariate, formula.parameter)
    }
    if let forcing = term.forcing {
      try requireTime(forcing, term, formula)
      return response(to: forcing, formula.parameter)
    }
    return nil
  }

  private func factors(
    _ term: Formula.Term, _ formula: Formula
  ) throws(FormulaError) -> (times: [TimeFactor], place: String?) {
    func error(_ found: String, _ remedy: String) -> FormulaError {
      FormulaError(formula.parameter, "\(formula)", found: found, remedy: remedy)
    }
    let times = term.covariates.filter(data.covariates.hasTime)
    let places = term.covariates.filter { !data.covariates.hasTime($0) }
    if let unknown = places.first(where: { !data.covariates.hasPlace($0) }) {
      let known = data.covariates.names.joined(separator: ", ")
      throw error("there is no covariate \"\(unknown)\" in the data", "choose one of \(known)")
    }
    if times.count + (term.basis == nil ? 0 : 1) > 1 || places.count > 1
      || ((term.hasField || term.hasStations) && !places.isEmpty)
    {
      throw error(
        "\"\(term)\" is not a field or a covariate of place times a covariate of time",
        "add a column with the product of the covariates to their table")
    }
    guard let basis = term.basis else {
      return ([TimeFactor(covariate: times.first)], places.first)
    }
    try requireTime(basis.covariate, term, formula)
    let factors = (1...basis.count).map { TimeFactor(covariate: basis.covariate, degree: $0) }
    return (factors, places.first)
  }

  private func requireTime(
    _ name: String, _ term: Formula.Term, _ formula: Formula
  ) throws(FormulaError) {
    guard !data.covariates.hasTime(name) else { return }
    throw FormulaError(
      formula.parameter, "\(formula)",
      found: "\"\(name)\" in \"\(term)\" is not a covariate of time",
      remedy: "choose a column of gmst.csv, such as gmst")
  }

  /// The parameter that a coefficient is, whose truth and information are known; nil for others.
  func quantity(_ parameter: GEVParameter, _ time: TimeFactor) -> GEVQuantity? {
    switch (parameter, time.name) {
    case (.location, nil): .location
    case (.location, Covariates.gmst): .rate
    case (.logScale, nil): flags.dispersion ? nil : .scale
    case (.shape, nil): .shape
    default: nil
    }
  }

  /// The unit of a coefficient of a covariate of time; polynomials have none.
  func unit(_ parameter: GEVParameter, _ time: TimeFactor, _ place: String? = nil) -> String {
    let ofTime = time.covariate.map { $0 == Covariates.gmst ? "°C" : $0 }
    // The units of columns other than these are not known, so that their names stand for them.
    let ofAxis = data.isProjected ? "km" : "degree"
    let ofPlace = place.map { ["elevation": "m", "lon": ofAxis, "lat": ofAxis][$0] ?? $0 }
    let below = [time.degree == nil ? ofTime : nil, ofPlace].compactMap(\.self)
    let above = parameter == .location ? data.unit(statedAs: flags.unit) : ""
    if below.isEmpty { return above }
    return (above.isEmpty ? "1" : above) + "/" + below.joined(separator: "/")
  }
}
