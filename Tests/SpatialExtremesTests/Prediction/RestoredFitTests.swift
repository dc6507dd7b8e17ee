import Foundation
import Inference
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// Predictions are made from the draws of the fit, whatever its backend.
@Suite struct RestoredFitTests {
  /// The levels of the report of a fit are those of its prediction, by every backend: chains, guides, scores, nested Laplace.
  @Test(arguments: [
    ["--backend", "svi", "--steps", "30", "--draws", "40"],
    ["--backend", "svi", "--steps", "30", "--draws", "40", "--average", "--seed", "5"],
    ["--backend", "nuts", "--chains", "2", "--warmup", "40", "--draws", "20"],
    ["--backend", "match", "--draws", "30"],
    ["--backend", "nested-laplace", "--points", "25", "--draws", "30"],
  ])
  func theLevelsAreThoseOfTheReport(flags: [String]) throws {
    try PredictionFolder.with { folder in
      folder.fit("gev-multiplicative", flags)
      let report = try CSVTable(
        contentsOf: folder.url.appending(path: "run/stations_posterior.csv"))
      let numbers = try folder.numbers(
        "--period", "100", "--year", "2012,2050")
      let levels = try #require(numbers["levels"]).elements
      #expect(levels.count == 12)
      for (index, level) in levels.enumerated() {
        let year = index < 6 ? 2012 : 2050
        #expect(level["year"]?.double == Double(year) && level["place"]?.string == "s\(index % 6)")
        for name in ["mean", "sd", "q05", "q95"] {
          let expected = try report.double(
            index % 6, try report.requireColumn("z100_\(year)_\(name)"))
          // Sums in another order.
          expectClose([level[name]?.double ?? .nan], [expected], relative: 1e-11)
        }
      }
    }
  }

  /// Sites of the restored fit are the numbers of `draws.csv`, to the last digit.
  @Test func theDrawsAreThoseOfTheFit() throws {
    try PredictionFolder.with { folder in
      folder.fit(
        "gev-multiplicative",
        ["--backend", "nuts", "--chains", "2", "--warmup", "30", "--draws", "15"])
      let fitted = try ExtremesCommand<GEVMultiplicative>().restored(from: folder.path("run"))
      let model = GEVMultiplicative(fitted.dataset.tensors, priors: fitted.options.priors)
      let draws = try ExtremesSummary.predictions(of: fitted, model)
      let file = try CSVTable(contentsOf: folder.url.appending(path: "run/draws.csv"))
      for site in ["mu0", "beta0", "sigma", "xi", "k_mu.lengthscale"] {
        let column = try file.requireColumn(site)
        #expect(try file.rows.map { try file.double($0, column) } == draws[site].scalars)
      }
    }
  }

  @Test func eachDrawOfTheLevelsIsWrittenOnRequest() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      _ = folder.predict(
        "--period", "10,50", "--year", "2012", "--station", "s1,s4", "--per-draw", "--output",
        folder.path("levels"))
      let draws = try CSVTable(contentsOf: folder.url.appending(path: "levels/levels_draws.csv"))
      let levels = try CSVTable(contentsOf: folder.url.appending(path: "levels/levels.csv"))
      #expect(draws.rows.count == 2 * 2 * 40 && levels.rows.count == 4)
      let (level, place) = (try draws.requireColumn("level"), try draws.requireColumn("place"))
      let (period, mean) = (try draws.requireColumn("period"), try levels.requireColumn("mean"))
      for (index, row) in levels.rows.enumerated() {
        let own = try draws.rows.filter {
          try draws.double($0, period) == (index < 2 ? 10 : 50)
            && draws.text($0, place) == ["s1", "s4"][index % 2]
        }
        let sum = try own.reduce(0) { $0 + (try draws.double($1, level)) }
        expectClose([sum / 40], [try levels.double(row, mean)], relative: 1e-12)
      }
    }
  }

  /// All files of a prediction are the same for any number of threads, fields that are drawn at a grid included.
  @Test func theDigitsDoNotDependOnTheThreads() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      func numbers(_ threads: String) throws -> String {
        _ = try folder.numbers(
          "--threads", threads, "--grid", "1", "--event", "40", "--baseline", "1991-2000",
          "--design-life", "2010-2013")
        return try String(contentsOf: folder.url.appending(path: "numbers.json"), encoding: .utf8)
      }
      let one = try numbers("1")
      #expect(try numbers("2") == one)
    }
  }

  /// The folder of the run stays as it was, and the verdict of the fit is under the table.
  @Test func theRunStaysAsItIs() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      func contents() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
        return Dictionary(
          uniqueKeysWithValues: try names.map {
            ($0, try Data(contentsOf: folder.url.appending(path: "run/\($0)")))
          })
      }
      let before = try contents()
      let result = folder.predict("--output", folder.path("predictions"))
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(try contents() == before)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("predictions"))
      #expect(
        names.sorted() == [
          "events.csv", "fields.csv", "levels.csv", "places.geojson", "predict.json", "summary.txt",
        ])
      #expect(result.output.contains("\n\nthe fit in \(folder.path("run")): the fit has not"))
    }
  }

  @Test func aFolderWithoutAFitIsRefused() throws {
    try PredictionFolder.with { folder in
      #expect(
        folder.message()
          == "Error: DIR/run is not the folder of a fit: there is no run.json with a model; give the folder of ppl fit --output."
      )
      folder.fit()
      #expect(
        folder.message("--output", folder.path("run"))
          == "Error: --output is DIR/run, the folder of a run, whose files stay as they are; name another folder."
      )
      try FileManager.default.moveItem(
        atPath: folder.path("data"), toPath: folder.path("elsewhere"))
      #expect(
        folder.message()
          == "Error: the data of the run in DIR/run were in DIR/data, which is not there; give their folder with --data."
      )
      #expect(folder.predict("--data", folder.path("elsewhere")).status == 0)
      let maxima = try String(
        contentsOf: folder.url.appending(path: "elsewhere/maxima.csv"), encoding: .utf8)
      try folder.write(maxima.replacing("s0,2001,3", with: "s0,2001,4"), to: "elsewhere/maxima.csv")
      #expect(
        folder.message("--data", folder.path("elsewhere"))
          == "Error: DIR/run/checkpoint.json: it is of another run: the maxima have changed; give the data of the fit, as they were, with --data, or fit again."
      )
      try FileManager.default.removeItem(atPath: folder.path("run/checkpoint.json"))
      #expect(
        folder.message()
          == "Error: the run in DIR/run has no checkpoint.json, from which its draws are restored; fit again with --output."
      )
    }
  }

  @Test func aRunOfAnEarlierVersionIsRefused() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      let run = try String(contentsOf: folder.url.appending(path: "run/run.json"), encoding: .utf8)
      try folder.write(run.replacing("\"arguments\"", with: "\"others\""), to: "run/run.json")
      #expect(
        folder.message()
          == "Error: run.json in DIR/run does not name the arguments of the fit, as those of earlier versions; fit again, or print the run again with --resume."
      )
    }
  }

  /// What was asked for is in `run.json`, so that a fit of which a part was done is told.
  @Test func anInterruptedFitIsRefused() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      let run = try String(contentsOf: folder.url.appending(path: "run/run.json"), encoding: .utf8)
      try folder.write(run.replacing("\"30\"", with: "\"50\""), to: "run/run.json")
      #expect(
        folder.message()
          == "Error: the fit in DIR/run was interrupted after 30 of 50 steps; continue it with ppl fit --resume first."
      )
    }
  }
}
