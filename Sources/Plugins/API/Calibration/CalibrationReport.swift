import Foundation
import Inference
import Preconditions
import Runs
import Tables

/// The report of `ppl calibrate`: table, numbers and files.
struct CalibrationReport {
  let model, backend: String
  /// The requested number of panels.
  let panels: Int
  let calibration: Calibration
  /// The observed sites with their shapes.
  let design: String
  /// The wall time of all parts of the run in seconds.
  let seconds: Double
  /// The flags of the run, for `run.json`.
  let settings: [String: String]
  let threads: Int
  /// The start of this part of the run.
  let date: Date

  var runReport: RunReport {
    get throws {
      let record = JSONObject([
        ("model", model), ("backend", backend), ("panels", panels), ("options", settings),
        ("seconds", seconds), ("threads", threads), ("date", date.formatted(.iso8601)),
      ])
      return RunReport(
        table: table, numbers: numbers,
        files: [
          OutputFile(RunFileName.run, json: record), OutputFile(RunFileName.results, json: numbers),
          OutputFile("calibration.csv", text: csv),
        ] + (try rankFigure(calibration)?.files(named: "ranks") ?? []),
        failure: calibration.rows.isEmpty ? calibration.verdict : nil)
    }
  }

  private var percent: String { String(format: "%g %%", 100 * calibration.level) }

  private var table: String {
    var table = TextTable(
      [.leading()] + Array(repeating: .trailing(), count: 5), gap: 2)
    table.append(["site", "elements", "coverage", "95 % interval", "rank test p", "rms error"])
    for row in calibration.rows {
      table.append([
        row.name, "\(row.elements)", String(format: "%.1f %%", 100 * row.coverage),
        String(format: "%.1f to %.1f %%", 100 * row.low, 100 * row.high),
        String(format: "%.3f", row.pValue), String(format: "%.2f", row.rootMeanSquareError),
      ])
    }
    let outcomes = calibration.outcomes
    let fitted = outcomes.count - calibration.failed
    let title =
      "\(model) by \(backend): \(counted(outcomes.count, "panel")) of \(design) from the prior, coverage of \(percent) intervals"
    var facts = [
      String(
        format:
          "%@ in %.1f s: %d failed; %d of the others did not converge by their own diagnosis, and count",
        counted(outcomes.count, "fit"), seconds, calibration.failed, calibration.unconverged)
    ]
    if let failure = outcomes.lazy.compactMap(\.failure).first {
      facts.append("the first failure: \(failure)")
    }
    if let doubt = outcomes.lazy.compactMap(\.doubt).first {
      facts.append("the first that did not converge: \(doubt)")
    }
    if outcomes.count < panels {
      facts.append(
        "interrupted after \(outcomes.count) of \(panels) panels; --resume continues with the rest of a run with --output"
      )
    }
    return
      ([title, ""] + (fitted > 0 ? [table.description, ""] : []) + facts + [calibration.verdict])
      .joined(separator: "\n")
  }

  private var numbers: JSONObject {
    let rows = calibration.rows.map { row in
      let numbers = JSONObject([
        ("elements", row.elements), ("coverage", row.coverage), ("low", row.low),
        ("high", row.high), ("p_value", row.pValue), ("rms_error", row.rootMeanSquareError),
      ])
      return (row.name, Optional(numbers as any Encodable & Sendable))
    }
    return JSONObject([
      ("model", model), ("backend", backend), ("level", calibration.level),
      ("panels", calibration.outcomes.count), ("failed", calibration.failed),
      ("unconverged", calibration.unconverged),
      ("first_doubt", calibration.outcomes.lazy.compactMap(\.doubt).first),
      ("sites", JSONObject(rows)),
      ("calibrated", calibration.isCalibrated),
      ("verdict", calibration.verdict), ("seconds", seconds),
    ])
  }

  private var csv: String {
    var csv = CSVWriter(
      header: ["site", "elements", "coverage", "low", "high", "p_value", "rms_error"])
    for row in calibration.rows {
      csv.append(
        [.text(row.name), .integer(row.elements)]
          + [row.coverage, row.low, row.high, row.pValue, row.rootMeanSquareError].map {
            .number($0)
          })
    }
    return csv.text
  }
}
