import Foundation
import Plugins
import Preconditions
import Runs
import Tables

/// The table of coverage by number and method, with binomial standard errors of the panels.
struct CoverageReport {
  let panel: CoveragePanel
  let options: CoverageCommand.Options
  let seed: UInt64
  /// The outcomes of each panel.
  let outcomes: [[CoverageFit.Outcome]]
  let seconds: Double

  /// The coverage of one number by one method.
  struct Row: Sendable {
    let name, method: String
    /// The share of covering intervals and its standard error.
    let coverage, error: Double
    /// The mean width of the intervals.
    let width: Double
    /// The numbers of panels whose fit has intervals, of those whose fit did not converge, and of those whose fit failed.
    let panels, unconverged, failed: Int
  }

  /// The outcomes of a method on all panels.
  private func outcomes(_ method: CoverageMethod) -> [CoverageFit.Outcome] {
    outcomes.flatMap(\.self).filter { $0.method == method.rawValue }
  }

  /// The rows by number and method, without those that no fit of a method has.

  var rows: [Row] {
    panel.truths.indices.flatMap { index in
      options.methods.compactMap { method in
        let all = outcomes(method)
        let found = all.filter { $0.failure == nil }
        guard !found.isEmpty else { return nil }
        let shares = found.map { $0.covered[index] }
        let n = Double(shares.count)
        let mean = shares.reduce(0, +) / n
        // Of a scalar p (1 - p) / n; stations of a panel are not independent of each other.
        let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return Row(
          name: panel.truths[index].name, method: method.rawValue, coverage: mean,
          error: squares.squareRoot() / n, width: found.reduce(0) { $0 + $1.widths[index] } / n,
          panels: found.count, unconverged: found.count { !$0.isConverged },
          failed: all.count - found.count)
      }
    }
  }

  private func table(_ rows: [Row]) -> TextTable {
    var table = TextTable(
      [.leading()] + Array(repeating: .trailing(), count: options.methods.count), gap: 2)
    table.append([""] + options.methods.map(\.rawValue))
    for name in panel.truths.map(\.name) {
      let cells = options.methods.map { method in
        rows.first { $0.name == name && $0.method == method.rawValue }.map {
          String(format: "%.0f %% (%.0f)", 100 * $0.coverage, 100 * $0.error)
        } ?? "-"
      }
      table.append([name] + cells)
    }
    return table
  }

  /// Sentences about fits that failed, and about those that did not converge.
  private var remarks: [String] {
    options.methods.flatMap { method -> [String] in
      let all = outcomes(method)
      let failures = all.compactMap(\.failure)
      let unconverged = all.count { $0.failure == nil && !$0.isConverged }
      return [
        failures.first.map {
          "\(counted(failures.count, "fit")) with \(method.rawValue) failed, the first one: \($0)"
        },
        unconverged == 0
          ? nil
          : "\(counted(unconverged, "fit")) with \(method.rawValue) did not converge, and counted",
      ].compactMap(\.self)
    }
  }

  var report: RunReport {
    let (rows, remarks) = (rows, remarks)
    let title = String(
      format:
        "coverage of 90 %% intervals (standard error) on %@ of %d stations x %d years, mean correlation %.2f within a year",
      counted(outcomes.count, "panel"), options.stations, options.years, panel.meanCorrelation)
    var csv = CSVWriter(
      header: [
        "number", "method", "coverage", "standard_error", "mean_width", "panels", "unconverged",
        "failed",
      ])
    for row in rows {
      csv.append([
        .text(row.name), .text(row.method), .number(row.coverage), .number(row.error),
        .number(row.width), .integer(row.panels), .integer(row.unconverged), .integer(row.failed),
      ])
    }
    let numbers = JSONObject([
      (
        "coverage",
        JSONObject(
          panel.truths.map(\.name).map { name in
            (
              name,
              JSONObject(
                rows.filter { $0.name == name }.map {
                  (
                    $0.method,
                    JSONObject([
                      ("coverage", $0.coverage), ("standard_error", $0.error),
                      ("mean_width", $0.width), ("panels", $0.panels),
                      ("unconverged", $0.unconverged), ("failed", $0.failed),
                    ])
                  )
                })
            )
          })
      ), ("mean_correlation", panel.meanCorrelation), ("seconds", seconds),
    ])
    let record = JSONObject([
      ("experiment", "dependence-coverage"), ("seed", seed), ("panels", options.panels),
      ("stations", options.stations), ("years", options.years), ("draws", options.draws),
      ("resamples", options.resamples), ("anomaly", options.anomaly), ("seconds", seconds),
    ])
    return RunReport(
      table: ([title, "", table(rows).description]
        + (remarks.isEmpty ? [] : [""] + remarks)
        + ["", String(format: "%.1f s", seconds)]).joined(separator: "\n"),
      numbers: numbers,
      files: [
        OutputFile(RunFileName.run, json: record), OutputFile(RunFileName.results, json: numbers),
        OutputFile("coverage.csv", text: csv.text),
      ])
  }
}
