import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// Figures of a model with an anomaly of the year, whose numbers are those of the report too.
@Suite struct AnomalyFiguresTests: FigureTables {
  private typealias Command = ExtremesCommand<GEVByFormula>

  @Test(arguments: ["anomaly", "anomaly(field)"])
  func levelsResidualsAndDependenceAreThoseOfTheReport(term: String) throws {
    try PredictionFolder.with { folder in
      let fitted = try Command().fitted([
        "--data", folder.path("data"), "--backend", "svi", "--steps", "30", "--draws", "8",
        "--dependence", "independent", "--location", "1 + gmst + \(term)", "--log-scale", "1",
        "--shape", "1",
      ])
      let (own, summary) = (try ExtremesFigures(fitted), try ExtremesSummary(fitted))
      // Levels of a new year, over its anomaly.
      let levels = try rows(own.levels()).filter { $0["period"] == "100.0" && $0["station"] != "" }
      #expect(
        numbers(levels.filter { $0["year"] == "2012" }, "mean") == summary.levelNow.map(\.mean))
      #expect(
        numbers(levels.filter { $0["year"] == "2050" }, "q95") == summary.levelThen.map(\.q95))
      let panels = try own.stationPanels()
      let panel = try #require(panels.first)
      #expect(panel.caption.contains("distribution F of each year, given its anomaly"))
      let index = try #require(
        fitted.dataset.data.stations.firstIndex { "station-\($0.id)" == panel.name })
      let curve = try rows(panel).filter { $0["panel"] == "return level" && $0["x"] == "100.0" }
      #expect(numbers(curve, "y") == [summary.levelNow[index].mean])
      try expectResiduals(of: index, in: panel, own)
      try expectRatios(in: #require(try own.attribution()), own)
      let pairs = try rows(#require(try own.dependence())).filter { $0["kind"] == "pair" }
      let reported = try #require(summary.dependence).residual.pairs
      expectClose(
        numbers(pairs, "data").sorted(), reported.map(\.correlation).sorted(), relative: 1e-12)
    }
  }

  /// The probabilities of a station's maxima given the anomalies of their years.
  private func expectResiduals(
    of station: Int, in panel: CaptionedFigure, _ own: ExtremesFigures<GEVByFormula>
  ) throws {
    let data = own.data
    let T = data.years.count
    let anomalies = own.means["anomaly"].scalars
    let expected = (0..<T).map { t in
      let gev = own.model.gev(own.means, in: data.climate(t))
      let anomaly = anomalies[anomalies.count == T ? t : station * T + t]
      let location =
        gev.location.broadcast(to: [1, data.stations.count]).scalars[station] + anomaly
      let y = Tensor(data.maxima[station * T + t] ?? .nan)
      return exp(
        GEV(Tensor(location), Tensor(gev.scale.scalars[0]), Tensor(gev.shape.scalars[0])).logCDF(y)
      ).scalar
    }.sorted()
    let found = try numbers(rows(panel).filter { $0["panel"] == "pp" }, "y")
    // Residuals are cut off at -5, a probability of exp(-exp(5)).
    expectClose(found, expected, relative: 1e-9, absolute: 1e-60)
  }

  /// The probability ratios of the largest maximum are those of a new year.
  private func expectRatios(
    in figure: CaptionedFigure, _ own: ExtremesFigures<GEVByFormula>
  ) throws {
    let (data, S) = (own.data, own.stationCount)
    let largest = try #require(data.maxima.compactMap(\.self).max())
    let place = try #require(data.maxima.firstIndex(of: largest))
    let (station, year) = (place / data.years.count, place % data.years.count)
    func logSurvival(_ climate: Climate) -> Tensor {
      AnnualMaximum(
        own.model.gev(own.draws, in: climate), deviation: own.draws.column("anomaly_sd")
      ).logSurvival(Tensor(largest)).broadcast(to: [own.draws.count, S])[.all, .at(station)]
    }
    let ofYear = logSurvival(data.climate(year))
    let ratios = try rows(figure).filter { $0["quantity"] == "probability ratio" }
    let expected = try numbers(ratios, "gmst").map {
      let climate = try own.record.climate(gmst: $0, source: "").climate
      return exp(logSurvival(climate) - ofYear).mean().scalar
    }
    expectClose(numbers(ratios, "mean"), expected, relative: 1e-9)
  }
}
