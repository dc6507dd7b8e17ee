import Distributions
import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Runs
import Tables

extension ExtremesFigures {
  var densityWords: String {
    record.names.isEmpty
      ? "Density: maxima in \(unit) (bars) and the fitted density\(isPoint ? "" : " with its 90 % interval")."
      : "Density: residuals (bars) and the standard Gumbel density."
  }

  /// The density of the maxima, or of the residuals where the distribution changes from year to year.
  func density(
    _ station: Int, _ found: StationResiduals, _ csv: inout CSVWriter
  ) -> PlotPanel {
    let T = data.years.count
    let isStationary = record.names.isEmpty
    let values =
      isStationary
      ? found.years.map { data.maxima[station * T + $0] ?? .nan } : found.sorted
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let margin = max(0.25 * (high - low), 0.1)
    let range = (low - margin)...(high + margin)
    let bars = Histogram(values, bins: max(6, min(20, values.count / 3)), over: range)
    let x = (0...80).map {
      range.lowerBound + Double($0) / 80 * (range.upperBound - range.lowerBound)
    }
    let shown = isStationary ? { (x: Double) in self.sign * x } : { $0 }
    // Minima are shown as they are, by turning the axis back.
    let edges = bars.edges.map(shown)
    let isTurned = isStationary && sign < 0
    let histogram = PlotLayer.bars(
      edges: isTurned ? edges.reversed() : edges,
      heights: isTurned ? bars.densities.reversed() : bars.densities)
    let xs = isTurned ? x.map(shown).reversed() : x.map(shown)
    var layers = [histogram]
    if isStationary {
      let column = maximum(thinned, in: now.climate).column(station)
      let densities = x.map { Summary.each(of: exp(column.logProb(Tensor($0))))[0] }
      let ordered = isTurned ? densities.reversed() : densities
      if !isPoint {
        layers.append(
          .band(x: xs, low: ordered.map(\.q05), high: ordered.map(\.q95), color: .palette(1)))
      }
      layers.append(.line(x: xs, y: ordered.map(\.mean), color: .palette(1)))
      for (x, s) in zip(xs, ordered) {
        csv.append([
          "density", .number(x), .number(s.mean), .number(s.q05), .number(s.q95), .text(unit),
        ])
      }
    } else {
      let y = x.map { exp(-$0 - exp(-$0)) }
      layers.append(.line(x: x, y: y, color: .palette(1)))
      for (x, y) in zip(x, y) {
        csv.append(["density", .number(x), .number(y), .missing, .missing, ""])
      }
    }
    return PlotPanel(
      title: "density", xAxis: Axis(isStationary ? label("maximum", unit) : "residual"),
      yAxis: "density", layers: layers)
  }

  /// The return levels of a station in the climate of the last year, with its maxima at equal probability there.
  func returnLevels(
    _ station: Int, _ found: StationResiduals, _ csv: inout CSVWriter
  ) throws -> PlotPanel {
    let column = maximum(draws, in: now.climate).column(station)
    let periods = [1.05, 1.1, 1.25, 1.5, 2, 3, 5, 7, 10, 15, 25, 50, 75, 100, 150, 200]
    let levels = periods.map {
      Summary.each(of: Tensor(sign) * column.returnLevel(period: Tensor($0)))[0]
    }
    for (period, s) in zip(periods, levels) {
      csv.append([
        "return level", .number(period), .number(s.mean), .number(s.q05), .number(s.q95),
        .text(unit),
      ])
    }
    let atMeans = ofStations(
      try model.plugInMaxima(means, draws, in: [now.climate], at: .stations)[0], 1
    ).column(station)
    let n = found.sorted.count
    let moved = found.probabilities.sorted().map { p in
      sign * atMeans.icdf(Tensor(min(max(p, 1e-12), 1 - 1e-12))).scalars[0]
    }
    let places = (1...n).map { 1 / (1 - Double($0) / Double(n + 1)) }
    for (period, value) in zip(places, moved) {
      csv.append([
        "maxima", .number(period), .number(value), .missing, .missing, .text(unit),
      ])
    }
    var layers: [PlotLayer] = []
    if !isPoint {
      layers.append(
        .band(x: periods, low: levels.map(\.q05), high: levels.map(\.q95), color: .palette(0)))
    }
    layers += [
      .line(x: periods, y: levels.map(\.mean)),
      .points(x: places, y: moved, color: .black, size: 4),
    ]
    return PlotPanel(
      title: "return levels, \(now.label)",
      xAxis: Axis("return period, years", .returnPeriod, limits: 1.05...200),
      yAxis: Axis(label("level", unit)), layers: layers)
  }
}
