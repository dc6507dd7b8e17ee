import Assimilation
import Foundation
import PPL
import Plotting
import Plugins
import Runs
import Tables

/// What `ppl run lsef-static` prints and writes.
struct StaticReport {
  let seed: UInt64
  let options: StaticCommand.Options
  let design: StaticDesign
  let scores: [StaticScores]
  /// Of the replicates of each point.
  let errors: [[StaticStudy.Errors]]
  let wantsFiles: Bool

  private var domain: String { design.sphere == nil ? "circle" : "sphere" }
  private var sweep: StaticSweep? { options.sweep.flatMap(StaticSweep.init) }

  var report: RunReport {
    get throws {
      RunReport(table: table, numbers: numbers, files: try files)
    }
  }

  // MARK: For people

  private var table: String {
    let heading = """
      Static analyses on a \(domain) of \(design.domain.pointCount) points, \
      \(design.observationCount) observations; seed \(seed)
      """
    return ([heading] + scores.map(table)).joined(separator: "\n\n")
  }

  private func table(_ scores: StaticScores) -> String {
    let heading = """
      \(scores.point.label); \(scores.replicates) replicates; localization \
      \(scores.localization.short) \(design.unit)
      """
    var table = ScoreTable("scheme", "RMSE", "score", "5 %", "95 %", "as plotted")
    table.append("True-B", scores.optimum, 0, nil, nil, nil)
    for (scheme, own) in scores.schemes {
      table.append(
        scheme.rawValue, own.rmse, own.score, own.low, own.high, own.asPlotted.score)
    }
    return "\(heading)\n\(table)"
  }

  // MARK: For programs

  private struct Numbers: Encodable, Sendable {
    let seed: UInt64
    let points, observations: Int
    /// At the point of departure, if the sweep has it; at its first point otherwise.
    let scores: [String: StaticScores.SchemeScore]
    let optimum: Optimum
    let replicates: Int
    let localization: Double
    let sweep: Sweep?

    struct Optimum: Encodable, Sendable { let rmse: Double }
    struct Sweep: Encodable, Sendable {
      let parameter: String
      let points: [Point]
    }
    struct Point: Encodable, Sendable {
      let value: Double
      let scores: [String: StaticScores.SchemeScore]
      let optimum: Optimum
      let replicates: Int
      let localization: Double
    }
  }

  private var numbers: Numbers {
    let main = scores.first { $0.point == options.point(design) } ?? scores[0]
    return Numbers(
      seed: seed, points: design.domain.pointCount, observations: design.observationCount,
      scores: main.byName, optimum: .init(rmse: main.optimum), replicates: main.replicates,
      localization: main.localization,
      sweep: sweep.map { sweep in
        Numbers.Sweep(
          parameter: sweep.rawValue,
          points: scores.map {
            Numbers.Point(
              value: sweep.value(of: $0.point), scores: $0.byName, optimum: .init(rmse: $0.optimum),
              replicates: $0.replicates, localization: $0.localization)
          })
      })
  }

  private var files: [OutputFile] {
    get throws {
      guard wantsFiles else { return [] }
      var files: [OutputFile] = []
      if let sphere = design.sphere {
        files += try filterBankFigure(of: design.bank).files(named: "figure1")
        files += try realizationsFigure(on: sphere, key: RandomKey(seed).foldIn(4))
          .files(named: "figure8")
      }
      if let sweep, let figure = try sweepFigure {
        files += try figure.files(named: "figure\(sweep.figure)")
      }
      return files + [
        OutputFile("scores.csv", text: scoresCSV), OutputFile("errors.csv", text: errorsCSV),
        OutputFile("tuning.csv", text: tuningCSV), OutputFile("run.json", json: numbers),
      ]
    }
  }

  /// Figure 2, 3 or 4: the scores of all schemes along the sweep.
  private var sweepFigure: NumberedFigure? {
    get throws(PlottingError) {
      guard let sweep else { return nil }
      let curves = StaticScheme.allCases.map { scheme in
        let own = scores.map { $0.byName[scheme.rawValue] }
        return ScoreCurve(
          scheme: scheme.rawValue, score: own.map { $0?.score }, low: own.map { $0?.low },
          high: own.map { $0?.high })
      }
      return try scoreFigure(
        title: "Static analyses on the \(domain)", xLabel: sweep.axis,
        xs: scores.map { sweep.value(of: $0.point) }, curves: curves,
        logX: sweep == .ensembleSize)
    }
  }

  private static let pointHeader = ["ensembleSize", "strength", "length"]

  private func cells(_ point: StaticPoint) -> [CSVWriter.Cell] {
    [.integer(point.members), .number(point.strength), .number(point.lengthRatio)]
  }

  private var scoresCSV: String {
    var csv = CSVWriter(
      header: Self.pointHeader + [
        "scheme", "replicates", "rmse", "score", "low", "high", "scoreAsPlotted", "lowAsPlotted",
        "highAsPlotted",
      ])
    for scores in scores {
      let start = cells(scores.point)
      csv.append(
        start + [
          "True-B", .integer(scores.replicates), .number(scores.optimum), 0, .missing, .missing,
          0, .missing, .missing,
        ])
      for (scheme, own) in scores.schemes {
        csv.append(
          start + [
            .text(scheme.rawValue), .integer(scores.replicates), .number(own.rmse),
            .number(own.score), .optional(own.low), .optional(own.high),
            .number(own.asPlotted.score), .optional(own.asPlotted.low),
            .optional(own.asPlotted.high),
          ])
      }
    }
    return csv.text
  }

  private var errorsCSV: String {
    var csv = CSVWriter(
      header: Self.pointHeader + ["replicate", "True-B"] + StaticScheme.allCases.map(\.rawValue))
    for (scores, errors) in zip(scores, errors) {
      for (replicate, own) in errors.enumerated() {
        csv.append(
          cells(scores.point) + [.integer(replicate), .number(own.truth)]
            + StaticScheme.allCases.map { .optional(own.schemes[$0]) })
      }
    }
    return csv.text
  }

  private var tuningCSV: String {
    var csv = CSVWriter(
      header: Self.pointHeader + ["length in \(design.unit)", "meanSquaredError"])
    for scores in scores {
      for (length, error) in zip(scores.tuning.lengths, scores.tuning.errors) {
        csv.append(cells(scores.point) + [.number(length), .number(error)])
      }
    }
    return csv.text
  }
}
