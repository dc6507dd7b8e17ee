import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Runs
import Tables

extension ExtremesFigures {
  /// The colour scale of a field: diverging where values of both signs matter.
  func color(_ label: String, _ values: [Double], _ other: [Double] = []) -> ColorScale {
    let (low, high) = (
      (values + other).min() ?? 0, (values + other).max() ?? 1
    )
    let isSigned = low < 0 && high > 0 && min(-low, high) > 0.2 * max(-low, high)
    let largest = max(-low, high)
    return ColorScale(
      label, isSigned ? .diverging : .sequential,
      range: isSigned ? -largest...largest : widenedRange([low, high]))
  }

  /// The colour scale of a true field, as in the reference notebook; that of the values for others.
  func color(of field: ReportedSite, _ values: [Double]) -> ColorScale {
    guard truth(of: field) != nil else { return color(label(field), values) }
    return switch field.quantity {
    case .location: ColorScale(label(field), .diverging, range: -5...5)
    case .rate: ColorScale(label(field), .sequential, range: 0...2.4)
    default: color(label(field), values)
    }
  }

  /// A figure for each field: values at the stations, the surface, and standard deviations.
  func fieldMaps() throws -> [CaptionedFigure] {
    let surfaces = try fieldSurfaces()
    return try model.fields.enumerated().map { index, field in
      let summaries = draws.summaries(of: field.site)
      let (mean, sd) = (summaries.map(\.mean), summaries.map(\.sd))
      let surface = surfaces?[index]
      let scale = color(of: field, mean + (surface?.mean ?? []))
      var panels = [map.panel("\(field.name)(s), \(valueWords)", mean, scale)]
      if let surface {
        panels.append(map.panel("\(field.name)(s), surface", nil, surface: surface.mean, scale))
      }
      if !isPoint {
        panels.append(
          map.panel(
            "\(field.name)(s), standard deviation", sd, surface: surface?.sd,
            ColorScale(label("sd of \(field.name)", field.unit))))
      }
      var csv = CSVWriter(
        header: ["kind", "id"] + data.placeColumns + ["mean", "sd", "q05", "q95", "unit"])
      for (station, s) in zip(data.stations, summaries) {
        csv.append([
          "station", .text(station.id), .number(station.longitude), .number(station.latitude),
          .number(s.mean), .number(s.sd), .number(s.q05), .number(s.q95), .text(field.unit),
        ])
      }
      appendCells(&csv, surface, unit: field.unit)
      return CaptionedFigure(
        name: "map-\(fileName(field.name))", title: "Map of \(field.name)",
        caption: "\(field.name)(s)\(inUnit(field.unit)), \(valueWords) at the stations"
          + (surface == nil ? "" : ", as a surface")
          + (isPoint ? "" : ", and their posterior standard deviations")
          + ", from \(draws.count) draws.\(surface == nil ? "" : surfaceWords)\(minimaWords)\(mapWords)",
        content: NumberedFigure(
          figure: try PanelGrid(
            panels: panels, columns: panels.count, width: 5.4 * Double(panels.count), height: 4.6),
          csv: csv.text))
    }
  }

  private func appendCells(_ csv: inout CSVWriter, _ surface: Surface?, unit: String) {
    guard let grid = map.grid, let surface else { return }
    for (index, cell) in grid.cells.enumerated() {
      csv.append([
        "cell", "", .number(grid.x[cell.column]), .number(grid.y[cell.row]),
        .number(surface.mean[index]), .number(surface.sd[index]), .missing, .missing, .text(unit),
      ])
    }
  }

  /// The words for a unit in a caption.
  func inUnit(_ unit: String) -> String { unit.isEmpty ? "" : " in \(unit)" }

