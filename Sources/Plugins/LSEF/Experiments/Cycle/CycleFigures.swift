import Assimilation
import Foundation
import PPL
import Plotting
import Runs
import Tables

/// The figures of a run of `lsef-cycle`.
struct CycleFigures {
  let report: CycleReport

  private typealias Scheme = CycleExperiment.Scheme

  /// The summaries of a filter in each world at the base point; none if it failed in one.
  private func runs(_ scheme: Scheme) -> [CycleSummary] {
    let runs = report.worlds[report.departure].compactMap { $0[scheme] }
    return runs.allSatisfy { $0.failure == nil } ? runs : []
  }

  /// The truth of a world over space and time, and the errors of analyses beside it; nil for a single analysis.
  var hovmoeller: NumberedFigure? {
    get throws {
      guard report.options.cycles > 1 else { return nil }
      let point = report.scores[report.departure].point
      var experiment = report.study.experiment(point, report.meanCovariances)
      experiment.cycles = min(120, report.options.cycles)
      let world = try experiment.world(key: report.study.pictureKey)
      let schemes: [Scheme] = [.kf, .lsef, .enKF]
      let n = world.twin.truth.columns
      var csv = CSVWriter(header: ["field", "analysis", "point", "value"])
      var panels: [HeatMap.Panel] = []
      func add(_ title: String, _ rows: [[Double]], _ color: ColorScale) {
        for (time, row) in rows.enumerated() {
          for (x, value) in row.enumerated() {
            csv.append([.text(title), .integer(time + 1), .integer(x), .number(value)])
          }
        }
        panels.append(HeatMap.Panel(title: title, values: rows, color: color))
      }
      let truth = (0..<world.twin.truth.rows).map { Array(world.twin.truth.row($0)) }
      add("truth", truth, ColorScale("ξ", .diverging))
      let errors = try schemes.map {
        try experiment.analysisErrors(
          $0, members: point.members, settings: report.settings[CycleCase($0, at: point)],
          in: world)
      }
      // A failed filter has no panel.
      let whole = zip(schemes, errors).filter { $0.1.count == truth.count }
      let largest = whole.flatMap { $0.1.joined() }.map(abs).max() ?? 1
      for (scheme, rows) in whole {
        add(
          "error of \(scheme.rawValue)", rows,
          ColorScale("analysis − truth", .diverging, range: -largest...largest))
      }
      let days =
        Double(report.study.design.stepsPerCycle)
        * report.study.design.process.mesh.timeStep / 86_400
      let map = try HeatMap(
        title: point.label, xAxis: "longitude, degrees", yAxis: "time, days",
        x: (0..<n).map { 360 * Double($0) / Double(n) },
        y: truth.indices.map { days * Double($0 + 1) }, panels: panels)
      return NumberedFigure(figure: map, csv: csv.text)
    }
  }

  /// The rank histograms of the filters with members; nil if there are none.
  var ranks: NumberedFigure? {
    get throws(PlottingError) {
      var csv = CSVWriter(header: ["filter", "rank", "count"])
      var panels: [Bars.Panel] = []
      for scheme in Scheme.allCases {
        let histograms = runs(scheme).map(\.rankCounts).filter { !$0.isEmpty }
        guard let first = histograms.first else { continue }
        let counts = first.indices.map { rank in histograms.reduce(0) { $0 + $1[rank] } }
        for (rank, count) in counts.enumerated() {
          csv.append([.text(scheme.rawValue), .integer(rank), .integer(count)])
        }
        panels.append(Bars.Panel(title: scheme.rawValue, counts: counts))
      }
      guard !panels.isEmpty else { return nil }
      let bars = try Bars(
        title: "Ranks of the truth among the members", xAxis: "rank", yAxis: "count",
        panels: panels)
      return NumberedFigure(figure: bars, csv: csv.text)
    }
  }

  /// The root mean squared error of forecasts against their spread, which agree for a calibrated ensemble or filter; nil
  /// without either.
  var spreadAndSkill: NumberedFigure? {
    get throws(PlottingError) {
      var csv = CSVWriter(header: ["filter", "tenth", "spread", "rmse"])
      var series: [LinePlot.Series] = []
      for scheme in Scheme.allCases {
        let parts = runs(scheme).map(\.spreadAndSkill).filter { !$0.isEmpty }
        guard let first = parts.first else { continue }
        let mean = { (number: (CycleSummary.SpreadAndSkill) -> Double) in
          first.indices.map { tenth in
            (parts.reduce(0) { $0 + number($1[tenth]) } / Double(parts.count)).squareRoot()
          }
        }
        let (spread, error) = (mean(\.variance), mean(\.error))
        for tenth in first.indices {
          csv.append([
            .text(scheme.rawValue), .integer(tenth + 1), .number(spread[tenth]),
            .number(error[tenth]),
          ])
        }
        series.append(.init(scheme.rawValue, x: spread, y: error, place: scheme.appearance.place))
      }
      guard let least = series.flatMap(\.x).min(), let most = series.flatMap(\.x).max() else {
        return nil
      }
      series.append(
        .init("spread = error", x: [least, most], y: [least, most], style: .line, place: 6))
      let plot = try LinePlot(
        title: "Spread against skill",
        panels: [
          .init(xAxis: "spread of the forecast", yAxis: "root mean squared error", series: series)
        ])
      return NumberedFigure(figure: plot, csv: csv.text)
    }
  }
}

extension CycleExperiment {
  /// The analysis errors of a scheme, `[time][point]`, at all analysis times up to its failure.
  fileprivate func analysisErrors(
    _ scheme: Scheme, members: Int, settings: Settings?, in world: World
  ) throws -> [[Double]] {
    func errors(_ filter: some Filter) throws -> [[Double]] {
      var checkpoint = try world.twin.start(filter, measuring: [], key: world.filterKey)
      var rows: [[Double]] = []
      for time in world.twin.times.indices {
        world.twin.advance(&checkpoint, filter, cycles: 1)
        guard checkpoint.run.failure == nil else { break }
        rows.append(zip(checkpoint.state.estimate, world.twin.truth.row(time)).map { $0 - $1 })
      }
      return rows
    }
    return try errors(filter(scheme, members: members, settings: settings ?? Settings()))
  }
}
