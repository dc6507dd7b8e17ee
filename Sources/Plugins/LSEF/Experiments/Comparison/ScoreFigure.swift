import Plotting
import Plugins

/// The scores of one scheme along a sweep, with the ends of their intervals; nil where its run failed.
struct ScoreCurve: Sendable, Equatable {
  let scheme: String
  let score, low, high: [Double?]
}

/// Figures 2 to 6: the score of each scheme over what a sweep changes, with its interval as a band.
///
/// Ticks stand where there are scores. What failed is left out of its curve, and an empty cell of the table, whose
/// columns are: the scheme; what the sweep changes; the score and its interval.
///
/// - Parameters:
///   - title: Above the figure.
///   - xLabel: What the sweep changes; also a column of the table.
///   - xs: Its values.
///   - curves: One for each scheme, with a score for each value.
///   - logX: Whether equal ratios have equal lengths.
/// - Throws: `PlottingError` if sizes differ, a number is not finite, or no run went well.
/// - Reference: Tsyrulnikov and Sotskiy, Figures 2 to 6.
func scoreFigure(
  title: String, xLabel: String, xs: [Double], curves: [ScoreCurve], logX: Bool = false
) throws(PlottingError) -> NumberedFigure {
  var csv = CSVWriter(header: ["scheme", xLabel, "score", "low", "high"])
  var series: [LinePlot.Series] = []
  for curve in curves {
    let rows = try curve.rows(at: xs)
    for row in rows {
      let numbers = [row.score, row.low, row.high].map(CSVWriter.Cell.optional)
      csv.append([.text(curve.scheme), .number(row.x)] + numbers)
    }
    let drawn = rows.compactMap { row -> (x: Double, score: Double, low: Double, high: Double)? in
      guard let score = row.score, let low = row.low, let high = row.high else { return nil }
      return (row.x, score, low, high)
    }
    guard !drawn.isEmpty else { continue }
    series.append(
      .init(
        curve.scheme, x: drawn.map(\.x), y: drawn.map(\.score), low: drawn.map(\.low),
        high: drawn.map(\.high)))
  }
  let panel = LinePlot.Panel(
    xAxis: Axis(xLabel, isLogarithmic: logX, ticks: xs), yAxis: Axis("score", including: 0),
    series: series)
  return NumberedFigure(figure: try LinePlot(title: title, panels: [panel]), csv: csv.text)
}

extension ScoreCurve {
  fileprivate func rows(
    at xs: [Double]
  ) throws(PlottingError) -> [(x: Double, score: Double?, low: Double?, high: Double?)] {
    for (part, numbers) in [("score", score), ("low", low), ("high", high)] {
      guard numbers.count == xs.count else {
        throw .size(
          what: "scheme \"\(scheme)\": \(part)", given: numbers.count, expected: xs.count)
      }
    }
    return xs.indices.map { (xs[$0], score[$0], low[$0], high[$0]) }
  }
}
