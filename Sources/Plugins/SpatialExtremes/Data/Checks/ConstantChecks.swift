import Plugins

extension DataCheck {
  /// Stations with at least 5 years whose maxima are all equal; a single finding if all stations have the same value.
  @Sendable static func constantMaxima(_ data: CheckedData) -> [DataFinding] {
    let values = data.series.flatMap(\.values)
    if let only = value(ofAll: values) {
      return [
        DataFinding(
          .equalMaxima, file: data.maxima.file,
          found: "all \(values.count) maxima are \(only), which leaves no distribution to fit",
          remedy: "give the maxima that were measured")
      ]
    }
    return data.series.compactMap { series in
      guard series.values.count >= 5, let only = value(ofAll: series.values) else { return nil }
      return DataFinding(
        .constantSeries, station: series.id, file: data.maxima.file, line: series.entries[0].line,
        column: data.maxima.columnName(of: series.entries[0]),
        found: "all \(series.values.count) maxima of station \"\(series.id)\" are \(only)",
        remedy: "give those that were measured, or remove the station")
    }
  }

  /// The first of numbers that are equal up to rounding; nil if they are not.
  static func value(ofAll values: [Double]) -> Double? {
    guard let low = values.min(), let high = values.max(),
      high - low <= 1e-9 * max(abs(low), abs(high))
    else { return nil }
    return values.first
  }
}
