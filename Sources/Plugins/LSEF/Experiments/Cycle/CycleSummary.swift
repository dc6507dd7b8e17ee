import Assimilation

/// The summary of a filter's run in one world.
struct CycleSummary: Sendable, Codable, Equatable {
  /// The mean squared errors over the domain and time.
  let forecastError, analysisError: TimeMean?
  /// The mean variance of the forecast, by the exact filter's covariance or by the members about the control.
  let forecastVariance: Double?
  /// The chi-square of innovations per observation.
  let innovationRatio: TimeMean?
  /// The continuous ranked probability score of forecasts.
  let forecastScore: TimeMean?
  /// The counts of the ranks of the truth among the members of the forecast.
  let rankCounts: [Int]
  /// The mean variance and squared error of each tenth of the analyses, in order of their forecast variance.
  let spreadAndSkill: [SpreadAndSkill]
  let failure: FilterRun.Failure?

  struct SpreadAndSkill: Sendable, Codable, Equatable {
    let variance, error: Double
  }

  init(_ run: FilterRun) {
    (forecastError, analysisError) = (run.mean(\.forecastMSE), run.mean(\.analysisMSE))
    forecastVariance = run.mean(\.forecastVariance)?.value
    (innovationRatio, forecastScore) = (run.innovationRatio, run.forecastCRPS)
    rankCounts = run.rankCounts
    spreadAndSkill = Self.tenths(of: run)
    failure = run.failure
  }

  private static func tenths(of run: FilterRun) -> [SpreadAndSkill] {
    let pairs = run.counted.compactMap { row in
      row.forecastVariance.map { SpreadAndSkill(variance: $0, error: row.forecastMSE) }
    }.sorted { $0.variance < $1.variance }
    guard pairs.count >= 10 else { return [] }
    return (0..<10).map { tenth in
      let part = pairs[(tenth * pairs.count / 10)..<((tenth + 1) * pairs.count / 10)]
      let count = Double(part.count)
      return SpreadAndSkill(
        variance: part.reduce(0) { $0 + $1.variance } / count,
        error: part.reduce(0) { $0 + $1.error } / count)
    }
  }
}
