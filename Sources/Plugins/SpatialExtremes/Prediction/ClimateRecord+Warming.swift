import Foundation
import Plugins

extension ClimateRecord {
  /// The climate of a global mean surface temperature, with the means over the data of other covariates.
  ///
  /// - Throws: `PredictionError` for a model without covariates of time.
  func climate(gmst: Double, label: String? = nil, source: String) throws(PredictionError)
    -> PredictedClimate
  {
    guard !names.isEmpty else {
      throw PredictionError(
        "the model has no covariate of time, so that its distribution is the same in all climates; leave out --gmst and --warming."
      )
    }
    let others = names.filter { $0 != Covariates.gmst }
    var values = Dictionary(uniqueKeysWithValues: others.map { ($0, means[$0] ?? 0) })
    values[Covariates.gmst] = gmst
    let note =
      others.isEmpty
      ? "" : "; \(others.joined(separator: ", ")): the mean over the years of the data"
    return PredictedClimate(
      label: label ?? "GMST \(shortNumber(gmst))", climate: Climate(values), source: source + note)
  }

  /// The climate of `--baseline`: the mean over its years.
  ///
  /// - Throws: `PredictionError` where a year has no value.
  func baseline(_ baseline: Baseline) throws(PredictionError) -> PredictedClimate {
    switch baseline {
    case .gmst(let value):
      return try climate(gmst: value, label: "\(baseline)", source: "--baseline")
    case .years(let span):
      var sums: [String: Double] = [:]
      for name in names {
        for year in span.years {
          guard let value = known(name, in: year) ?? scenario[year]?[name] else {
            throw PredictionError(
              "--baseline \(span): gmst.csv has no value of \(name) in \(year) (\(coverage(of: name))); give years of the "
                + "file, or a value, as in --baseline gmst=0.1.")
          }
          sums[name, default: 0] += value
        }
      }
      let count = Double(span.years.count)
      return PredictedClimate(
        label: "\(span)", climate: Climate(sums.mapValues { $0 / count }),
        source: names.isEmpty
          ? "the model has no covariate of time" : "the mean over \(span) in gmst.csv")
    }
  }

  /// The climates whose covariates lie beyond those of the years of the fit, in a sentence; nil for none.
  func extrapolation(in climates: [PredictedClimate]) -> String? {
    let beyond = names.compactMap { name -> String? in
      let range = dataYears.compactMap { known(name, in: $0) }
      guard let least = range.min(), let most = range.max() else { return nil }
      let outside = climates.filter { climate in
        climate.climate.values[name].map { $0 < least || $0 > most } ?? false
      }
      guard !outside.isEmpty else { return nil }
      let labels = outside.map(\.label).joined(separator: ", ")
      return "\(labels): \(name) is outside the "
        + String(format: "%.4g to %.4g of the years of the fit", least, most)
    }
    return beyond.isEmpty ? nil : "extrapolated: " + beyond.joined(separator: "; ")
  }
}
