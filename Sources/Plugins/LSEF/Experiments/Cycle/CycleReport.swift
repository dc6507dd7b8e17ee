import Assimilation
import Foundation
import PPL
import Runs
import Tables

/// The report of `ppl run lsef-cycle`.
struct CycleReport: ComparisonReport {
  let seed: UInt64
  let options: CycleCommand.Options
  let study: CycleStudy
  let scores: [CycleScores]
  /// The summaries of each world at each point.
  let worlds: [[CycleStudy.Summaries]]
  /// The tuned settings; empty without tuning.
  let settings: [CycleCase: CycleExperiment.Settings]
  let meanCovariances: [Int: [Double]]
  let wantsFiles: Bool

  private typealias Scheme = CycleExperiment.Scheme

  var sweep: Sweep<CyclePoint>? { CyclePoint.sweep(named: options.sweep) }
  var namedPoint: CyclePoint { options.point }
  var title: String { "Filters on the circle" }

  // MARK: Captions

  let nameOfReplicates = "worlds"
  func replicates(_ scores: CycleScores) -> Int { scores.worlds }
  var zero: String {
    "Zero is the exact Kalman filter; 0.1 is a root mean squared error of forecasts larger by a tenth."
  }
  var mark: String {
    " \(options.cycles) analyses a world."
      + (changes.isEmpty ? "" : " Other than published: \(changes).")
  }
  private var changes: String { options.settings.changes.joined(separator: "; ") }
  var captions: [FigureCaption] {
    let point = scores[departure].point.label
    let worlds = scores[departure].worlds
    return [
      FigureCaption(
        name: "hovmoeller", title: "Truth and errors of analyses over space and time",
        caption:
          "The truth of one world and analysis minus truth, no unit, at \(point); zero is no error.\(mark) Seed \(seed)."
      ),
      FigureCaption(
        name: "ranks", title: "Ranks of the truth among the members",
        caption:
          "Counts of ranks over \(worlds) \(worlds == 1 ? "world" : "worlds") at \(point), one analysis in \(CycleStudy.measuredEvery); flat for a "
          + "calibrated ensemble.\(mark) Seed \(seed)."),
      FigureCaption(
        name: "spread-skill", title: "Spread against skill",
        caption:
          "Root mean squared error of forecasts against their spread, in tenths of the spread, over \(worlds) \(worlds == 1 ? "world" : "worlds") at "
          + "\(point); on the line both agree.\(mark) Seed \(seed)."),
    ]
  }

  // MARK: For people

  var heading: String {
    """
    Filters of the DSADM model on \(study.design.process.mesh.points) points, \
    \(study.design.observedPoints.count) of them observed; \(options.cycles) analyses a world; seed \(seed)
    chi2/n, CRPS and ranks by one analysis in \(CycleStudy.measuredEvery)
    """ + (changes.isEmpty ? "" : "\nother than published: \(changes)")
  }

  func table(_ scores: CycleScores) -> String {
    let heading =
      "\(scores.point.label); \(scores.worlds) " + (scores.worlds == 1 ? "world" : "worlds")
    var table = ScoreTable(
      "filter", "RMSE", "error", "score", "5 %", "95 %", "spread", "chi2/n", "error", "CRPS",
      "error")
    for (scheme, own) in scores.results {
      table.append(
        scheme.rawValue, own.rmse, own.rmseError, own.score, own.low, own.high, own.spread,
        own.innovationRatio, own.innovationRatioError, own.crps, own.crpsError)
    }
    let failures = scores.results.compactMap { scheme, own in
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

  struct Setup: Encodable, Sendable { let cycles: Int }
  var setup: Setup { Setup(cycles: options.cycles) }

  func figuresAndTables() throws -> [OutputFile] {
    let figures = CycleFigures(report: self)
    let drawn = [
      ("hovmoeller", try figures.hovmoeller), ("ranks", try figures.ranks),
      ("spread-skill", try figures.spreadAndSkill),
    ]
    return try sweepFigure() + drawn.flatMap { try $1?.files(named: $0) ?? [] } + [
      OutputFile("scores.csv", text: scoresCSV), OutputFile("worlds.csv", text: worldsCSV),
      OutputFile("mean-covariance.csv", text: meanCovarianceCSV),
    ]
  }

  private var scoresCSV: String {
    pointTable([
      "filter", "worlds", "rmse", "rmseError", "score", "low", "high", "analysisRMSE", "spread",
      "innovationRatio", "innovationRatioError", "crps", "crpsError", "failure",
    ]) { scores in
      scores.results.map { scheme, own in
        let numbers = [
          own.rmse, own.rmseError, own.score, own.low, own.high, own.analysisRMSE, own.spread,
          own.innovationRatio, own.innovationRatioError, own.crps, own.crpsError,
        ].map(CSVWriter.Cell.optional)
        return [.text(scheme.rawValue), .integer(scores.worlds)] + numbers
          + [own.failure.map(CSVWriter.Cell.text) ?? .missing]
      }
    }
  }

  private var worldsCSV: String {
    var csv = CSVWriter(
      header: CyclePoint.columns + [
        "world", "filter", "forecastMSE", "standardError",
        "correlationTime", "analysisMSE", "forecastVariance", "innovationRatio", "crps", "failure",
      ])
    for (scores, worlds) in zip(scores, worlds) {
      for (world, summaries) in worlds.enumerated() {
        for scheme in Scheme.allCases {
          guard let own = summaries[scheme] else { continue }
          csv.append(
            scores.point.cells + [
              .integer(world), .text(scheme.rawValue), .optional(own.forecastError?.value),
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
