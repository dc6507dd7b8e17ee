import Foundation
import Kernels
import PPL

/// The terms of formulas for some data, with their priors.
///
/// The sites of published models keep their names: `mu0`, `mu_s`, `beta0`, `beta_tilde`, `log_sigma`, `sig_r`, `xi`, `xi_r`.
struct FormulaTerms: Sendable {
  let data: StationTensors
  let scale: DataScale
  let metric: any Metric
  let unit: String
  let priors: PriorChoice
  let parameterization: FieldParameterization?

  /// The terms of a formula.
  ///
  /// - Throws: `FormulaError` for a product that has no term, such as one of two covariates of time.
  func terms(_ formula: Formula) throws(FormulaError) -> [any GEVTerm] {
    var times: [String?] = []
    var coefficients: [String?: VaryingCoefficient] = [:]
    var trends: [any GEVTerm] = []
    for term in formula.terms {
      if let covariate = term.smooth {
        try requireTime(covariate, term, formula)
        trends.append(trend(of: covariate, formula.parameter))
        continue
      }
      let (time, place) = try factors(term, formula)
      if !times.contains(time) {
        times.append(time)
        coefficients[time] = VaryingCoefficient(of: time)
      }
      let names = SiteNames(formula.parameter, time)
      if term.hasStations {
        coefficients[time]?.stations = constant(names, formula.parameter, time, ofStations: true)
        continue
      }
      switch (term.hasField, place) {
      case (true, _): coefficients[time]?.field = field(names, formula.parameter, time)
      case (false, let place?):
        coefficients[time]?.slopes.append(
          (place, slope(names, formula.parameter, time, place)))
      case (false, nil):
        coefficients[time]?.constant = constant(names, formula.parameter, time)
      }
    }
    return times.compactMap { time in
      coefficients[time].map { described($0, formula.parameter, time) }
    } + trends
  }

  private func described(
    _ coefficient: VaryingCoefficient, _ parameter: GEVParameter, _ time: String?
  ) -> VaryingCoefficient {
    var described = coefficient
    let names = SiteNames(parameter, time)
    let quantity = quantity(parameter, time)
    described.quantity = quantity
    let isLogarithm = parameter == .logScale && time == nil
    let unit = isLogarithm ? self.unit : unit(parameter, time)
    if coefficient.field != nil || coefficient.stations != nil || !coefficient.slopes.isEmpty {
      described.map = ReportedSite(
        names.map, as: names.title, unit: unit, quantity, showsRange: true)
      // As published: mu(s) is the deviation from mu0.
      described.mapHasConstant = parameter != .location || time != nil
    }
    if isLogarithm { described.exponential = ReportedSite("sigma", unit: unit, .scale) }
    return described
  }

  // MARK: Factors

  private func factors(
    _ term: Formula.Term, _ formula: Formula
  ) throws(FormulaError) -> (time: String?, place: String?) {
    func error(_ found: String, _ remedy: String) -> FormulaError {
      FormulaError(formula.parameter, "\(formula)", found: found, remedy: remedy)
    }
    let times = term.covariates.filter(data.covariates.hasTime)
    let places = term.covariates.filter { !data.covariates.hasTime($0) }
    if let unknown = places.first(where: { !data.covariates.hasPlace($0) }) {
      let known = data.covariates.names.joined(separator: ", ")
      throw error("there is no covariate \"\(unknown)\" in the data", "choose one of \(known)")
    }
    if times.count > 1 || places.count > 1
      || ((term.hasField || term.hasStations) && !places.isEmpty)
    {
      throw error(
        "\"\(term)\" is not a field or a covariate of place times a covariate of time",
        "add a column with the product of the covariates to their table")
    }
    return (times.first, places.first)
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

  private func quantity(_ parameter: GEVParameter, _ time: String?) -> GEVQuantity? {
    switch (parameter, time) {
    case (.location, nil): .location
    case (.location, Covariates.gmst): .rate
    case (.logScale, nil): .scale
    case (.shape, nil): .shape
    default: nil
    }
  }

  /// The unit of a coefficient of a covariate of time.
  private func unit(_ parameter: GEVParameter, _ time: String?, _ place: String? = nil) -> String {
    let ofTime = time.map { $0 == Covariates.gmst ? "°C" : $0 }
    let below = [ofTime, place].compactMap(\.self)
    let above = parameter == .location ? unit : ""
    if below.isEmpty { return above }
    return (above.isEmpty ? "1" : above) + "/" + below.joined(separator: "/")
  }
}

// MARK: - Priors from the data

extension FormulaTerms {
  private func constant(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: String?, ofStations: Bool = false
  ) -> Coefficient {
    let names = ofStations ? names.ofStations : names
    let (w, t) = (scale.within, time.map(scale.deviation) ?? 1)
    let unit = unit(parameter, time)
    return switch (parameter, time) {
    // The mean of a Gumbel distribution is 0.577 scales above its location, its deviation 1.28 scales.
    case (.location, nil):
      coefficient(
        names.constant, scale.mean, 2.5 * (w + scale.between), start: scale.mean - 0.45 * w, unit)
    case (.location, _): coefficient(names.constant, 0, 2.5 * w / t, unit)
    case (.logScale, nil): coefficient(names.constant, log(w * 6.squareRoot() / .pi), 0.5, unit)
    case (.logScale, _): coefficient(names.constant, 0, 0.5 / t, unit)
    case (.shape, nil): coefficient(names.constant, 0, 0.2, unit)
    case (.shape, _): coefficient(names.constant, 0, 0.1 / t, unit)
    }
  }

