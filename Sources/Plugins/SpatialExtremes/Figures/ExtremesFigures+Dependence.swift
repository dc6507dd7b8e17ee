import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Preconditions
import Runs
import Tables

extension ExtremesFigures {
  /// The dependence of stations within a year: correlations of normal scores by distance, and joint exceedances chi(u), of the
  /// data and of the model.
  ///
  /// - Returns: Nil for one station, or without pairs of enough common years.
  func dependence() throws -> CaptionedFigure? {
    guard stationCount > 1, data.blocks == nil else { return nil }
    let climates = data.years.indices.map(data.climate)
    let correlations = model.correlation(means, at: .stations)?.scalars
    let found = ResidualDependence(
      try model.plugInOfYears(means, draws, in: climates), model.data,
      correlations: correlations)
    guard !found.pairs.isEmpty else { return nil }
    let pairs = found.pairs.sorted { $0.distance < $1.distance }
    var csv = CSVWriter(header: ["kind", "x", "data", "error", "model"])
    for pair in pairs {
      csv.append(["pair", .number(pair.distance), .number(pair.correlation), .missing, .missing])
    }
    let panels = [
      correlationPanel(pairs, found, correlations, &csv), tailPanel(found.tails, &csv),
    ].compactMap(\.self)
    let mean = found.meanCorrelation ?? 0
    return CaptionedFigure(
      name: "dependence", title: "Dependence within a year",
      caption:
        "Left: correlation of the normal scores of two stations over their common years against their distance in km "
        + "(\(pairs.count) pairs, mean \(String(format: "%.2f", mean))), means of twelfths of the pairs, and the model. Right: "
        + "chi(u), the probability that a station is above its u quantile in a year in which another one is, with one standard "
        + "error by leaving out years, and the model"
        + (correlations == nil
          ? ", in which the stations of a year are independent." : ", a Gaussian copula."),
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: panels.count, width: 5.7 * Double(panels.count), height: 4.2),
        csv: csv.text))
  }

  private func correlationPanel(
    _ pairs: [ResidualDependence.Pair], _ found: ResidualDependence, _ correlations: [Double]?,
    _ csv: inout CSVWriter
  ) -> PlotPanel {
    let groups = 12
    let means = (0..<groups).compactMap { group -> (x: Double, y: Double)? in
      let part = pairs[(group * pairs.count / groups)..<((group + 1) * pairs.count / groups)]
      guard !part.isEmpty else { return nil }
      let n = Double(part.count)
      return (
        part.reduce(0) { $0 + $1.distance } / n, part.reduce(0) { $0 + $1.correlation } / n
      )
    }
    for mean in means {
      csv.append(["group", .number(mean.x), .number(mean.y), .missing, .missing])
    }
    let step = max(1, pairs.count / 2500)
    let shown = stride(from: 0, to: pairs.count, by: step).map { pairs[$0] }
    var layers: [PlotLayer] = [
      .points(x: shown.map(\.distance), y: shown.map(\.correlation), color: "#bbbbbb", size: 2),
      .line("data, means", x: means.map(\.x), y: means.map(\.y), color: .palette(1)),
    ]
    if let correlations {
      // The model's correlation of each pair of stations, in the order of distance.
      let S = stationCount
      let all = (0..<S).flatMap { i in
        (0..<i).map { (x: found.distances[i * S + $0], y: correlations[i * S + $0]) }
      }.sorted { $0.x < $1.x }
      let line = (0..<30).compactMap { group -> (x: Double, y: Double)? in
        let part = all[(group * all.count / 30)..<((group + 1) * all.count / 30)]
        guard !part.isEmpty else { return nil }
        let n = Double(part.count)
        return (part.reduce(0) { $0 + $1.x } / n, part.reduce(0) { $0 + $1.y } / n)
      }
      for point in line {
        csv.append(["model", .number(point.x), .missing, .missing, .number(point.y)])
      }
      layers.append(
        .line("model", x: line.map(\.x), y: line.map(\.y), color: .palette(0), dash: .dashed))
    } else {
      layers.append(.horizontal("model", at: 0, color: .palette(0), dash: .dashed))
    }
    return PlotPanel(
      xAxis: Axis("distance, km", including: 0), yAxis: "correlation of scores", layers: layers,
      legend: .topRight)
  }

  private func tailPanel(_ tails: [TailDependence], _ csv: inout CSVWriter) -> PlotPanel? {
    let known = tails.filter { $0.ofData.isFinite && $0.error.isFinite }
    guard !known.isEmpty else { return nil }
    for tail in known {
      csv.append([
        "chi", .number(tail.level), .number(tail.ofData), .number(tail.error),
        .number(tail.ofModel),
      ])
    }
    let u = known.map(\.level)
    return PlotPanel(
      xAxis: Axis("u", .linear, limits: 0.77...0.98, ticks: u),
      yAxis: Axis("chi(u)", including: 0),
      layers: [
        .errorBars(
          "data", x: u, y: known.map(\.ofData), low: known.map { $0.ofData - $0.error },
          high: known.map { $0.ofData + $0.error }, color: .palette(1)),
        .line("model", x: u, y: known.map(\.ofModel), color: .palette(0), dash: .dashed),
        .line("1 - u", x: [0.77, 0.98], y: [0.23, 0.02], color: .grey, dash: .dotted),
      ], legend: .topRight)
  }
}
