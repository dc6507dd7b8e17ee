import Assimilation
import Foundation
import PPL
import Plotting
import Plugins
import Runs
import TestSupport
import Testing

@testable import LSEF

struct CycleReportTests {
  private typealias Scheme = CycleExperiment.Scheme

  /// Two worlds of twelve analyses.
  private static func results(_ flags: String..., output: String? = nil) throws -> CycleReport {
    try CycleCommand().results(
      RunOptions.parse(output.map { ["--output", $0] } ?? []),
      CycleCommand.Options.parse(
        ["--worlds", "2", "--cycles", "12", "--climate-cycles", "40"] + flags),
      control: RunControl(progress: .silent))
  }

  /// The same with other settings of filters.
  private func results(
    settings: (CyclePoint) -> [CycleCase: CycleExperiment.Settings]
  ) throws -> CycleReport {
    let report = try Self.results()
    let point = report.options.point
    let worlds = try report.study.summaries(
      [point], worlds: 2, settings: settings(point), meanCovariances: report.meanCovariances)
    return CycleReport(
      seed: 0, options: report.options, study: report.study,
      scores: [try CycleScores(point, worlds[0], key: report.study.scoreKey)], worlds: worlds,
      settings: [:], meanCovariances: report.meanCovariances, wantsFiles: false)
  }

  @Test func aFilterThatFailsIsARowAndTheOthersStay() throws {
    // Its perturbations' squares are beyond all numbers.
    let broken = try results { [CycleCase(.enKF, at: $0): .init(inflation: 1e200)] }
    let whole = try Self.results()
    let (scores, others) = (broken.scores[0], whole.scores[0])
    let failed = try #require(scores[.enKF])
    #expect(failed.score == nil && failed.rmse == nil && failed.crps == nil)
    let failure = try #require(failed.failure)
    #expect(failure.hasPrefix("world 0: failed in cycle "), "\(failure)")
    for scheme in Scheme.allCases where scheme != .enKF {
      #expect(scores[scheme]?.score == others[scheme]?.score && scores[scheme]?.failure == nil)
    }
    let table = try broken.report.table.split(separator: "\n")
    #expect(table.contains("EnKF \(failure)"))
    let row = try #require(table.first { $0.hasPrefix("EnKF  ") })
    #expect(row.split(separator: " ").dropFirst().allSatisfy { $0 == "-" })
  }

