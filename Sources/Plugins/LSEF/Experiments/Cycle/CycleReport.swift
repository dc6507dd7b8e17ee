import Assimilation
import Foundation
import PPL
import Plotting
import Plugins
import Runs
import Tables

/// What `ppl run lsef-cycle` prints and writes.
struct CycleReport {
  let seed: UInt64
  let options: CycleCommand.Options
  let study: CycleStudy
  let scores: [CycleScores]
  /// Of each point, and there of each world.
  let worlds: [[CycleStudy.Summaries]]
  /// What tuning chose; empty without.
  let settings: [CycleCase: CycleExperiment.Settings]
  let meanCovariances: [Int: [Double]]
  let wantsFiles: Bool

  private typealias Scheme = CycleExperiment.Scheme
  private var sweep: CycleSweep? { options.sweep.flatMap(CycleSweep.init) }

  /// The place of the point of departure, if the sweep has it and it is finished; of the first point otherwise.
  var departure: Int { scores.firstIndex { $0.point == options.point } ?? 0 }

  var report: RunReport {
    get throws { RunReport(table: table, numbers: numbers, files: try files) }
  }

  // MARK: For people

  private var table: String {
    let heading = """
      Filters of the DSADM model on \(study.design.process.mesh.points) points, \
      \(study.design.observedPoints.count) of them observed; \(options.cycles) analyses a world; seed \(seed)
      chi2/n, CRPS and ranks by one analysis in \(CycleStudy.measuredEvery)
      """
    return ([heading] + scores.map(table)).joined(separator: "\n\n")
  }

  private func table(_ scores: CycleScores) -> String {
    let heading =
      "\(scores.point.label); \(scores.worlds) " + (scores.worlds == 1 ? "world" : "worlds")
    var table = ScoreTable(
      "filter", "RMSE", "error", "score", "5 %", "95 %", "spread", "chi2/n", "error", "CRPS",
      "error")
    for (scheme, own) in scores.filters {
      table.append(
        scheme.rawValue, own.rmse, own.rmseError, own.score, own.low, own.high, own.spread,
        own.innovationRatio, own.innovationRatioError, own.crps, own.crpsError)
    }
    let failures = scores.filters.compactMap { scheme, own in
      own.failure.map { "\(scheme.rawValue) \($0)" }
    }
    return ([heading, "\(table)"] + failures + tuned(scores.point)).joined(separator: "\n")
  }

  private func tuned(_ point: CyclePoint) -> [String] {
    guard options.tune else { return [] }
    return CycleTuning.schemes.map { scheme in
      guard let own = settings[CycleCase(scheme, at: point)] else {
        return "tuned \(scheme.rawValue): failed with all settings; as published"
      }
      let ends = CycleTuning.ends(own).joined(separator: " and ")
      return "tuned \(scheme.rawValue): \(own)"
        + (ends.isEmpty ? "" : " (\(ends) at the end of what was tried)")
    }
  }

  // MARK: For programs

  private struct Numbers: Encodable, Sendable {
    let seed: UInt64
    let cycles: Int
    /// At the point of departure, if the sweep has it; at its first point otherwise.
    let scores: [String: CycleScores.FilterResult]
    let optimum: CycleScores.FilterResult?
    let worlds: Int
    let sweep: Sweep?

    struct Sweep: Encodable, Sendable {
      let parameter: String
      let points: [Point]
    }
    struct Point: Encodable, Sendable {
      let value: Int
      let scores: [String: CycleScores.FilterResult]
      let optimum: CycleScores.FilterResult?
      let worlds: Int
    }
  }

  private var numbers: Numbers {
    let main = scores[departure]
    return Numbers(
      seed: seed, cycles: options.cycles, scores: main.byName, optimum: main[.kf],
      worlds: main.worlds,
      sweep: sweep.map { sweep in
        Numbers.Sweep(
          parameter: sweep.rawValue,
          points: scores.map {
            Numbers.Point(
              value: sweep.value(of: $0.point), scores: $0.byName, optimum: $0[.kf],
              worlds: $0.worlds)
          })
      })
  }

  private var files: [OutputFile] {
    get throws {
      guard wantsFiles else { return [] }
      let figures = CycleFigures(report: self)
      var files: [OutputFile] = []
      if let sweep, let figure = try figures.sweep(sweep) {
        files += try figure.files(named: "figure\(sweep.figure)")
      }
      if let fields = try figures.hovmoeller { files += try fields.files(named: "hovmoeller") }
      if let ranks = try figures.ranks { files += try ranks.files(named: "ranks") }
      if let skill = try figures.spreadAndSkill { files += try skill.files(named: "spread-skill") }
      return files + [
        OutputFile("scores.csv", text: scoresCSV), OutputFile("worlds.csv", text: worldsCSV),
        OutputFile("mean-covariance.csv", text: meanCovarianceCSV),
        OutputFile("run.json", json: numbers),
      ]
    }
  }

  private var scoresCSV: String {
    var csv = CSVWriter(
      header: [
        "regime", "ensembleSize", "filter", "worlds", "rmse", "rmseError", "score", "low", "high",
        "analysisRMSE", "spread", "innovationRatio", "innovationRatioError", "crps", "crpsError",
        "failure",
      ])
    for scores in scores {
      for (scheme, own) in scores.filters {
        csv.append([
          .integer(scores.point.regime), .integer(scores.point.members), .text(scheme.rawValue),
          .integer(scores.worlds), .optional(own.rmse), .optional(own.rmseError),
          .optional(own.score), .optional(own.low), .optional(own.high),
          .optional(own.analysisRMSE), .optional(own.spread), .optional(own.innovationRatio),
          .optional(own.innovationRatioError), .optional(own.crps), .optional(own.crpsError),
          own.failure.map(CSVWriter.Cell.text) ?? .missing,
        ])
      }
    }
    return csv.text
  }

  private var worldsCSV: String {
    var csv = CSVWriter(
      header: [
        "regime", "ensembleSize", "world", "filter", "forecastMSE", "standardError",
        "correlationTime", "analysisMSE", "forecastVariance", "innovationRatio", "crps", "failure",
      ])
    for (scores, worlds) in zip(scores, worlds) {
      for (world, summaries) in worlds.enumerated() {
        for scheme in Scheme.allCases {
          guard let own = summaries[scheme] else { continue }
          csv.append([
            .integer(scores.point.regime), .integer(scores.point.members), .integer(world),
            .text(scheme.rawValue), .optional(own.forecastError?.value),
            .optional(own.forecastError?.standardError),
            .optional(own.forecastError?.correlationTime), .optional(own.analysisError?.value),
            .optional(own.forecastVariance), .optional(own.innovationRatio?.value),
            .optional(own.forecastScore?.value),
            own.failure.map { .text($0.description) } ?? .missing,
          ])
        }
      }
    }
    return csv.text
  }

  private var meanCovarianceCSV: String {
    var csv = CSVWriter(header: ["regime", "lag", "covariance"])
    for (regime, lags) in meanCovariances.sorted(by: { $0.key < $1.key }) {
      for (lag, value) in lags.enumerated() {
        csv.append([.integer(regime), .integer(lag), .number(value)])
      }
    }
    return csv.text
  }
}
