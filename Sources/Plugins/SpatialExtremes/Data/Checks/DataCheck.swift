/// A check of station data, named as the value of `--allow`.
public enum DataCheck: String, Sendable, Codable, CaseIterable {
  /// A maximum far outside the spread of its station.
  case outlier
  /// A station whose maxima seem to be in another unit than those of the others.
  case unit
  /// A station whose maxima vary many times more, or less, than those of the others.
  case spread
  /// A station far from all others.
  case farPlace = "far-place"
  /// Two stations less than 100 m apart.
  case duplicatePlace = "duplicate-place"
  /// A station whose maxima are all equal.
  case constantSeries = "constant-series"
  /// All maxima of all stations are equal.
  case equalMaxima = "equal-maxima"
  /// A year whose covariate is far from those of all other years.
  case covariateOutlier = "covariate-outlier"
  /// A file that seems to end in the middle of its last line.
  case cutFile = "cut-file"
  /// A column that was used because it is the only candidate.
  case guessedColumn = "guessed-column"
  /// Values of years that are stated to be means or minima, but are fitted as maxima.
  case cellMethods = "cell-methods"

  /// The severity of a finding: its consequence for a fit.
  public enum Severity: String, Sendable, Codable {
    /// No fit: the data are certainly wrong.
    case error
    /// No fit unless the check is allowed: the data are most likely wrong.
    case doubt
    /// A fit, with a warning unless the check is allowed.
    case warning
    /// A fit, with a note about a decision unless the check is allowed.
    case note
  }

  /// The severity of a finding of this check, unless the finding is only a warning.
  public var severity: Severity {
    switch self {
    case .equalMaxima: .error
    case .outlier, .unit, .spread, .farPlace, .duplicatePlace, .constantSeries, .covariateOutlier:
      .doubt
    case .cutFile, .cellMethods: .warning
    case .guessedColumn: .note
    }
  }

  /// The checks that `--allow` may name, in the order of its help.
  public static let allowable = allCases.filter { $0.severity != .error }

  /// All checks as functions of the data, in the order in which findings are reported.
  static let all: [@Sendable (CheckedData) -> [DataFinding]] = [
    guessedColumns, cutFiles, duplicatePlaces, farPlaces, covariateOutliers, constantMaxima,
    unitsAndSpreads, outliers,
  ]

  /// The findings of all checks that concern a model with these requirements.
  static func findings(_ data: CheckedData, _ requirements: DataRequirements) -> [DataFinding] {
    let found =
      all.flatMap { $0(data) } + unitOfAll(data, statedAs: requirements.unit)
      + kelvinOfAll(data, statedAs: requirements.unit)
    return found.filter { requirements.placesDiffer || $0.check != .duplicatePlace }
  }
}
