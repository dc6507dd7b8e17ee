import CommandTestSupport
import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// `ppl compare` for models of extremes: six stations, twelve years.
@Suite struct CompareCommandTests {
  private func ppl(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    return command(arguments, registry)
  }

  /// Fits models in a folder with data, each into a folder of its name, and runs a test there.
  private func with(
    _ models: [(name: String, flags: [String])], _ body: (URL) throws -> Void
  ) throws {
    try PredictionFolder.with { folder in
      for (name, flags) in models {
        let fit = ppl(
          [
            "fit", flags.contains("--location") ? "gev" : "gev-multiplicative", "--data",
            folder.path("data"), "--quiet", "--output", folder.path(name),
          ]
            + (flags.contains("--backend")
              ? [] : ["--backend", "svi", "--steps", "10", "--draws", "30"])
            + flags)
        #expect(fit.status == 0, "\(fit.errors)")
      }
      try body(folder.url)
    }
  }

  private let two: [(name: String, flags: [String])] = [
    ("A", ["--location", "1 + gmst"]), ("B", ["--location", "1 + lat"]),
  ]

  private func numbers(
    _ folder: URL, _ names: [String], _ flags: [String]
  ) throws -> (json: JSONValue, text: String) {
    let json = folder.appending(path: "numbers.json")
    let paths = names.map { folder.appending(path: $0).path }
    let result = ppl(["compare"] + paths + ["--quiet", "--json", json.path] + flags)
    #expect(result.status == 0, "\(result.errors)")
    let data = try Data(contentsOf: json)
    return (
      try JSONDecoder().decode(JSONValue.self, from: data), String(decoding: data, as: UTF8.self)
    )
  }

  /// A point has no draws, and a normal approximation has draws beyond the end of the support.
  @Test(arguments: [
    (["--backend", "adam", "--steps", "10"], "is a fit to a point, which has no draws"),
    (["--backend", "mle"], "cannot have occurred, so that leaving out has no weights"),
  ])
  func drawsWithoutWeightsAreRefused(flags: [String], sentence: String) throws {
    try with([("A", ["--location", "1 + gmst", "--draws", "400"] + flags)]) { folder in
      let result = ppl(["compare", folder.appending(path: "A").path])
      #expect(result.status != 0)
      #expect(result.errors.contains(sentence), "\(result.output)\(result.errors)")
      #expect(result.errors.contains("--folds"))
    }
  }

  /// The densities are those of the site `y`, whose leave-one-out estimates equal ArviZ's.
  @Test func leaveOneOutIsThatOfTheModelsSites() throws {
    // Without draws that are widened, so that the restored fit has those of the posterior too.
    let flags = [
      "--backend", "nuts", "--chains", "2", "--warmup", "20", "--draws", "20", "--dependence",
      "independent",
    ]
    try with([("A", two[0].flags + flags)]) { folder in
      let found = try numbers(folder, ["A"], ["--pointwise"]).json
      #expect(found["observations"]?.double == 72)
      #expect(found["pointwise"]?.elements.count == 72)
      for row in found["runs"]?.elements ?? [] {
        let name = try #require(row["run"]?.string)
        let fitted = try ExtremesCommand<GEVByFormula>()
          .restored(from: folder.appending(path: name).path)
        let model = try GEVByFormula(fitted.dataset.tensors, priors: fitted.options.priors)
        let loo = try fitted.posterior().loo(model.posterior)
        let numbers = ["log_score", "log_score_se", "effective_parameters", "khats_above"]
        expectClose(
          numbers.compactMap { row[$0]?.double },
          [
            loo.elpd, loo.standardError, loo.effectiveParameters ?? .nan,
            Double(loo.unreliablePoints.count),
          ], relative: 1e-8)
      }
    }
  }

