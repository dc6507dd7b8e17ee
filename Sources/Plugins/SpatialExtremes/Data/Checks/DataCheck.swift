/// A check of data that were read, by the name that `--allow` takes.
public enum DataCheck: String, Sendable, Codable, CaseIterable {
  /// A maximum far outside its station's own spread.
  case outlier
  /// A station whose level is that of the others in another unit.
  case unit
  /// A station whose years vary many times more, or less, than those of the others.
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
  /// A column that was taken because it was the only one that could be meant.
  case guessedColumn = "guessed-column"

  /// The consequence that a finding of the check has for a fit.
  public enum Severity: String, Sendable, Codable {
    /// No fit: no record can look so.
    case error
    /// No fit unless the check is allowed: a wrong fit most likely, though a real record may look so.
    case doubt
    /// A fit, with a warning unless the check is allowed.
    case warning
    /// A fit, with a note of what was decided unless the check is allowed.
    case note
  }

  /// The consequence of a finding of this check, unless it is only a warning.
  public var severity: Severity {
    switch self {
    case .equalMaxima: .error
    case .outlier, .unit, .spread, .farPlace, .duplicatePlace, .constantSeries, .covariateOutlier:
      .doubt
    case .cutFile: .warning
    case .guessedColumn: .note
    }
  }

  /// The checks that `--allow` may name, in the order of its help.
  public static let allowable = allCases.filter { $0.severity != .error }

  /// Every check as a function of the data, in the order in which findings are told.
  static let all: [@Sendable (CheckedData) -> [DataFinding]] = [
    guessedColumns, cutFiles, duplicatePlaces, farPlaces, covariateOutliers, constantMaxima,
    unitsAndSpreads, outliers,
  ]
}
