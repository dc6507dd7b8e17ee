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
    let panels, failed: Int
  }

  var rows: [Row] {
    panel.truths.indices.flatMap { index in
      options.methods.map { method in
        let all = outcomes.flatMap(\.self).filter { $0.method == method.rawValue }
        let found = all.filter { $0.failure == nil }
        let shares = found.map { $0.covered[index] }
        let n = Double(shares.count)
        let mean = shares.reduce(0, +) / n
        // Of a scalar p (1 - p) / n; stations of a panel are not independent of each other.
        let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return Row(
          name: panel.truths[index].name, method: method.rawValue, coverage: mean,
          error: squares.squareRoot() / n, width: found.reduce(0) { $0 + $1.widths[index] } / n,
          panels: found.count, failed: all.count - found.count)
      }
    }
  }

  var report: RunReport {
    let rows = rows
    var table = TextTable(
      [.leading()] + Array(repeating: .trailing(), count: options.methods.count), gap: 2)
    table.append([""] + options.methods.map(\.rawValue))
    for name in panel.truths.map(\.name) {
      table.append(
        [name]
          + rows.filter { $0.name == name }.map {
            String(format: "%.0f %% (%.0f)", 100 * $0.coverage, 100 * $0.error)
          })
    }
    let failed = options.methods.compactMap { method -> String? in
      let count = rows.first { $0.method == method.rawValue }?.failed ?? 0
      return count == 0 ? nil : "\(counted(count, "fit")) with \(method.rawValue) failed"
    }
    let title = String(
      format:
        "coverage of 90 %% intervals (standard error) on %@ of %d stations x %d years, mean correlation %.2f within a year",
      counted(outcomes.count, "panel"), options.stations, options.years, panel.meanCorrelation)
    var csv = CSVWriter(
      header: ["number", "method", "coverage", "standard_error", "mean_width", "panels", "failed"])
    for row in rows {
      csv.append([
        .text(row.name), .text(row.method), .number(row.coverage), .number(row.error),
        .number(row.width), .integer(row.panels), .integer(row.failed),
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
                rows.filter { $0.name == name && $0.panels > 0 }.map {
                  (
                    $0.method,
                    JSONObject([
                      ("coverage", $0.coverage), ("standard_error", $0.error),
                      ("mean_width", $0.width), ("panels", $0.panels), ("failed", $0.failed),
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
      ("resamples", options.resamples), ("seconds", seconds),
    ])
    return RunReport(
      table: ([title, "", table.description]
        + (failed.isEmpty ? [] : [""] + failed)
        + ["", String(format: "%.1f s", seconds)]).joined(separator: "\n"),
      numbers: numbers,
      files: [
        OutputFile(RunFileName.run, json: record), OutputFile(RunFileName.results, json: numbers),
        OutputFile("coverage.csv", text: csv.text),
      ])
  }
}