  @Test func aFilterThatFailsIsInNoFigure() throws {
    let broken = try results { [CycleCase(.enKF, at: $0): .init(inflation: 1e200)] }
    let figures = CycleFigures(report: broken)
    let bars = try #require(try figures.ranks?.figure as? Bars)
    #expect(bars.panels.map(\.title) == ["Hybrid-B", "LSEF", "Shape"])
    let plot = try #require(try figures.spreadAndSkill?.figure as? LinePlot)
    #expect(
      plot.panels[0].series.map(\.name) == ["KF", "Hybrid-B", "LSEF", "Shape", "spread = error"])
  }

  @Test func errorsOfMeansAreThoseOfIndependentWorlds() throws {
    let report = try Self.results("--cycles", "40")
    let own = try #require(report.scores[0][.lsef])
    let ratios = report.worlds[0].compactMap { $0[.lsef]?.innovationRatio }
    let errors = try ratios.map { try #require($0.standardError) }
    #expect(own.innovationRatio == (ratios[0].value + ratios[1].value) / 2)
    let expected = (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot() / 2
    #expect(own.innovationRatioError == expected && (own.crpsError ?? 0) > 0)
  }

  @Test func withoutTheOptimumThereAreErrorsButNoScores() throws {
    let worlds = try results { [CycleCase(.enKF, at: $0): .init(inflation: 1e200)] }.worlds[0]
    // The broken filter in place of the exact one.
    let swapped = worlds.map { world in
      var world = world
      world[.kf] = world[.enKF]
      return world
    }
    let scores = try CycleScores(CyclePoint(regime: 2, members: 10), swapped, key: RandomKey(1))
    #expect(scores[.lsef]?.score == nil && (scores[.lsef]?.rmse ?? 0) > 0)
    #expect(scores[.lsef]?.failure == nil && scores[.kf]?.failure != nil)
  }

  @Test func filtersWithoutMembersAreSetWhateverThePoint() throws {
    let report = try results { [CycleCase(.meanB, at: $0): .init(covarianceFactor: 0.1)] }
    let published = try Self.results()
    #expect(report.scores[0][.meanB]?.rmse != published.scores[0][.meanB]?.rmse)
    #expect(report.scores[0][.lsef]?.rmse == published.scores[0][.lsef]?.rmse)
    #expect(
      CycleCase(.meanB, at: CyclePoint(regime: 1, members: 5))
        == CycleCase(.meanB, at: CyclePoint(regime: 1, members: 80)))
    #expect(
      CycleCase(.lsef, at: CyclePoint(regime: 1, members: 5))
        != CycleCase(.lsef, at: CyclePoint(regime: 1, members: 80)))
  }

  // MARK: Figures

  @Test func theHovmoellerDiagramHasTheTruthAndTheErrors() throws {
    let drawn = try #require(try CycleFigures(report: Self.results()).hovmoeller)
    let map = try #require(drawn.figure as? HeatMap)
    #expect(map.panels.map(\.title) == ["truth", "error of KF", "error of LSEF", "error of EnKF"])
    #expect(map.x.count == 120 && map.x[30] == 90 && map.y.count == 12)
    // Twelve hours from one analysis to the next.
    #expect(abs(map.y[0] - 0.5) < 1e-12 && abs(map.y[11] - 6) < 1e-12)
    let ranges = map.panels.dropFirst().map(\.color.range)
    #expect(ranges.allSatisfy { $0 == ranges[0] && $0 != nil })
    #expect(drawn.csv.split(separator: "\n").count == 1 + 4 * 12 * 120)
    #expect(drawn.csv.hasPrefix("field,analysis,point,value\ntruth,1,0,"))
    #expect(try CycleFigures(report: Self.results("--cycles", "1")).hovmoeller == nil)
  }

  @Test func ranksAreThoseOfTheFiltersWithMembers() throws {
    let report = try Self.results("--ensemble-size", "4")
    let drawn = try #require(try CycleFigures(report: report).ranks)
    let bars = try #require(drawn.figure as? Bars)
    #expect(bars.panels.map(\.title) == ["EnKF", "Hybrid-B", "LSEF", "Shape"])
    for panel in bars.panels {
      #expect(panel.heights.count == 5 && panel.heights.reduce(0, +) == 2 * 3 * 120)
    }
    #expect(drawn.csv.split(separator: "\n").count == 1 + 4 * 5)
  }

  @Test func spreadAndSkillAreTenthsOfTheAnalyses() throws {
    let drawn = try #require(try CycleFigures(report: Self.results()).spreadAndSkill)
    let plot = try #require(drawn.figure as? LinePlot)
    let series = plot.panels[0].series
    // Mean-B says nothing of the errors of its forecasts.
    #expect(series.map(\.name) == ["KF", "EnKF", "Hybrid-B", "LSEF", "Shape", "spread = error"])
    for own in series.dropLast() {
      #expect(own.x.count == 10 && own.x == own.x.sorted() && own.y.allSatisfy { $0 > 0 })
    }
    #expect(series.last?.x == series.last?.y)
    // Fewer analyses than tenths have none.
    #expect(try CycleFigures(report: Self.results("--cycles", "9")).spreadAndSkill == nil)
  }

  // MARK: Files

  @Test func aSweepLeavesItsFiguresAndTables() throws {
    try withTemporaryFolder { folder in
      let result = ppl([
        "run", "lsef-cycle", "--sweep", "regime", "--worlds", "2", "--cycles", "10",
        "--climate-cycles", "40", "--output", folder.path, "--json",
        folder.appending(path: "numbers.json").path, "--quiet",
      ])
      #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let picture = Gnuplot.isInstalled ? "svg" : "gnuplot"
      let figures = ["figure6", "hovmoeller", "ranks", "spread-skill"]
      #expect(
        Set(names)
          == Set(figures.flatMap { ["\($0).csv", "\($0).\(picture)"] })
          .union([
            "captions.json", "journal.jsonl", "mean-covariance.csv", "numbers.json", "run.json",
            "scores.csv", "summary.txt", "worlds.csv",
          ]))
      let text = { (name: String) in
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      // The record of a run is its numbers, with the names of its files and its command beside them.
      let record = try text("run.json")
      let withoutFiles = record.replacing(/\n *"(files|command|inputs)" : \[[^\]]*\],/, with: "")
        .replacing(/,\n *"working_folder" : "[^"]*"/, with: "")
      #expect(withoutFiles.count < record.count)
      #expect(try withoutFiles == text("numbers.json"))
      let lines = { (name: String) in try text(name).split(separator: "\n") }
      let scores = try lines("scores.csv")
      #expect(
        scores[0]
          == "regime,ensembleSize,filter,worlds,rmse,rmseError,score,low,high,analysisRMSE,spread,innovationRatio,innovationRatioError,crps,crpsError,failure"
      )
      #expect(scores.count == 1 + 4 * 6 && scores[1].hasPrefix("0,10,KF,2,"))
      #expect(scores[24].hasPrefix("3,10,Mean-B,2,") && scores[24].hasSuffix(","))
      let worlds = try lines("worlds.csv")
      #expect(worlds.count == 1 + 4 * 2 * 6 && worlds[48].hasPrefix("3,10,1,Mean-B,"))
      let covariance = try lines("mean-covariance.csv")
      #expect(covariance.count == 1 + 4 * 120 && covariance[1].hasPrefix("0,0,"))
      let figure = try lines("figure6.csv")
      #expect(figure[0] == "scheme,regime of non-stationarity,score,low,high")
      #expect(figure.count == 1 + 4 * 5)
    }
  }

  @Test func aSweepOfOneWorldHasItsFigure() throws {
    try withTemporaryFolder { folder in
      let report = try Self.results(
        "--sweep", "regime", "--worlds", "1", "--cycles", "4", output: folder.path)
      #expect(try report.report.files.map(\.name).contains("figure6.csv"))
    }
  }

  @Test func aSingleAnalysisHasATableAndNoSeriesToDraw() throws {
    try withTemporaryFolder { folder in
      let report = try Self.results("--cycles", "1", output: folder.path).report
      #expect(
        Set(report.files.map(\.name)).isDisjoint(with: [
          "hovmoeller.csv", "spread-skill.csv", "figure5.csv", "figure6.csv",
        ]))
      #expect(report.files.map(\.name).contains("scores.csv"))
      // Four analyses are the least that an error can be told from.
      let row = try #require(report.table.split(separator: "\n").first { $0.hasPrefix("KF ") })
      #expect(row.split(separator: " ")[2] == "-")
    }
  }
}
