import Tables

/// The data for the checks: the tables, and the series of each used station.
struct CheckedData {
  /// The maxima of one station.
  struct Series {
    /// Index into the station list.
    let station: Int
    let id: String
    /// The maxima of a station with their years, by year.
    let entries: [MaximaTable.Entry]
    let values: [Double]
    /// The maxima less their slope on the covariate.
    let residuals: [Double]
    /// The median of the maxima.
    let level: Double
    /// The median and the spread of the residuals.
    let summary: RobustSummary
    /// The mean distance of the residuals from their median, without the largest tenth of the distances; less variable than
    /// `summary.spread`, for comparisons between stations.
    let deviation: Double
  }

  let tables: [CSVTable]
  let stations: StationList
  let covariate: Covariate
  let maxima: MaximaTable
  let usedStations: [Int]
  let usedYears: [Int]

  /// The years whose covariate is far from those of all others.
  let outlyingYears: [Int]

  /// The series, in the order of the stations.
  let series: [Series]

  /// The median of the stations' spreads; where that is 0, the smallest difference of two maxima.
  let typicalSpread: Double

  init(_ selection: MaximaSelection, tables: [CSVTable]) {
    self.tables = tables
    stations = selection.stations
    covariate = selection.covariate
    maxima = selection.table
    (usedStations, usedYears) = (selection.usedStations, selection.usedYears)
    var warming = selection.covariate.values
    outlyingYears = Self.outlyingYears(selection.usedYears, warming)
    // A wrong covariate of one year must not make outliers of its maxima.
    let middle = medianValue(selection.usedYears.compactMap { warming[$0] })
    for year in outlyingYears { warming[year] = middle }
    let groups = Dictionary(grouping: selection.used, by: \.station)
    let stations = selection.stations.stations
    series = selection.usedStations.compactMap { index in
      let entries = groups[index, default: []].sorted { $0.year < $1.year }
      let values = entries.compactMap(\.value)
      let x = entries.map { warming[$0.year] ?? 0 }
      // A slope on few years would follow a single wrong one.
      let slope = values.count < 10 ? 0 : robustSlope(x, values)
      let residuals = zip(values, x).map { $0 - slope * $1 }
      guard let level = medianValue(values), let summary = RobustSummary(residuals) else {
        return nil
      }
      return Series(
        station: index, id: stations[index].id, entries: entries, values: values,
        residuals: residuals, level: level, summary: summary,
        deviation: Self.deviation(residuals, from: summary.median))
    }
    typicalSpread = Self.typicalSpread(series)
  }

  private static func deviation(_ values: [Double], from median: Double) -> Double {
    let distances = values.map { abs($0 - median) }.sorted()
    let kept = distances.dropLast(distances.count / 10)
    return kept.reduce(0, +) / Double(max(kept.count, 1))
  }

  private static func typicalSpread(_ series: [Series]) -> Double {
    let spread = medianValue(series.map(\.summary.spread)) ?? 0
    if spread > 0 { return spread }
    let values = Set(series.flatMap(\.values)).sorted()
    return zip(values.dropFirst(), values).map(-).min() ?? 0
  }
}

/// The text of a computed number in messages, with at most four significant digits.
func rounded(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return "\(value)" }
  var digits = 1.0
  var size = value.magnitude
  while size < 1000, digits < 1e12 { (size, digits) = (size * 10, digits * 10) }
  return "\((value * digits).rounded() / digits)"
}
