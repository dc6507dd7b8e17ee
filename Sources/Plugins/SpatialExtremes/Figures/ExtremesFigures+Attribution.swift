import Distributions
import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Runs
import Tables

extension ExtremesFigures {
  /// The largest observed maximum, the event of the attribution: its place in `[S, T]` and its value as modelled.
  private var event: (station: Int, year: Int, value: Double)? {
    let found = data.maxima.enumerated().compactMap { place, value in
      value.map { (place: place, value: $0) }
    }.max { ($0.value, $1.place) < ($1.value, $0.place) }
    return found.map {
      ($0.place / data.years.count, $0.place % data.years.count, $0.value)
    }
  }

  /// The intensity of the largest observed event at its probability, and the ratio of its probability, against global mean
  /// surface temperature.
  ///
  ///     intensity = Q_g(F(x))        ratio = (1 - F_g(x)) / (1 - F(x)),    F of the year of the event
  ///
  /// - Returns: Nil for a model without global warming, and for a distribution that is not that of a year's maximum.
  func attribution() throws -> CaptionedFigure? {
    guard record.names.contains(Covariates.gmst), data.blocks == nil, let event else { return nil }
    let known = record.file.values.compactMap { $0[Covariates.gmst] } + [then.gmst ?? 0]
    guard let low = known.min(), let high = known.max(), high > low else { return nil }
    let x = Tensor(event.value)
    let ofYear = maximum(draws, in: data.climate(event.year)).column(event.station)
    let log = ofYear.logSurvival(x)
    // A draw for which the event cannot have occurred has no probability there.
    guard log.scalars.allSatisfy({ $0.isFinite && $0 < 0 }) else { return nil }
    let temperatures = (0...30).map { low + Double($0) / 30 * (high - low) }
    var (levels, ratios): ([Summary], [Summary]) = ([], [])
    for temperature in temperatures {
      let climate = try record.climate(gmst: temperature, source: "").climate
      let there = maximum(draws, in: climate).column(event.station)
      levels.append(Summary.each(of: Tensor(sign) * there.icdf(logSurvival: log))[0])
      ratios.append(Summary.each(of: exp(there.logSurvival(x) - log))[0])
    }
    let (id, year) = (data.stations[event.station].id, data.years[event.year])
    let g = data.covariate[event.year]
    var csv = CSVWriter(
      header: ["quantity", "gmst", "mean", "q05", "q95", "unit"])
    for (quantity, summaries, unit) in [
      ("intensity", levels, unit), ("probability ratio", ratios, ""),
    ] {
      for (temperature, s) in zip(temperatures, summaries) {
        csv.append([
          .text(quantity), .number(temperature), .number(s.mean), .number(s.q05), .number(s.q95),
          .text(unit),
        ])
      }
    }
    let axis = Axis("GMST, °C")
    func panel(_ title: String, _ y: Axis, _ summaries: [Summary], _ level: Double) -> PlotPanel {
      let band: [PlotLayer] =
        isPoint
        ? []
        : [.band(x: temperatures, low: summaries.map(\.q05), high: summaries.map(\.q95))]
      return PlotPanel(
        title: title, xAxis: axis, yAxis: y,
        layers: band + [
          .line(x: temperatures, y: summaries.map(\.mean)),
          .vertical(at: g, color: .grey, dash: .dashed),
          .horizontal(at: level, color: .grey, dash: .dotted),
        ])
    }
    let value = sign * event.value
    let text = String(format: "%.1f", value)
    return CaptionedFigure(
      name: "attribution", title: "Attribution of the largest event",
      caption:
        "The \(sign < 0 ? "smallest minimum" : "largest maximum") of the data, \(text) \(unit) at \(id) in \(year) (dashed: its "
        + "GMST, \(String(format: "%.2f", g)) °C). Left: the value in \(unit) that has its probability at each GMST. Right: the "
        + "probability of such a value or a more extreme one, relative to \(year). "
        + (isPoint ? "" : "Means and 90 % intervals of \(draws.count) draws; ")
        + "GMST of \(then.label) is \(String(format: "%.2f", then.gmst ?? 0)) °C (\(then.source)).",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: [
            panel("intensity", Axis(label("value", unit)), levels, value),
            panel("probability ratio", Axis("ratio to \(year)", including: 0), ratios, 1),
          ], columns: 2, width: 11, height: 4.2), csv: csv.text))
  }
}
