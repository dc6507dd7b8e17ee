import Assimilation
import Foundation
import PPL
import Runs
import SpectralFields
import Tables

/// The report of `ppl run lsef-static`.
struct StaticReport: ComparisonReport {
  let seed: UInt64
  let options: StaticCommand.Options
  let design: StaticDesign
  let scores: [StaticScores]
  /// The errors of the replicates of each point.
  let errors: [[StaticStudy.Errors]]
  let wantsFiles: Bool

  private var domain: String { design.sphere == nil ? "circle" : "sphere" }
  var sweep: Sweep<StaticPoint>? { StaticPoint.sweep(named: options.sweep) }
  var namedPoint: StaticPoint { options.point(design) }
  var title: String { "Static analyses on the \(domain)" + (options.quick ? " (--quick)" : "") }

  // MARK: Captions

  let nameOfReplicates = "replicates"
  func replicates(_ scores: StaticScores) -> Int { scores.replicates }
  var zero: String {
    "Zero is the analysis with the true covariances (True-B); 0.1 is a root mean squared error larger by a tenth."
  }
  var mark: String {
    (options.settings.changes.isEmpty
      ? "" : " Other than published: \(options.settings.changes.joined(separator: "; ")).")
      + (options.quick
        ? " By --quick: \(design.domain.pointCount) points in place of the published size." : "")
  }
  var captions: [FigureCaption] {
    [
      FigureCaption(
        name: "figure1", title: "Filter bank of the sphere",
        caption:
          "Transfer functions over the wavenumber, and impulse responses relative to their maxima over the distance in "
          + "radians, of the \(design.bank.count) filters; zero is no response.\(mark)"),
      FigureCaption(
        name: "figure8", title: "Realizations of the truth",
        caption:
          "One realization of the field (no unit) for each length of non-stationarity, with the same white noise, each on a "
          + "colour scale of its own; zero is the mean. Seed \(seed).\(mark)"),
    ]
  }

  // MARK: For people

  var heading: String {
    """
    Static analyses on a \(domain) of \(design.domain.pointCount) points, \
    \(design.observationCount) observations; seed \(seed)
    """
      + (options.settings.changes.isEmpty
        ? "" : "\nother than published: \(options.settings.changes.joined(separator: "; "))")
  }

  func table(_ scores: StaticScores) -> String {
    let heading = """
      \(scores.point.label); \(scores.replicates) replicates; localization \
      \(scores.localization.short) \(design.unit)
      """
      + (scores.density.map {
        String(format: "; W with %.1f %% of its entries", 100 * $0)
      } ?? "")
    var table = ScoreTable("scheme", "RMSE", "score", "5 %", "95 %", "as plotted")
    table.append("True-B", scores.optimum, 0, nil, nil, nil)
    for (scheme, own) in scores.results {
      table.append(
        scheme.rawValue, own.rmse, own.score, own.low, own.high, own.asPlotted.score)
    }
    return "\(heading)\n\(table)"
  }

  // MARK: For programs

  struct Setup: Encodable, Sendable { let points, observations: Int }

  var setup: Setup {
    Setup(points: design.domain.pointCount, observations: design.observationCount)
  }

  func figuresAndTables() throws -> [OutputFile] {
    var files: [OutputFile] = []
    if let sphere = design.sphere {
      files += try filterBankFigure(of: design.bank).files(named: "figure1")
      files += try realizationsFigure(
        on: sphere, truth: design.truth, key: RandomKey(seed).foldIn(4)
      )
      .files(named: "figure8")
    }
    return try files + sweepFigure() + [
      OutputFile("scores.csv", text: scoresCSV), OutputFile("errors.csv", text: errorsCSV),
      OutputFile("tuning.csv", text: tuningCSV),
      OutputFile("stationarity.csv", text: try stationarityCSV()),
    ]
  }

  private var scoresCSV: String {
    pointTable([
      "scheme", "replicates", "rmse", "score", "low", "high", "scoreAsPlotted", "lowAsPlotted",
      "highAsPlotted",
    ]) { scores in
      let optimum: [CSVWriter.Cell] = [
        "True-B", .integer(scores.replicates), .number(scores.optimum), 0, .missing, .missing, 0,
        .missing, .missing,
      ]
      return [optimum]
        + scores.results.map { scheme, own in
          [
            .text(scheme.rawValue), .integer(scores.replicates), .number(own.rmse),
            .optional(own.score), .optional(own.low), .optional(own.high),
            .number(own.asPlotted.score), .optional(own.asPlotted.low),
            .optional(own.asPlotted.high),
          ]
        }
    }
  }

  private var errorsCSV: String {
    var csv = CSVWriter(
      header: StaticPoint.columns + ["replicate", "True-B"] + StaticScheme.compared.map(\.rawValue))
    for (scores, errors) in zip(scores, errors) {
      for (replicate, own) in errors.enumerated() {
        csv.append(
          scores.point.cells + [.integer(replicate), .number(own.truth)]
            + StaticScheme.compared.map { .optional(own.schemes[$0]) })
      }
    }
    return csv.text
  }

  private var tuningCSV: String {
    pointTable(["length in \(design.unit)", "meanSquaredError"]) { scores in
      zip(scores.tuning.lengths, scores.tuning.errors).map { [.number($0), .number($1)] }
    }
  }
  /// The table of local stationarity of the first truth at each point; lengths are in radians.
  private func stationarityCSV() throws -> String {
    let key = StaticStudy.testKey(0, of: RandomKey(seed)).split(3)[0]
    let columns = ["strengthNu", "nonStationarityLength", "lengthscale", "errorBound"]
    return try pointTable(columns) { scores in
      let truth = design.truth(scores.point)
      let local = LocalStationarity(
        of: try ConvolutionModel(truth.spectra(key: key), on: truth.domain))
      return [
        [
          .number(local.strength), .number(local.nonStationarityLength),
          .number(local.characteristicLength), .number(local.errorBound),
        ]
      ]
    }
  }
}
