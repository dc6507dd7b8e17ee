import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Preconditions
import Runs
import Tables

extension ExtremesFigures {
  /// The stations of rank 1, S/3, 2S/3 and S by a field, and the values that rank them.
  ///
  /// The field is the change with warming where there is one, then the first of the model, then the 100-year level.
  func spanningStations() -> (indices: [Int], label: String, values: [Double]) {
    let values: [Double]
    let label: String
    if let field = model.fields.first(where: { $0.quantity == .rate }) ?? model.fields.first {
      values = truth(of: field) ?? draws.summaries(of: field.site).map(\.mean)
      label = field.name
    } else {
      values = Summary.each(of: level(100, in: now.climate)).map(\.mean)
      label = "100-year level"
    }
    let order = data.stations.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let S = order.count
    var chosen: [Int] = []
    for place in [0, S / 3 - 1, 2 * S / 3 - 1, S - 1] where order.indices.contains(place) {
      if !chosen.contains(order[place]) { chosen.append(order[place]) }
    }
    return (chosen, label, values)
  }

  /// The maps of the first two fields, true ones where they are known, and the series of stations that span the range.
  func fieldsAndSeries() throws -> CaptionedFigure? {
    let spanning = spanningStations()
    var csv = CSVWriter(header: ["station", spanning.label, "year", "value", "unit"])
    let T = data.years.count
    var (layers, shown): ([PlotLayer], [Double]) = ([], [])
    for (rank, station) in spanning.indices.enumerated() {
      let id = data.stations[station].id
      let present = (0..<T).filter { data.maxima[station * T + $0] != nil }
      guard !present.isEmpty else { continue }
      let points = present.map { t in
        SIMD2(Double(data.years[t]), sign * (data.maxima[station * T + t] ?? .nan))
      }
      for point in points {
        csv.append([
          .text(id), .number(spanning.values[station]), .integer(Int(point.x)), .number(point.y),
          .text(unit),
        ])
      }
      shown += points.map(\.y)
      // Missing years are gaps of the line.
      var parts: [[SIMD2<Double>]] = []
      for point in points {
        if let last = parts.last?.last, point.x == last.x + 1 {
          parts[parts.count - 1].append(point)
        } else {
          parts.append([point])
        }
      }
      layers.append(
        .polylines(parts.filter { $0.count > 1 }, color: .palette(rank), width: 1))
      layers.append(
        .points(
          "\(id): \(String(format: "%.2f", spanning.values[station]))", x: points.map(\.x),
          y: points.map(\.y), color: .palette(rank), size: 4))
    }
    guard layers.contains(where: { !$0.name.isEmpty }) else { return nil }
    // Room for the legend above the series.
    let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    let top = high + 0.09 * Double(spanning.indices.count) * (high - low)
    var panels: [PlotPanel] = []
    let isTrue = truth != nil
    if stationCount > 1 {
      panels = model.fields.prefix(2).map { field in
        let values = truth(of: field) ?? draws.summaries(of: field.site).map(\.mean)
        return map.panel(
          truth(of: field) == nil ? "\(field.name)(s)" : "true \(field.name)(s)", values,
          color(of: field, values))
      }
    }
    let kind = fitted.options.minima ? "annual minimum" : "annual maximum"
    panels.append(
      PlotPanel(
        title: "stations by \(spanning.label)", xAxis: "year",
        yAxis: Axis(label(kind, unit), including: top), layers: layers))
    let maps =
      panels.count == 1
      ? ""
      : "Maps of \(model.fields.prefix(2).map(\.name).joined(separator: " and ")) at the stations, "
        + (isTrue ? "the truth of the example" : valueWords) + ". "
    return CaptionedFigure(
      name: isTrue ? "truth" : "series", title: isTrue ? "The truth" : "Fields and series",
      caption: maps
        + "Series in \(unit) of the stations of rank 1, S/3, 2S/3 and S by \(spanning.label), whose values "
        + "are in the legend; missing years are gaps.\(minimaWords)\(panels.count == 1 ? "" : mapWords)",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: panels.count,
          width: panels.count == 1 ? 8 : 5.33 * Double(panels.count),
          height: 4.6), csv: csv.text))
  }

  /// The maps of truth and posterior mean of each field, and the means with two standard deviations against the truth.
  ///
  /// - Returns: Nil for data without a truth.
  func recovery() throws -> CaptionedFigure? {
    let fields = model.fields.filter { truth(of: $0) != nil }.sorted {
      ($0.quantity == .rate ? 0 : 1) < ($1.quantity == .rate ? 0 : 1)
    }
    guard !fields.isEmpty, stationCount > 1 else { return nil }
    var csv = CSVWriter(header: ["field", "station", "truth", "mean", "sd"])
    var panels: [PlotPanel] = []
    for field in fields {
      guard let truth = truth(of: field) else { continue }
      let summaries = draws.summaries(of: field.site)
      let (mean, sd) = (summaries.map(\.mean), summaries.map(\.sd))
      for (index, station) in data.stations.enumerated() {
        csv.append([
          .text(field.name), .text(station.id), .number(truth[index]), .number(mean[index]),
          .number(sd[index]),
        ])
      }
      let scale = color(of: field, truth + mean)
      let limits = scale.range ?? widenedRange(truth + mean)
      panels += [
        map.panel("true \(field.name)(s)", truth, scale),
        map.panel("\(field.name)(s), \(valueWords)", mean, scale),
        PlotPanel(
          title: "\(field.name)(s) by station",
          xAxis: Axis(label("truth", field.unit), .linear, limits: limits),
          yAxis: Axis(label("estimate", field.unit), .linear, limits: limits),
          layers: [
            .diagonal(),
            .errorBars(
              x: truth, y: mean, low: zip(mean, sd).map { $0 - 2 * $1 },
              high: zip(mean, sd).map { $0 + 2 * $1 }),
          ]),
      ]
    }
    return CaptionedFigure(
      name: "recovery", title: "Recovery of the fields",
      caption: fields.map { "\($0.name)\(inUnit($0.unit))" }.joined(separator: " and ")
        + ": the truth of the example, \(valueWords), and \(valueWords) with two standard deviations against the truth of each "
        + "station, with the 1:1 line (\(draws.count) draws).\(mapWords)",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: 3, width: 16, height: 4.5 * Double(fields.count)),
        csv: csv.text))
  }

  /// The histograms of the draws of scale and shape.
  ///
  /// - Returns: Nil for a point, and for a model whose scale and shape are no parameters.
  func tail() throws -> CaptionedFigure? {
    let parameters = model.parameters.filter { $0.quantity == .scale || $0.quantity == .shape }
    guard !isPoint, !parameters.isEmpty else { return nil }
    var csv = CSVWriter(header: ["parameter", "low", "high", "density"])
    let panels = parameters.map { parameter -> PlotPanel in
      let values = draws(of: parameter.site).scalars
      let summary = Summary.each(of: Tensor(values))[0]
      let truth = parameter.quantity.flatMap { self.truth?.value(of: $0) }
      let ends = ([values.min(), values.max(), truth].compactMap(\.self))
      let published: ClosedRange<Double> = parameter.quantity == .scale ? 1.0...2.6 : -0.05...0.3
      let range =
        truth != nil && ends.allSatisfy(published.contains)
        ? published : widenedRange(ends)
      let histogram = Histogram(values, bins: 40, over: range)
      for (bin, density) in histogram.densities.enumerated() {
        csv.append([
          .text(parameter.name), .number(histogram.edges[bin]), .number(histogram.edges[bin + 1]),
          .number(density),
        ])
      }
      let number = { (x: Double) in String(format: "%.3f", x) }
      return PlotPanel(
        xAxis: Axis(label(parameter), .linear, limits: range), yAxis: "density",
        layers: [
          .bars(edges: histogram.edges, heights: histogram.densities),
          .vertical("mean \(number(summary.mean))", at: summary.mean, color: .red, width: 2),
        ]
          + (truth.map {
            [.vertical("truth \(number($0))", at: $0, color: .black, width: 2, dash: .dashed)]
          } ?? []), legend: .topRight)
    }
    return CaptionedFigure(
      name: "tail", title: "Scale and shape",
      caption: "Densities of \(draws.count) draws of "
        + parameters.map { label($0) }.joined(separator: " and ")
        + ", in 40 bins; the posterior mean is red"
        + (truth == nil ? "." : ", the truth dashed black."),
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: panels.count, width: 5.5 * Double(panels.count), height: 3.8),
        csv: csv.text))
  }
}
