import Inference
import Plotting
import Runs
import Tables

/// The figure of the ranks: the difference between their empirical distribution function and the uniform one, with the band that
/// contains that of uniform ranks with a probability of 95 %.
///
/// Numbers are in the left panel, and sites of several elements, whose ranks are pooled, in the right one. The band is for one
/// element. The columns of the table are site, share and difference.
///
/// - Returns: Nil if every fit failed, or there was one only.
/// - Throws: `PlottingError` if a rank is not finite.
/// - Reference: Säilynoja, Bürkner and Vehtari (2022), *Graphical test for discrete uniformity*, §3.
func rankFigure(_ calibration: Calibration) throws(PlottingError) -> NumberedFigure? {
  guard let test = calibration.test, test.count > 1 else { return nil }
  let band = test.band(0.95)
  var csv = CSVWriter(header: ["site", "share", "difference"])
  var panels: [(title: String, series: [LinePlot.Series])] = [("numbers", []), ("fields", [])]
  for row in calibration.rows {
    let ranks = (0..<row.elements).flatMap { calibration.ranks(of: row.name, element: $0) }
    let counts = RankUniformity.counts(of: ranks, upTo: band.points)
    let differences = zip(counts, band.points).map { Double($0) / Double(ranks.count) - $1 }
    for (point, difference) in zip(band.points, differences) {
      csv.append([.text(row.name), .number(point), .number(difference)])
    }
    panels[row.elements == 1 ? 0 : 1].series.append(
      .init(row.name, x: band.points, y: differences, style: .line))
  }
  let uniform = LinePlot.Series(
    "uniform, 95 %", x: band.points, y: band.points.map { _ in 0 },
    low: zip(band.low, band.points).map { $0 - $1 },
    high: zip(band.high, band.points).map { $0 - $1 }, style: .line)
  let figure = try LinePlot(
    title: "Ranks of true values",
    panels: panels.filter { !$0.series.isEmpty }.map { panel in
      .init(
        title: panel.title, xAxis: "rank", yAxis: "share of smaller ranks, less the rank",
        series: [uniform] + panel.series)
    })
  return NumberedFigure(figure: figure, csv: csv.text)
}
