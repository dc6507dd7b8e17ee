import Plugins

/// A formula of a parameter of the GEV distribution: a sum of products, as typed.
///
///     try Formula("1 + field + gmst + field:gmst", of: .location)
///
/// `1` is the constant, `field` a Gaussian process over the stations, `station` an independent value for each of them, and any
/// name a covariate: a column of `gmst.csv` or of `stations.csv`, or `year`. A colon multiplies. `basis(NAME,K)` stands for K
/// orthonormal polynomials of a covariate of time, `gp(NAME)` is a smooth function of one, `trend` a local linear trend in the
/// calendar years, and `ebm(NAME)` the response of an energy-balance model to a forcing. `anomaly` is a random effect of the year,
/// a number that all stations share, and `anomaly(field)` a field for each year.
public struct Formula: Sendable, Equatable, CustomStringConvertible {
  /// A product of a formula.
  public struct Term: Sendable, Hashable, CustomStringConvertible {
    /// The names of covariates.
    public var covariates: [String] = []
    /// Whether a field is a factor.
    public var hasField = false
    /// Whether an independent value for each station is a factor.
    public var hasStations = false
    /// The covariate of time of a smooth function, which is the only factor; nil for none.
    public var smooth: String?
    /// The temporal basis that is a factor; nil for none.
    public var basis: Basis?
    /// Whether a local linear trend in the calendar years is the only factor.
    public var isTrend = false
    /// The forcing of the response of an energy-balance model, which is the only factor; nil for none.
    public var forcing: String?
    /// The anomaly of the year, a random effect, which is the only factor; nil for none.
    public var anomaly: AnomalyVariation?

    public var description: String {
      if isTrend { return "trend" }
      if let anomaly { return anomaly == .field ? "anomaly(field)" : "anomaly" }
      if let smooth { return "gp(\(smooth))" }
      if let forcing { return "ebm(\(forcing))" }
      let factors = (hasField ? ["field"] : []) + (hasStations ? ["station"] : [])
      let all = factors + covariates + (basis.map { [$0.description] } ?? [])
      return all.isEmpty ? "1" : all.joined(separator: ":")
    }
  }

  /// The variation of an anomaly of the year over the stations.
  public enum AnomalyVariation: Sendable {
    /// One number for each year.
    case shared
    /// A field for each year.
    case field
  }

  /// A number of orthonormal polynomials of a covariate of time.
  public struct Basis: Sendable, Hashable, CustomStringConvertible {
    /// The covariate of time.
    public let covariate: String
    /// The number of polynomials, the highest degree.
    public let count: Int

    public var description: String { "basis(\(covariate),\(count))" }
  }

  /// The parameter of the GEV distribution.
  public let parameter: GEVParameter
  /// The products in the order of the formula.
  public let terms: [Term]

  /// The formula of a text.
  ///
  /// - Throws: `FormulaError` for a text that is not a sum of products with a constant, or has a product twice.
  public init(_ text: String, of parameter: GEVParameter) throws(FormulaError) {
    var terms: [Term] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let term = try Self.term(String(part).trimmed, in: text, of: parameter)
      if terms.contains(term) {
        throw FormulaError(
          parameter, text, found: "\"\(term)\" is there twice", remedy: "leave one of them out")
      }
      terms.append(term)
    }
    if !terms.contains(Term()), !terms.contains(Term(hasStations: true)) {
      throw FormulaError(
        parameter, text, found: "there is no constant", remedy: "begin with 1, as in \"1 + gmst\"")
    }
    (self.parameter, self.terms) = (parameter, terms)
  }

  public var description: String { terms.map(\.description).joined(separator: " + ") }

  /// The names of the covariates.
  public var covariates: Set<String> {
    terms.reduce(into: []) { names, term in
      names.formUnion(
        term.covariates + [term.smooth, term.basis?.covariate, term.forcing].compactMap(\.self))
      if term.isTrend || term.forcing != nil { names.insert(Covariates.year) }
    }
  }

  /// Whether a term varies over the map by a field.
  public var hasField: Bool { terms.contains { $0.hasField || $0.anomaly == .field } }
  /// Whether a term is an anomaly of the year.
  public var hasAnomaly: Bool { terms.contains { $0.anomaly != nil } }
  /// The number of fields; a basis has one for each polynomial.
  var fieldCount: Int {
    terms.reduce(0) { $0 + ($1.hasField ? $1.basis?.count ?? 1 : $1.anomaly == .field ? 1 : 0) }
  }

}

/// A parameter of the GEV distribution, as a flag names it.
public enum GEVParameter: String, Sendable, CaseIterable {
  /// The location of the distribution.
  case location
  /// The logarithm of the scale.
  case logScale = "log-scale"
  /// The shape of the distribution.
  case shape
}

/// A formula or a prior that cannot be read, or that the data cannot fill.
public struct FormulaError: PluginError, Equatable {
  /// The flag with its value, as `--location "1 + gmst"`.
  public let flag: String
  /// The finding and the remedy in words, without a full stop.
  public let found, remedy: String

  init(flag: String, found: String, remedy: String) {
    (self.flag, self.found, self.remedy) = (flag, found, remedy)
  }

  init(_ parameter: GEVParameter, _ formula: String, found: String, remedy: String) {
    (flag, self.found, self.remedy) = ("--\(parameter.rawValue) \"\(formula)\"", found, remedy)
  }

  init(_ prior: SitePrior, found: String, remedy: String) {
    (flag, self.found, self.remedy) = ("--prior \(prior)", found, remedy)
  }

  public var description: String { "\(flag): \(found); \(remedy)." }
}
