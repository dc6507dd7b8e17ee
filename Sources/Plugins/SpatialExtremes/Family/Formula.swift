import Plugins

/// A formula of a parameter of the GEV distribution: a sum of products, as typed.
///
///     try Formula("1 + field + gmst + field:gmst", of: .location)
///
/// `1` is the constant, `field` a Gaussian process over the stations, `station` an independent value for each of them, `gp(NAME)` a smooth function of a covariate of time, and
/// any other name a covariate: a column of `gmst.csv` or of `stations.csv`. A colon multiplies.
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

    public var description: String {
      if let smooth { return "gp(\(smooth))" }
      let factors = (hasField ? ["field"] : []) + (hasStations ? ["station"] : []) + covariates
      return factors.isEmpty ? "1" : factors.joined(separator: ":")
    }
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
      names.formUnion(term.covariates + (term.smooth.map { [$0] } ?? []))
    }
  }

  /// Whether a term varies over the map by a field.
  public var hasField: Bool { terms.contains(where: \.hasField) }

  private static func term(
    _ text: String, in formula: String, of parameter: GEVParameter
  ) throws(FormulaError) -> Term {
    func error(_ found: String, _ remedy: String) -> FormulaError {
      FormulaError(parameter, formula, found: found, remedy: remedy)
    }
    if text == "1" { return Term() }
    if text.hasPrefix("gp("), text.hasSuffix(")") {
      let name = String(text.dropFirst(3).dropLast()).trimmed
      guard isName(name) else {
        throw error("\"\(text)\" names no covariate", "write gp(NAME), as in gp(gmst)")
      }
      return Term(smooth: name)
    }
    var term = Term()
    for factor in text.split(separator: ":", omittingEmptySubsequences: false) {
      let name = String(factor).trimmed
      guard isName(name) else {
        throw error(
          text.isEmpty ? "a term is missing" : "\"\(text)\" is not a product of names",
          "write terms as 1, field, station, gp(NAME), a covariate, or products such as field:gmst")
      }
      if name == "field" || name == "station" {
        if term.hasField || term.hasStations {
          throw error("\"\(text)\" varies twice over the map", "leave one of the factors out")
        }
        (term.hasField, term.hasStations) = (name == "field", name == "station")
      } else {
        term.covariates.append(name)
      }
    }
    // Products have no order.
    term.covariates.sort()
    return term
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || "_.-".contains($0) }
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

  init(_ parameter: GEVParameter, _ formula: String, found: String, remedy: String) {
    (flag, self.found, self.remedy) = ("--\(parameter.rawValue) \"\(formula)\"", found, remedy)
  }

  init(_ prior: SitePrior, found: String, remedy: String) {
    (flag, self.found, self.remedy) = ("--prior \(prior)", found, remedy)
  }

  public var description: String { "\(flag): \(found); \(remedy)." }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
