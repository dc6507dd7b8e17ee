import Assimilation
import PPL

extension CycleExperiment.Scheme: ComparedScheme {
  static var compared: [Self] { allCases.filter { $0 != .kf } }

  var appearance: SchemeAppearance {
    switch self {
    case .kf: .optimum
    case .enKF: .enkf
    case .hybridB: .hybrid
    case .lsef: .lsef
    case .shape: .shape
    case .meanB: .mean
    }
  }
}

/// The errors and scores of all filters at one point of the cycled experiments.
struct CycleScores: PointScores {
  let point: CyclePoint
  /// The number of worlds.
  let worlds: Int
  let results: [(scheme: CycleExperiment.Scheme, result: FilterResult)]

  /// The errors and the score of one filter over all worlds.
  struct FilterResult: SchemeResult {
    /// The score against the exact filter, which is 0 for that filter; nil if either failed in a world.
    let score, low, high: Double?
    /// The root mean squared error of forecasts and its standard error, and the root mean squared error of analyses.
    let rmse, rmseError, analysisRMSE: Double?
    /// The root of the mean variance of forecasts, by the exact filter's covariance or by the members about the control.
    let spread: Double?
    /// The mean chi-square of innovations per observation over time and worlds, and its standard error.
    let innovationRatio, innovationRatioError: Double?
    /// The mean continuous ranked probability score of forecasts over time and worlds, and its standard error.
    let crps, crpsError: Double?
    /// The first world in which the filter failed.
    let failure: String?

    enum CodingKeys: String, CodingKey {
      case score, low, high, rmse, spread, crps, failure
      case rmseError = "rmse_error"
      case analysisRMSE = "analysis_rmse"
      case innovationRatio = "innovation_ratio"
      case innovationRatioError = "innovation_ratio_error"
      case crpsError = "crps_error"
    }
  }

  /// The scores of the summaries of all worlds at a point.
  ///
  /// - Precondition: There is a world.
  init(_ point: CyclePoint, _ worlds: [CycleStudy.Summaries], key: RandomKey) throws {
    (self.point, self.worlds) = (point, worlds.count)
    let optimum = worlds.compactMap { world in
      world[.kf].flatMap { $0.failure == nil ? $0.forecastError?.value : nil }
    }
    results = try CycleExperiment.Scheme.allCases.map { scheme in
      let own = worlds.compactMap { $0[scheme] }
      return (scheme, try FilterResult(own, optimum: optimum, key: key))
    }
  }

  struct Numbers: Encodable, Sendable {
    let scores: [String: FilterResult]
    let optimum: FilterResult?
    let worlds: Int
  }

  var numbers: Numbers { Numbers(scores: byName, optimum: self[.kf], worlds: worlds) }
}

extension CycleScores.FilterResult {
  fileprivate init(_ worlds: [CycleSummary], optimum: [Double], key: RandomKey) throws {
    let failed = worlds.enumerated().first { $0.element.failure != nil }
    failure = failed.map { "world \($0.offset): \($0.element.failure?.description ?? "")" }
    // The rows of a failed run are not compared with complete ones.
    let whole = failed == nil ? worlds : []
    let errors = whole.compactMap { $0.forecastError?.value }
    let score =
      !errors.isEmpty && errors.count == optimum.count && optimum.count == worlds.count
      ? try Score(errors: errors, optimum: optimum, key: key) : nil
    (self.score, low, high) = (score?.value, score?.low, score?.high)
    let mean = WorldMean(whole.map(\.forecastError))
    rmse = mean?.value.squareRoot()
    // The error of a root, to first order.
    rmseError = mean.flatMap { mean in
      mean.value > 0 ? mean.standardError.map { $0 / (2 * mean.value.squareRoot()) } : nil
    }
    analysisRMSE = WorldMean(whole.map(\.analysisError))?.value.squareRoot()
    let variances = whole.compactMap(\.forecastVariance)
    spread =
      variances.isEmpty
      ? nil : (variances.reduce(0, +) / Double(variances.count)).squareRoot()
    let ratio = WorldMean(whole.map(\.innovationRatio))
    (innovationRatio, innovationRatioError) = (ratio?.value, ratio?.standardError)
    let crps = WorldMean(whole.map(\.forecastScore))
    (self.crps, crpsError) = (crps?.value, crps?.standardError)
  }
}

/// The mean over independent worlds of means over time.
private struct WorldMean {
  let value: Double
  /// The standard error, from the autocorrelation within each world; nil if a world is too short for it.
  let standardError: Double?

  /// The mean over worlds; nil for no worlds, or if one has no mean.
  init?(_ worlds: [TimeMean?]) {
    let means = worlds.compactMap(\.self)
    guard !means.isEmpty, means.count == worlds.count else { return nil }
    let count = Double(means.count)
    value = means.reduce(0) { $0 + $1.value } / count
    let squares = means.compactMap(\.standardError).map { $0 * $0 }
    standardError =
      squares.count == means.count ? squares.reduce(0, +).squareRoot() / count : nil
  }
}
