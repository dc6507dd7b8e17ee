import CommandTestSupport
import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// The figures of models of extremes, whose numbers are those of `results.json`.
@Suite struct ExtremesFiguresTests: FigureTables {
  private typealias Command = ExtremesCommand<GEVMultiplicative>

  @Test func theNumbersAreThoseOfTheReport() throws {
    try PredictionFolder.with { folder in
      let fitted = try Command().fitted([
        "--data", folder.path("data"), "--backend", "svi", "--steps", "30", "--draws", "10",
        "--dependence", "independent",
      ])
      let (figures, summary) = (try fitted.model.figures(fitted), try ExtremesSummary(fitted))
      let names = figures.map(\.name)
      #expect(Set(names).count == names.count)
      for name in [
        "series", "tail", "map-mu", "map-beta", "levels", "shift", "attribution", "forest",
        "prior-posterior", "pairs", "loss", "loo-pit", "dependence",
      ] { #expect(names.contains(name), "\(name) in \(names)") }
      let last = try #require(figures.firstIndex { $0.name == "attribution" })
      try expectCaptions(Array(figures[...last]))
      try expectEvent(in: figures[last])
      // The fields, at the stations.
      for (index, field) in ["map-mu", "map-beta"].enumerated() {
        let found = try rows(named(field, figures)).filter { $0["kind"] == "station" }
        #expect(numbers(found, "mean") == summary.fields[index].map(\.mean))
        #expect(numbers(found, "sd") == summary.fields[index].map(\.sd))
        #expect(numbers(found, "q95") == summary.fields[index].map(\.q95))
      }
      // The 100-year levels of the report.
      let levels = try rows(named("levels", figures)).filter {
        $0["kind"] == "station" && $0["period"] == "100.0"
      }
      #expect(
        numbers(levels.filter { $0["year"] == "2012" }, "mean") == summary.levelNow.map(\.mean))
      #expect(
        numbers(levels.filter { $0["year"] == "2050" }, "q05") == summary.levelThen.map(\.q05))
      let shift = try rows(named("shift", figures)).filter { $0["kind"] == "station" }
      #expect(numbers(shift, "mean") == summary.shift.map(\.mean))
      // The curve of a station has the level of the map.
      let station = try #require(figures.first { $0.name.hasPrefix("station-") })
      let index = try #require(
        fitted.dataset.data.stations.firstIndex { "station-\($0.id)" == station.name })
      let curve = try rows(station).filter { $0["panel"] == "return level" && $0["x"] == "100.0" }
      #expect(numbers(curve, "q95") == [summary.levelNow[index].q95])
      // The series are the data.
      let data = fitted.dataset.data
      for row in try rows(named("series", figures)) {
        let s = try #require(data.stations.firstIndex { $0.id == row["station"] })
        let t = try #require(data.years.firstIndex { "\($0)" == row["year"] })
        #expect(data.maxima[s * data.years.count + t] == Double(row["value"] ?? ""))
      }
    }
  }

  /// What captions of all figures of a fit say.
  private func expectCaptions(_ figures: [CaptionedFigure]) throws {
    for figure in figures {
      let hasUnit = figure.caption.contains("°C") || figure.name == "dependence"
      #expect(hasUnit, "\(figure.caption)")
      #expect(figure.caption.hasSuffix("."), "\(figure.caption)")
      #expect(!figure.caption.contains("..") && !figure.caption.contains("  "))
      #expect(figure.content.figure.script.contains("°C") || figure.name == "dependence")
    }
    #expect(try named("attribution", figures).caption.contains("90 % intervals of 10 draws"))
    #expect(try named("map-mu", figures).caption.contains("posterior standard deviations"))
    let station = try #require(figures.first { $0.name.hasPrefix("station-") })
    #expect(station.caption.contains("mean and 90 % interval of 10 draws"))
  }

  /// At the GMST of its year the event has a probability ratio of 1.
  private func expectEvent(in figure: CaptionedFigure) throws {
    let largest = try #require(PredictionFolder.data.maxima.compactMap(\.self).max())
    #expect(figure.caption.contains(String(format: "%.1f °C", largest)))
    let ratios = try rows(figure).filter { $0["quantity"] == "probability ratio" }
    let place = try #require(PredictionFolder.data.maxima.firstIndex(of: largest))
    let g = PredictionFolder.data.covariate[place % 12]
    // Between the temperatures of the table.
    let (x, y) = (numbers(ratios, "gmst"), numbers(ratios, "mean"))
    let above = try #require(x.firstIndex { $0 >= g })
    #expect(min(y[above - 1], y[above]) <= 1.0001 && max(y[above - 1], y[above]) >= 0.9999)
  }

  @Test func theTruthIsDrawnWhereItIsKnown() throws {
    let fitted = try Command().fitted(["--steps", "20", "--draws", "20"])
    let figures = try ExtremesFigures(fitted)
    let truth = try #require(fitted.dataset.truth)
    let recovery = try #require(try figures.recovery())
    let beta = try rows(recovery).filter { $0["field"] == "beta" }
    #expect(numbers(beta, "truth") == truth.betaField)
    #expect(try numbers(beta, "mean") == ExtremesSummary(fitted).fields[1].map(\.mean))
    let script = recovery.content.figure.script
    // The limits of the reference notebook.
    #expect(script.contains("set cbrange [0.0:2.4]") && script.contains("set cbrange [-5.0:5.0]"))
    let tail = try #require(try figures.tail())
    #expect(tail.caption.contains("the truth dashed black"))
    #expect(tail.content.figure.script.contains("'truth 0.120'"))
    // The densities are those of all draws.
    for parameter in ["sigma", "xi"] {
      let bins = try rows(tail).filter { $0["parameter"] == parameter }
      let area = zip(zip(numbers(bins, "low"), numbers(bins, "high")), numbers(bins, "density"))
        .reduce(0.0) { $0 + ($1.0.1 - $1.0.0) * $1.1 }
      #expect(bins.count == 40 && abs(area - 1) < 1e-12)
    }
    let series = try #require(try figures.fieldsAndSeries())
    #expect(series.name == "truth")
    #expect(try Set(rows(series).map { $0["station"] }).count == 4)
  }

  @Test func aPointDrawsWhatItCan() throws {
    try PredictionFolder.with { folder in
      let point = try Command().fitted([
        "--data", folder.path("data"), "--backend", "adam", "--steps", "30", "--draws", "4",
      ])
      let figures = try Command().figures(point)
      let names = figures.map(\.name)
      #expect(names.contains("series") && names.contains("levels") && names.contains("forest"))
      #expect(!names.contains("pairs") && !names.contains("tail"))
      #expect(try named("map-mu", figures).caption.hasPrefix("mu(s) in °C, values of the fit"))
    }
  }

  @Test func maximumLikelihoodHasNoPriorInItsFigures() throws {
    try PredictionFolder.with { folder in
      let command = ExtremesCommand<GEVByFormula>()
      let fitted = try command.fitted([
        "--data", folder.path("data"), "--backend", "mle", "--location", "1 + gmst", "--log-scale",
        "1", "--shape", "1", "--draws", "50",
      ])
      let names = try command.figures(fitted).map(\.name)
      #expect(names.contains("series") && names.contains("levels") && names.contains("pairs"))
      #expect(!names.contains("prior-posterior"))
    }
  }
}
