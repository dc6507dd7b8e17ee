import Assimilation
import PPL

/// What a point of a study gave: the errors and scores of all filters.
struct CycleScores: Sendable {
  let point: CyclePoint
  let worlds: Int
  let filters: [(scheme: CycleExperiment.Scheme, result: FilterResult)]

  /// Of one filter over all worlds.
  struct FilterResult: Sendable, Encodable {
    /// Against the exact filter, whose own is 0; nil if either failed in a world.
    let score, low, high: Double?
    /// Of forecasts, and its standard error; of analyses.
    let rmse, rmseError, analysisRMSE: Double?
    /// The root of the mean variance that the filter takes for its forecasts' errors.
    let spread: Double?
    /// Means over worlds of the innovations' chi-square for each observation, and of the forecasts' continuous ranked
    /// probability score.
    let innovationRatio, crps: Double?
    /// The first world in which the filter failed.
    let failure: String?

    enum CodingKeys: String, CodingKey {
      case score, low, high, rmse, spread, crps, failure
      case rmseError = "rmse_error"
      case analysisRMSE = "analysis_rmse"
      case innovationRatio = "innovation_ratio"
    }
  }

  /// - Precondition: There is a world.
  init(_ point: CyclePoint, _ worlds: [CycleStudy.Summaries], key: RandomKey) throws {
    (self.point, self.worlds) = (point, worlds.count)
    let optimum = worlds.compactMap { world in
      world[.kf].flatMap { $0.failure == nil ? $0.forecastError?.value : nil }
    }
    filters = try CycleExperiment.Scheme.allCases.map { scheme in
      let own = worlds.compactMap { $0[scheme] }
      return (scheme, try FilterResult(own, optimum: optimum, key: key))
    }
  }

  subscript(scheme: CycleExperiment.Scheme) -> FilterResult? {
    filters.first { $0.scheme == scheme }?.result
  }

  /// As `--json` has them: by filter, the optimum aside.
  var byName: [String: FilterResult] {
    Dictionary(
      uniqueKeysWithValues: filters.filter { $0.scheme != .kf }.map {
        ($0.scheme.rawValue, $0.result)
      })
  }
}

extension CycleScores.FilterResult {
  fileprivate init(_ worlds: [CycleSummary], optimum: [Double], key: RandomKey) throws {
    let failed = worlds.enumerated().first { $0.element.failure != nil }
    failure = failed.map { "world \($0.offset): \($0.element.failure?.description ?? "")" }
    let errors = worlds.compactMap(\.forecastError)
    let isWhole = failed == nil && errors.count == worlds.count
    let score =
      isWhole && optimum.count == worlds.count
      ? try Score(errors: errors.map(\.value), optimum: optimum, key: key) : nil
    (self.score, low, high) = (score?.value, score?.interval.lowerBound, score?.interval.upperBound)
    let mean = isWhole ? meanOf(errors.map(\.value)) : nil
    rmse = mean?.squareRoot()
    // The error of a root, to first order; worlds are independent.
    rmseError = mean.flatMap { mean in
      let squares = errors.compactMap(\.standardError).map { $0 * $0 }
      guard squares.count == errors.count, mean > 0 else { return nil }
      return squares.reduce(0, +).squareRoot() / Double(errors.count) / (2 * mean.squareRoot())
    }
    analysisRMSE =
      isWhole ? meanOf(worlds.compactMap(\.analysisError?.value))?.squareRoot() : nil
    spread = isWhole ? meanOf(worlds.compactMap(\.forecastVariance))?.squareRoot() : nil
    innovationRatio = isWhole ? meanOf(worlds.compactMap(\.innovationRatio)) : nil
    crps = isWhole ? meanOf(worlds.compactMap(\.forecastScore)) : nil
  }
}

/// Nil for no numbers.
private func meanOf(_ numbers: [Double]) -> Double? {
  numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
}
