/// A fit whose intervals are measured by `ppl run dependence-coverage`.
enum CoverageMethod: String, Sendable {
  /// The choices of `--dependence` for the model of the panels.
  case independent, adjusted, resample, copula
  /// The model with an anomaly of the year that all stations share, widened for what is left.
  case anomaly
  /// The model with a field of anomalies for each year, widened for what is left.
  case anomalyField = "anomaly(field)"

  /// The formula of the location.
  var location: String {
    "1 + field + gmst" + (isAnomaly ? " + \(rawValue)" : "")
  }

  /// Whether the model has an anomaly of the year.
  var isAnomaly: Bool { self == .anomaly || self == .anomalyField }

  /// The value of `--dependence`.
  var dependence: DependenceMethod {
    switch self {
    case .independent: .independent
    case .adjusted, .anomaly, .anomalyField: .adjusted
    case .resample: .resample
    case .copula: .copula
    }
  }
}
