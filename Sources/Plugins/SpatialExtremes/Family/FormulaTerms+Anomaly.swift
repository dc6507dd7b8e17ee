import PPL

extension FormulaTerms {
  /// The anomaly of the year of a formula; the prior of its standard deviation has the median w / 2, half of the spread of the
  /// maxima within a station.
  ///
  /// - Throws: `FormulaError` for an anomaly in another parameter than the location, beside another one, or of one station.
  func anomaly(
    _ variation: Formula.AnomalyVariation, _ formula: Formula
  ) throws(FormulaError) -> YearAnomaly {
    func error(_ found: String, _ remedy: String) -> FormulaError {
      FormulaError(formula.parameter, "\(formula)", found: found, remedy: remedy)
    }
    guard formula.parameter == .location else {
      throw error("\"anomaly\" is a term of the location", "put it into --location")
    }
    if flags.dispersion {
      throw error(
        "\"anomaly\" and --dispersion exclude each other: the scale would follow the anomaly",
        "leave one of them out")
    }
    if formula.terms.count(where: { $0.anomaly != nil }) > 1 {
      throw error(
        "there are two anomalies of a year",
        "leave \"anomaly\" out: the field has a part that all stations share")
    }
    if data.stationCount < 2 {
      throw error(
        "\"anomaly\" needs 2 stations or more, which share it, and the data have one",
        "leave it out")
    }
    if data.hasCopula {
      throw error(
        "\"anomaly\" and --dependence copula are both of the dependence within a year",
        "leave one of them out")
    }
    let spread = 0.5 * scale.within
    guard variation == .field else {
      let prior = priors.logNormal(YearAnomaly.deviationSite, spread, 1)
      return YearAnomaly(
        .shared(
          deviation: SitePrior(
            YearAnomaly.deviationSite, prior.centre, prior.deviation, isLogNormal: true)),
        unit: data.unit(statedAs: flags.unit))
    }
    return YearAnomaly(
      .field(field(named: YearAnomaly.site, "k_anomaly", deviation: spread, length: 1, of: nil)),
      unit: data.unit(statedAs: flags.unit))
  }
}
