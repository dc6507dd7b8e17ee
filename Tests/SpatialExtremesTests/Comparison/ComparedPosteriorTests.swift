import CommandTestSupport
import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// The posterior that comparisons of models of extremes score.
@Suite struct ComparedPosteriorTests {
  private func ppl(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    return command(arguments, registry)
  }

  private func fit(_ name: String, _ flags: [String], in folder: PredictionFolder) {
    let result = ppl(
      [
        "fit", "gev", "--data", folder.path("data"), "--quiet", "--output", folder.path(name),
        "--location", "1 + gmst",
      ] + flags)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Draws that are widened for dependence have other densities, but importance weights are those of the posterior.
  @Test func widenedDrawsAreNotScored() throws {
    try PredictionFolder.with { folder in
      let nuts = ["--backend", "nuts", "--chains", "2", "--warmup", "30", "--draws", "30"]
      fit("A", nuts + ["--dependence", "adjusted"], in: folder)
      fit("B", nuts + ["--dependence", "independent"], in: folder)
      let json = folder.url.appending(path: "numbers.json")
      let result = ppl(["compare", folder.path("A"), folder.path("B"), "--json", json.path])
      #expect(result.status == 0, "\(result.errors)")
      let remark =
        "scores are those of the posterior of the model, not of the draws that --dependence adjusted widens"
      #expect(result.output.contains("\nA: \(remark)"))
      let runs = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: json))["runs"]
      let rows = try #require(runs?.elements)
      #expect(rows.count == 2)
      #expect(rows[0]["log_score"]?.double == rows[1]["log_score"]?.double)
      #expect(Set(rows.map { $0["remarks"]?.elements.first?.string }) == [remark, nil])
    }
  }

  @Test func aRefitHasTheCopulaOfTheFit() throws {
    let options = try ExtremesOptions<GEVByFormula>.parse([
      "--location", "1 + gmst", "--dependence", "copula",
    ])
    let model = ExtremesCommand<GEVByFormula>()
    let dataset = ExtremesDataset(data: PredictionFolder.data, hasCopula: true)
    let reduced = model.dataset(dataset, leavingOut: [0, 1])
    #expect(reduced.data.maxima.count { $0 == nil } == 2)
    let sites = try model.problem(options, reduced).posterior.seeded(by: RandomKey(0)).trace()
    #expect(sites.contains { $0.name == "c2" })
  }

  @Test func fitsWithACopulaAreCompared() throws {
    try PredictionFolder.with { folder in
      fit("A", ["--backend", "svi", "--steps", "10", "--draws", "30"], in: folder)
      let copula = ["--backend", "svi", "--steps", "10", "--draws", "30", "--dependence", "copula"]
      fit("B", copula, in: folder)
      let runs = [folder.path("A"), folder.path("B")]
      let left = ppl(["compare"] + runs)
      #expect(left.status == 0, "\(left.errors)")
      #expect(left.output.contains("B: each maximum is left out given those of the other stations"))
      let folds = ppl(["compare"] + runs + ["--folds", "station:2"])
      #expect(folds.status == 0, "\(folds.errors)")
      #expect(folds.output.contains("B: each maximum is scored by its marginal distribution"))
    }
  }

  @Test func severalValuesOfAYearAreRefused() throws {
    var data = PredictionFolder.data
    data.blocks = BlockValues(
      values: data.maxima.map { [$0 ?? 0, 30] }, coverage: data.maxima.map { _ in 1 })
    let options = try ExtremesOptions<GEVByFormula>.parse(["--location", "1", "--largest", "2"])
    #expect(
      throws: ComparisonError(
        "ppl compare is of fits to annual maxima, and this one is to several values of a year; leave out --largest and --threshold."
      )
    ) {
      try ExtremesCommand<GEVByFormula>().observations(options, ExtremesDataset(data: data))
    }
  }

  /// The blended distribution has no lower end, so that a maximum below that of the GEV distribution has a density.
  @Test func aBlendedDistributionIsScoredByItsOwnDensity() throws {
    try PredictionFolder.with { folder in
      let flags = ["--backend", "nuts", "--chains", "1", "--warmup", "20", "--draws", "30"]
      let own = ["--distribution", "blended", "--dependence", "independent"]
      fit("A", flags + own, in: folder)
      let fitted = try ExtremesCommand<GEVByFormula>().restored(from: folder.path("A"))
      let scores = try fitted.model.scores(
        fitted, of: Array(0..<72), in: fitted.dataset, .equal)
      let model = try GEVByFormula(fitted.dataset.tensors, priors: fitted.options.priors)
      let logs = try fitted.posterior().draws.logLikelihood(of: "y", in: model.posterior)
      let densities = exp(logs).reshaped(to: [30, 72]).mean(along: [0])
      expectClose(
        scores.map(\.logDensity), log(densities).scalars, relative: 1e-9, absolute: 1e-9)
    }
  }
}