  /// A name without characters that are special in names of files.
  func fileName(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "-" })
  }

  /// The return levels at each station for the draws, `[D, S]`.
  func level(_ period: Double, in climate: Climate) -> Tensor {
    Tensor(sign) * gev(draws, in: climate).returnLevel(period: Tensor(period))
  }

  /// The maps of 25- and 100-year return levels, now and in the projection year, on a common scale.
  func levels() throws -> CaptionedFigure {
    let periods = [25.0, 100]
    let climates = climatesNowAndThen
    let cases = climates.flatMap { climate in periods.map { (climate, $0) } }
    let sign = sign
    let surfaces = try surfaces { [model] draws, places in
      try model.gev(draws, in: climates.map(\.climate), at: places).flatMap { gev in
        periods.map { Tensor(sign) * gev.returnLevel(period: Tensor($0)) }
      }
    }
    let summaries = cases.map { Summary.each(of: level($0.1, in: $0.0.climate)) }
    let all = summaries.joined().map(\.mean) + (surfaces ?? []).flatMap(\.mean)
    let range = widenedRange(all)
    var csv = CSVWriter(
      header: ["year", "period", "station"] + data.placeColumns + [
        "mean", "sd", "q05", "q95", "unit",
      ])
    var panels: [PlotPanel] = []
    for (index, (climate, period)) in cases.enumerated() {
      for (station, s) in zip(data.stations, summaries[index]) {
        csv.append([
          .text(climate.label), .number(period), .text(station.id), .number(station.longitude),
          .number(station.latitude), .number(s.mean), .number(s.sd), .number(s.q05),
          .number(s.q95), .text(unit),
        ])
      }
      panels.append(
        map.panel(
          "\(shortNumber(period))-year level, \(climate.label)", summaries[index].map(\.mean),
          surface: surfaces?[index].mean, ColorScale(unit, .reds, range: range)))
    }
    return CaptionedFigure(
      name: "levels", title: "Return levels",
      caption:
        "Posterior means of the 25- and 100-year return levels in \(unit), at the stations (discs) in the climate of "
        + climates.map { climateWords($0) }.joined(separator: " and of ")
        + ", from \(draws.count) draws; one colour scale.\(surfaces == nil ? "" : surfaceWords)\(mapWords)",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: 2, width: 13, height: climates.count == 1 ? 5 : 10),
        csv: csv.text))
  }

  /// The climates of the maps; one where the distribution is the same in all.
  var climatesNowAndThen: [PredictedClimate] {
    record.names.isEmpty || now.label == then.label ? [now] : [now, then]
  }

  func climateWords(_ climate: PredictedClimate) -> String {
    climate.gmst.map {
      "\(climate.label) (GMST \(String(format: "%.2f", $0)) °C, \(climate.source))"
    }
      ?? climate.label
  }

  func widenedRange(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    return high > low ? low...high : (low - 0.5)...(low + 0.5)
  }

  /// The maps of the change of the 100-year return level, and of its standard deviation.
  ///
  /// - Returns: Nil for a distribution that is the same in all climates.
  func shift() throws -> CaptionedFigure? {
    guard climatesNowAndThen.count == 2 else { return nil }
    let (period, sign) = (100.0, sign)
    let changes = level(period, in: then.climate) - level(period, in: now.climate)
    let summaries = Summary.each(of: changes)
    let climates = [now.climate, then.climate]
    let surface = try surfaces { [model] draws, places in
      let levels = try model.gev(draws, in: climates, at: places).map {
        Tensor(sign) * $0.returnLevel(period: Tensor(period))
      }
      return [levels[1] - levels[0]]
    }?.first
    let mean = summaries.map(\.mean)
    let values = mean + (surface?.mean ?? [])
    let scale =
      (values.min() ?? 0) >= 0
      ? ColorScale(unit, .pinkPurple, range: 0...max(1.1 * (values.max() ?? 1), 1e-6))
      : ColorScale(unit, .diverging)
    var panels = [
      map.panel("change \(now.label) to \(then.label)", mean, surface: surface?.mean, scale)
    ]
    if !isPoint {
      panels.append(
        map.panel(
          "standard deviation", summaries.map(\.sd), surface: surface?.sd,
          ColorScale(unit, .sequential)))
    }
    var csv = CSVWriter(
      header: ["kind", "id"] + data.placeColumns + ["mean", "sd", "q05", "q95", "unit"])
    for (station, s) in zip(data.stations, summaries) {
      csv.append([
        "station", .text(station.id), .number(station.longitude), .number(station.latitude),
        .number(s.mean), .number(s.sd), .number(s.q05), .number(s.q95), .text(unit),
      ])
    }
    appendCells(&csv, surface, unit: unit)
    return CaptionedFigure(
      name: "shift", title: "Change of the 100-year return level",
      caption:
        "Change in \(unit) of the 100-year return level from the climate of \(climateWords(now)) to that of "
        + "\(climateWords(then)): mean\(isPoint ? "" : " and standard deviation") over \(draws.count) draws.\(surface == nil ? "" : surfaceWords)\(mapWords)",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: panels.count, width: 6.8 * Double(panels.count), height: 5.5),
        csv: csv.text))
  }
}
