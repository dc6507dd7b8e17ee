import PPL

// Verdicts on formulas whose coefficients the data do not determine, so that a prior would take the place of the data.

extension FormulaTerms {
  /// Refuses a formula whose terms are not identified beside each other.
  ///
  /// - Throws: `FormulaError` for values of the stations beside other variation over the map, a covariate that is a linear
  ///   combination of others at the stations or in the years, and a basis with too few different values.
  func requireIdentified(
    _ formula: Formula, _ times: [TimeFactor], _ coefficients: [TimeFactor: VaryingCoefficient]
  ) throws(FormulaError) {
    for term in formula.terms {
      try requireVariation(term, formula)
    }
    for time in times {
      guard let coefficient = coefficients[time] else { continue }
      try requireOneVariation(formula, time, coefficient)
      let columns = coefficient.slopes.map { ($0.column, data.covariates.ofPlace($0.column)) }
      try requireIndependent(columns, formula, at: "at all stations", among: "the stations")
    }
    try requireIndependentYears(formula, times)
  }

  /// Refuses values of the stations beside a constant, slopes or a field, which they contain.
  private func requireOneVariation(
    _ formula: Formula, _ time: TimeFactor, _ coefficient: VaryingCoefficient
  ) throws(FormulaError) {
    guard coefficient.stations != nil else { return }
    let others =
      (coefficient.constant == nil ? [] : ["1"]) + coefficient.slopes.map(\.column)
      + (coefficient.field == nil ? [] : ["field"])
    guard let other = others.first else { return }
    let factor = time.covariate.map { [$0] } ?? []
    let first = (["station"] + factor).joined(separator: ":")
    let second = (other == "1" && !factor.isEmpty ? factor : [other] + factor).joined(
      separator: ":")
    throw FormulaError(
      formula.parameter, "\(formula)",
      found:
        "\"\(first)\" gives each station a value of its own, which leaves none for \"\(second)\"",
      remedy: "leave one of them out")
  }

  /// Refuses a function of a covariate with too few different values for it.
  private func requireVariation(
    _ term: Formula.Term, _ formula: Formula
  ) throws(FormulaError) {
    let needs: [(name: String, count: Int, what: String)] =
      [term.smooth, term.forcing].compactMap(\.self).map { ($0, 2, "\"\(term)\"") }
      + (term.basis.map { [($0.covariate, $0.count + 1, "\($0.count) polynomials")] } ?? [])
    for (name, count, what) in needs {
      let found = Set(data.covariates.ofTime(name).scalars).count
      guard found < count else { continue }
      throw FormulaError(
        formula.parameter, "\(formula)",
        found: "\"\(name)\" has \(found) different \(found == 1 ? "value" : "values") in the years "
          + "of the data, but \(what) \(what.hasPrefix("\"") ? "needs" : "need") \(count)",
        remedy: "leave the term out, or choose years in which the covariate varies")
    }
  }

  /// Refuses covariates of time that the others determine in the years of the data; a trend has the line of the years.
  private func requireIndependentYears(
    _ formula: Formula, _ times: [TimeFactor]
  ) throws(FormulaError) {
    let names = times.filter { $0.degree == nil }.compactMap(\.covariate)
    var columns = names.map { ($0, data.covariates.ofTime($0)) }
    for term in formula.terms {
      if term.isTrend { columns.append(("trend", data.covariates.ofTime(Covariates.year))) }
    }
    for time in times {
      guard let covariate = time.covariate, let degree = time.degree else { continue }
      let x = data.covariates.ofTime(covariate).scalars
      let polynomials = OrthogonalPolynomials(x, degree: degree)
      columns.append(
        ("basis(\(covariate)), degree \(degree)", Tensor(x.map { polynomials($0, degree: degree) }))
      )
    }
    try requireIndependent(columns, formula, at: "in all years", among: "the years")
  }

  /// Refuses a column that is constant, or a linear combination of the ones before it and a constant.
  private func requireIndependent(
    _ columns: [(name: String, values: Tensor)], _ formula: Formula, at places: String,
    among all: String
  ) throws(FormulaError) {
    var basis: [[Double]] = []
    for (index, (name, values)) in columns.enumerated() {
      let x = values.scalars
      let mean = x.reduce(0, +) / Double(max(x.count, 1))
      let centred = x.map { $0 - mean }
      func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      let size = norm(centred)
      func error(_ found: String, _ remedy: String) -> FormulaError {
        FormulaError(formula.parameter, "\(formula)", found: found, remedy: remedy)
      }
      // Numbers that were equal before a computation differ by rounding.
      guard size > 1e-9 * max(norm(x), 1e-300) else {
        throw error(
          "\"\(name)\" has the same value \(places), so that its slope is not determined",
          "leave it out")
      }
      var rest = centred
      for direction in basis {
        let share = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
        rest = zip(rest, direction).map { $0 - share * $1 }
      }
      let left = norm(rest)
      guard left > 1e-7 * size else {
        let others = columns[..<index].map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw error(
          "\"\(name)\" is determined by \(others) and a constant over \(all), so that their slopes are not",
          "leave one of them out")
      }
      basis.append(rest.map { $0 / left })
    }
  }
}
