import Foundation
import Plugins
import Preconditions

extension DataCheck {
  /// The largest distance of a maximum from its station's median, in spreads, that is never an outlier.
  private static let farthest = 8.0
  /// The largest ratio of a distance to that of all but a hundredth of the panel's maxima on the same side, which allows for
  /// heavy tails.
  private static let beyondTail = 4.0

  /// Maxima far outside their station's own spread, the farthest of each station.
  ///
  /// The distance is that of a residual on the covariate from the median of the station's residuals, in spreads (1.4826
  /// times the median absolute deviation), or that of the maximum from the station's median if it is smaller, so that a wrong
  /// covariate does not make outliers. An outlier is farther than 8 spreads, and than 4 times the distance of all but a
  /// hundredth of the panel's maxima on the same side (all but two, of fewer than 300 maxima), which allows for heavy tails.
  /// The spread is at least half that of a typical station, or as large for fewer than 10 years, to allow for rounding and
  /// chance. Maxima of a non-negative variable that varies by more than a seventh of its size, such as rain, have a heavy
  /// upper tail: the same must hold for their logarithms. Series of fewer than 5 years are not checked.
  @Sendable static func outliers(_ data: CheckedData) -> [DataFinding] {
    let limits = limits(data)
    return data.series.flatMap { series -> [DataFinding] in
      guard let spread = spread(of: series, data) else { return [] }
      var distances = zip(series.residuals, series.values).map { residual, value in
        min(abs(residual - series.summary.median), abs(value - series.level)) / spread
      }
      if let ofLogarithms = distancesOfLogarithms(series, spread) {
        distances = zip(distances, ofLogarithms).map(min)
      }
      let far = distances.indices.filter { index in
        distances[index]
          > (series.values[index] > series.level ? limits.above : limits.below)
      }
      guard let worst = far.max(by: { distances[$0] < distances[$1] }) else { return [] }
      return [finding(series, worst, spread, distances[worst], others: far.count - 1, data)]
    }
  }

  /// The spread for checking a station's maxima; nil for fewer than 5 years, or if it is 0.
  private static func spread(of series: CheckedData.Series, _ data: CheckedData) -> Double? {
    guard series.values.count >= 5 else { return nil }
    let least = (series.values.count < 10 ? 1 : 0.5) * data.typicalSpread
    let spread = max(series.summary.spread, least)
    return spread > 0 ? spread : nil
  }

  /// The distances, in spreads, beyond which a maximum above or below its station's median is an outlier.
  private static func limits(_ data: CheckedData) -> (above: Double, below: Double) {
    var (above, below): ([Double], [Double]) = ([], [])
    for series in data.series {
      guard let spread = spread(of: series, data) else { continue }
      for value in series.values {
        let distance = (value - series.level) / spread
        if distance > 0 { above.append(distance) } else { below.append(-distance) }
      }
    }
    let rank = max(2, (above.count + below.count) / 100)
    func limit(_ distances: [Double]) -> Double {
      let sorted = distances.sorted(by: >)
      return max(farthest, beyondTail * (sorted.indices.contains(rank) ? sorted[rank] : 0))
    }
    return (limit(above), limit(below))
  }

  /// The distances in spreads of the logarithms; nil unless the maxima are those of a positive variable with a heavy tail.
  private static func distancesOfLogarithms(
    _ series: CheckedData.Series, _ spread: Double
  ) -> [Double]? {
    guard series.level > 0, spread > series.level / 7,
      series.values.allSatisfy({ $0 > 0 }), let summary = RobustSummary(series.values.map(log))
    else { return nil }
    let scale = max(summary.spread, spread / series.level / 2)
    return series.values.map { abs(log($0) - summary.median) / scale }
  }

  private static func finding(
    _ series: CheckedData.Series, _ index: Int, _ spread: Double, _ distance: Double, others: Int,
    _ data: CheckedData
  ) -> DataFinding {
    let (entry, value) = (series.entries[index], series.values[index])
    let slip = [10.0, 100, 0.1, -1].first { abs(value / $0 - series.level) < 3 * spread }
    let meant = slip.map { "; \(rounded(value / $0)) would fit" } ?? ""
    let more =
      others == 0 ? "" : " (as \(counted(others, "other maximum", "other maxima")) of this station)"
    let size = distance < 1e6 ? "\(Int(distance))" : "over a million"
    return DataFinding(
      .outlier, station: series.id, year: entry.year, file: data.maxima.file, line: entry.line,
      column: data.maxima.columnName(of: entry),
      found:
        "\(value) in \(entry.year)\(more) is \(size) spreads from the other maxima of "
        + "station \"\(series.id)\", which are \(rounded(series.level)) give or take "
        + "\(rounded(spread))\(meant)",
      remedy: "correct the value, or leave its cell empty")
  }
}