  private func slope(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: String?, _ place: String
  ) -> Coefficient {
    let range = scale.deviation(of: place) * (time.map(scale.deviation) ?? 1)
    let spread =
      switch parameter {
      case .location: time == nil ? 2.5 * scale.between : scale.within
      case .logScale: 0.5
      case .shape: 0.1
      }
    return coefficient(names.slope(place), 0, spread / range, unit(parameter, time, place))
  }

  private func coefficient(
    _ site: String, _ mean: Double, _ deviation: Double, start: Double? = nil, _ unit: String
  ) -> Coefficient {
    let prior = priors.normal(site, mean, deviation)
    var coefficient = Coefficient(
      site, prior.centre, prior.deviation, start: start ?? prior.centre, unit: unit)
    coefficient.isStandardized = true
    return coefficient
  }

  private func field(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: String?
  ) -> SpatialField {
    let t = time.map(scale.deviation) ?? 1
    let deviation =
      switch parameter {
      case .location: time == nil ? scale.between : 0.3 * scale.within / t
      case .logScale: 0.2 / t
      case .shape: 0.05 / t
      }
    let quantity = quantity(parameter, time)
    let variance = priors.logNormal("\(names.kernel).variance", deviation * deviation, 1)
    let length = priors.logNormal("\(names.kernel).lengthscale", 0.5 * scale.distance, 0.7)
    var field = SpatialField(
      names.field, names.kernel, Prior(variance.centre, .variance(of: quantity ?? .location)),
      Prior(length.centre, .lengthscale), of: quantity, as: parameterization)
    field.deviations = (variance.deviation, length.deviation)
    field.metric = metric
    // Relative to the variance, so that a fit does not depend on units.
    field.jitter = priors.base == .reference ? field.jitter : 1e-6 * variance.centre
    (field.startsAtZero, field.startsAtMedians) = (true, true)
    return field
  }

  private func trend(of covariate: String, _ parameter: GEVParameter) -> SmoothTrend {
    let spread =
      switch parameter {
      case .location: 0.3 * scale.within
      case .logScale: 0.1
      case .shape: 0.02
      }
    let names = SiteNames(parameter, covariate)
    let variance = priors.logNormal("\(names.smooth).variance", spread * spread, 1)
    let length = priors.logNormal(
      "\(names.smooth).lengthscale", scale.deviation(of: covariate), 0.7)
    var trend = SmoothTrend(
      "\(names.smooth)_t", names.smooth, of: covariate,
      Prior(variance.centre, .variance(of: .location)), Prior(length.centre, .lengthscale))
    trend.deviations = (variance.deviation, length.deviation)
    trend.jitter = 1e-6 * variance.centre
    return trend
  }
}

/// The names of the sites of a parameter's coefficient of a covariate of time.
private struct SiteNames {
  private(set) var constant: String
  let field, kernel, map, title, smooth: String
  private let prefix: String

  init(_ parameter: GEVParameter, _ time: String?) {
    let base = ["location": "mu", "log-scale": "sigma", "shape": "xi"][parameter.rawValue] ?? ""
    switch (parameter, time) {
    case (.location, nil):
      (constant, field, kernel, prefix) = ("mu0", "mu_s", "k_mu", "mu")
    case (.location, Covariates.gmst):
      (constant, field, kernel, prefix) = ("beta0", "beta_tilde", "k_beta", "beta")
    case (.logScale, nil):
      (constant, field, kernel, prefix) = ("log_sigma", "sig_r", "k_sig", "sigma")
    case (.shape, nil): (constant, field, kernel, prefix) = ("xi", "xi_r", "k_xi", "xi")
    case (_, let time?):
      let name = "\(base)_\(time)"
      (constant, field, kernel, prefix) = (name, "\(name)_s", "k_\(name)", name)
    }
    (title, map, smooth) = (prefix, "\(prefix)_field", "gp_\(base)_\(time ?? "")")
  }

  /// The names of the values for each station.
  var ofStations: SiteNames {
    var names = self
    names.constant = "\(constant)_station"
    return names
  }

  func slope(_ place: String) -> String { "\(prefix)_\(place)" }
}
