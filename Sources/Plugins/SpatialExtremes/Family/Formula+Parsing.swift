extension Formula {
  /// The product of a text.
  ///
  /// - Throws: `FormulaError` for a text that is no product.
  static func term(
    _ text: String, in formula: String, of parameter: GEVParameter
  ) throws(FormulaError) -> Term {
    func error(_ found: String, _ remedy: String) -> FormulaError {
      FormulaError(parameter, formula, found: found, remedy: remedy)
    }
    if text == "1" { return Term() }
    if text == "trend" { return Term(isTrend: true) }
    if text == "anomaly" { return Term(anomaly: .shared) }
    if let argument = argument(of: "anomaly", text) {
      guard argument == "field" else {
        throw error(
          "\"\(text)\" is no anomaly of the year",
          "write anomaly for a number that all stations share, or anomaly(field)")
      }
      return Term(anomaly: .field)
    }
    for (name, example) in [("gp", "gmst"), ("ebm", "forcing")] {
      guard let argument = argument(of: name, text) else { continue }
      guard isName(argument) else {
        throw error(
          "\"\(text)\" names no covariate", "write \(name)(NAME), as in \(name)(\(example))")
      }
      return name == "gp" ? Term(smooth: argument) : Term(forcing: argument)
    }
    var term = Term()
    for factor in text.split(separator: ":", omittingEmptySubsequences: false) {
      let name = String(factor).trimmed
      if let argument = argument(of: "basis", name) {
        guard term.basis == nil, let basis = basis(argument) else {
          throw error(
            "\"\(text)\" has no temporal basis that can be read",
            "write basis(NAME,K) once, with K from 1 to 9, as in field:basis(gmst,3)")
        }
        term.basis = basis
        continue
      }
      guard isName(name), name != "trend", name != "anomaly" else {
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

  /// The text between the parentheses of `name(…)`; nil for another text.
  private static func argument(of name: String, _ text: String) -> String? {
    guard text.hasPrefix("\(name)("), text.hasSuffix(")") else { return nil }
    return String(text.dropFirst(name.count + 1).dropLast()).trimmed
  }

  private static func basis(_ argument: String) -> Basis? {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmed }
    guard parts.count == 2, isName(parts[0]), let count = Int(parts[1]), (1...9).contains(count)
    else { return nil }
    return Basis(covariate: parts[0], count: count)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || "_.-".contains($0) }
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