  @Test func foldsAreTheSameOnAnyNumberOfThreads() throws {
    try with(two) { folder in
      let flags = ["--folds", "station:2", "--pointwise", "--threads"]
      let (one, text) = try numbers(folder, ["A", "B"], flags + ["1"])
      #expect(try numbers(folder, ["A", "B"], flags + ["2"]).text == text)
      let best = try #require(one["runs"]?.elements.first)
      #expect(best["difference"]?.double == 0)
      #expect(best["summaries"]?.elements.count == 6)
      let other = try #require(one["runs"]?.elements.last)
      let points = try #require(one["pointwise"]).elements.map { point in
        let scores = point["runs"]?.elements.compactMap { $0["log_score"]?.double } ?? []
        return scores[1] - scores[0]
      }
      let difference = points.reduce(0, +)
      expectClose([try #require(other["difference"]?.double)], [difference], relative: 1e-9)
      // Paired: √(N var) of the differences.
      let mean = difference / 72
      let error = points.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      expectClose([try #require(other["difference_se"]?.double)], [error], relative: 1e-9)
      // Six stations of twelve maxima each, in order.
      let sums = (0..<6).map { points[($0 * 12)..<(($0 + 1) * 12)].reduce(0, +) }
      let clustered =
        (sums.reduce(0) { $0 + ($1 - difference / 6) * ($1 - difference / 6) } * 6 / 5)
        .squareRoot()
      expectClose(
        [try #require(other["difference_se_clustered"]?["station"]?.double)], [clustered],
        relative: 1e-9)
    }
  }

  /// A run that is resumed fits no fold again and prints the same; another rule of folds is refused.
  @Test func foldsAreKeptInAJournal() throws {
    try with([two[0]]) { folder in
      let (run, output) = (folder.appending(path: "A").path, folder.appending(path: "C").path)
      let arguments = ["compare", run, "--folds", "years:2", "--output", output]
      let first = ppl(arguments)
      #expect(first.status == 0, "\(first.errors)")
      #expect(ppl(arguments).errors.contains("--overwrite"))
      let again = ppl(arguments + ["--resume"])
      #expect(again.output == first.output)
      let other = ppl(["compare", run, "--folds", "years:3", "--output", output, "--resume"])
      #expect(other.status == 2 && other.errors.contains("--folds"))
      for name in ["comparison.csv", "compare.json", "run.json"] {
        let place = folder.appending(path: "C/\(name)").path
        #expect(FileManager.default.fileExists(atPath: place), "\(name)")
      }
    }
  }

  @Test func mistakesAreNamed() throws {
    try with(two) { folder in
      let (a, b) = (folder.appending(path: "A").path, folder.appending(path: "B").path)
      func message(_ arguments: String...) -> String {
        let result = ppl(["compare"] + arguments)
        #expect(result.status != 0)
        return result.errors.replacing(folder.path, with: "DIR")
      }
      #expect(
        message(a, "--folds", "region:2")
          == "Error: --folds region:2: the observations have no groups of this kind; choose one of station:2, stations:2, "
          + "year:2, years:2, random:2.")
      #expect(
        message(a, "--folds", "station:7")
          == "Error: --folds station:7: the data have only 6 stations; give from 2 to 6 folds.")
      #expect(message(a, "--folds", "station:1").contains("'station:1' is invalid"))
      #expect(
        message(a, a).contains(
          "\(a.replacing(folder.path, with: "DIR")) is given twice; leave one out."))
      #expect(
        message(a, "--output", a).contains("the folder of a run, whose files stay as they are"))
      #expect(
        message(a, "--pointwise").contains(
          "--pointwise does not apply to a comparison without files"))
      #expect(message(a, "--seed", "1").contains("--seed does not apply to leave-one-out"))
      #expect(
        message("DIR/none").contains("is not the folder of a fit"))
      // The same runs of other maxima.
      let maxima = folder.appending(path: "data/maxima.csv")
      let good = try String(contentsOf: maxima, encoding: .utf8)
      let rows = good.split(separator: "\n", omittingEmptySubsequences: false)
      try Data(rows.filter { !$0.hasPrefix("s5,2012,") }.joined(separator: "\n").utf8)
        .write(to: maxima)
      let c = folder.appending(path: "C").path
      let fit = ppl([
        "fit", "gev", "--data", folder.appending(path: "data").path, "--backend", "svi",
        "--steps", "5", "--draws", "30", "--quiet", "--output", c,
      ])
      #expect(fit.status == 0, "\(fit.errors)")
      try FileManager.default.copyItem(
        at: folder.appending(path: "data"), to: folder.appending(path: "other"))
      try Data(good.utf8).write(to: maxima)
      #expect(message(a, b, c).contains("give the data of the fit, as they were, with --data"))
    }
  }

  /// Without the maxima of a station or a year, covariates stay centred over all of them, and the spread has no empty station.
  @Test func leavingOutKeepsPlacesAndCentres() {
    let data = PredictionFolder.data
    let reduced = data.leavingOut(Set(0..<12).union([17]))
    #expect(reduced.maxima.count { $0 == nil } == 13 && reduced.maxima[17] == nil)
    #expect(reduced.stations == data.stations && reduced.covariate == data.covariate)
    let (all, some) = (StationTensors(data), StationTensors(reduced))
    #expect(all.meanCovariate == some.meanCovariate)
    #expect(some.covariates.mean(ofTime: "gmst") == all.covariates.mean(ofTime: "gmst"))
    // Between 0.5 and 2 times that of all; with a mean of 0 for the empty station it would be 14 °C.
    #expect((0.5...2).contains(some.spread.between / all.spread.between))
    // The numbers of the maxima count those that are there.
    #expect(reduced.leavingOut([0]).maxima[12] == nil)
  }
}
