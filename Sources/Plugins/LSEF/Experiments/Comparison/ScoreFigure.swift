import Plotting
import Runs
import Tables

/// The scores of one scheme along a sweep, with the ends of their intervals; a score is nil where the run failed, an interval
/// where there is none.
struct ScoreCurve: Sendable, Equatable {
  let scheme: String
  let score, low, high: [Double?]
  /// The place of the scheme in the palette; that of the curve among the others if nil.
  var place: Int?
}

/// The figure of a sweep, Figures 2 to 6: the score of each scheme over the parameter, with its interval as a band.
///
/// Ticks are at the scores. Failed runs are left out of the curve of their scheme, and are empty cells of the table, whose
/// columns are: the scheme; the parameter; the score and its interval. A curve without intervals has no band.
///
/// - Parameters:
///   - title: The title above the figure.
///   - xLabel: The name of the parameter, for the axis and the table.
///   - xs: The values of the parameter.
///   - curves: The curve of each scheme, with a score for each value.
///   - logX: Whether the axis of the parameter is logarithmic.
/// - Throws: `PlottingError` if sizes differ, a number is not finite, or all runs failed.
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
    let drawn = rows.filter { $0.score != nil }
    guard !drawn.isEmpty else { continue }
    let (low, high) = (drawn.compactMap(\.low), drawn.compactMap(\.high))
    let hasBand = low.count == drawn.count && high.count == drawn.count
    series.append(
      .init(
        curve.scheme, x: drawn.map(\.x), y: drawn.compactMap(\.score), low: hasBand ? low : [],
        high: hasBand ? high : [], place: curve.place))
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
