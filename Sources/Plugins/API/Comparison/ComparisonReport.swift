import Foundation
import Preconditions
import Runs
import Tables

/// The report of `ppl compare`: tables, numbers and files.
struct ComparisonReport {
  let numbers: ComparisonNumbers
  let options: ComparisonOptions
  /// The folders of the runs, as they were typed.
  let paths: [String]
  private var comparison: RunComparison { numbers.comparison }
  private var isFolds: Bool { comparison.folds != nil }

  /// The report with its files.
  var runReport: RunReport {
    let record = JSONObject([
      ("comparison", paths), ("options", options.flagValues.filter(\.changesDigits).record),
      ("date", Date().formatted(.iso8601)),
    ])
    let object = numbers.object(pointwise: options.pointwise)
    return RunReport(
      table: table, numbers: object,
      files: [
        OutputFile(RunFileName.run, json: record), OutputFile("compare.json", json: object),
        OutputFile("comparison.csv", text: comparisonFile),
      ] + (options.pointwise ? [OutputFile("pointwise.csv", text: pointwiseFile)] : [])
        + (hasSummaries ? [OutputFile("summaries.csv", text: summariesFile)] : []))
  }

  private var hasSummaries: Bool { comparison.runs.contains { !$0.summaries.isEmpty } }

  // MARK: For people

  private var table: String {
    let what = counted(comparison.observations.count, "observation")
    let how =
      comparison.folds.map { "\($0.count) folds by \($0.word), fitted without each" }
      ?? "each left out by importance weights (PSIS-LOO)"
    let sections = [
      ["\(counted(numbers.rows.count, "run")), \(what): \(how)"], scores, calibration, summaries,
      notes,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var scores: [String] {
    let few = isFolds ? [] : ["p_loo", "k-hat high"]
    let kinds = numbers.kinds.map { "se by \($0)" }
    let header = ["run", "log score", "se"] + few + ["difference", "se"] + kinds + ["weight"]
    var table = TextTable(
      [.leading()] + header.dropFirst().map { _ in .trailing() }, gap: 2)
    table.append(header)
    for row in numbers.rows {
      let own =
        isFolds
        ? [] : [text(row.estimate.effectiveParameters), "\(row.estimate.unreliablePoints.count)"]
      let isBest = row.difference == 0
      table.append(
        [row.run.name, text(row.estimate.elpd), text(row.estimate.standardError)] + own
          + [isBest ? "" : text(row.difference), isBest ? "" : text(row.differenceError)]
          + row.clusteredErrors.map { isBest ? "" : text($0.error) } + [text(row.weight)])
    }
    return table.lines
  }

  private var calibration: [String] {
    guard numbers.rows.contains(where: { $0.run.transforms != nil }) else { return [] }
    var table = TextTable([.leading()] + Array(repeating: .trailing(), count: 5), gap: 2)
    table.append(["run", "CRPS", "in 50 %", "in 90 %", "PIT p", "PIT in tenths"])
    for row in numbers.rows {
      let run = row.run
      table.append([
        run.name, text(run.meanCRPS, 4), percent(run.coverage(0.5)), percent(run.coverage(0.9)),
        text(row.uniformity, 3),
        (run.transforms?.histogram ?? []).map { "\($0)" }.joined(separator: " "),
      ])
    }
    return table.lines
  }

  private var summaries: [String] {
    guard hasSummaries else { return [] }
    let quantities = comparison.runs.flatMap(\.summaries).map(\.quantity)
    let unique = quantities.indices.filter { quantities.firstIndex(of: quantities[$0]) == $0 }
    var table = TextTable(
      [.leading(), .leading()] + Array(repeating: .trailing(), count: 3), gap: 2)
    table.append(["run", "left out whole", "groups", "in 50 %", "in 90 %"])
    for row in numbers.rows {
      for quantity in unique.map({ quantities[$0] }) {
        let pits = row.run.summaries.filter { $0.quantity == quantity }.map(\.pit)
        guard !pits.isEmpty else { continue }
        table.append([
          row.run.name, quantity, "\(pits.count)", percent(pits.coverage(0.5)),
          percent(pits.coverage(0.9)),
        ])
      }
    }
    return table.lines
  }

  private var notes: [String] {
    var notes: [String] = []
    if let row = numbers.rows.first, !isFolds {
      let high = numbers.rows.filter { !$0.estimate.unreliablePoints.isEmpty }
      if !high.isEmpty {
        notes.append(
          "k-hat high: above \(text(row.estimate.threshold)), where an estimate is not reliable; --folds fits again instead"
        )
      }
    }
    for row in numbers.rows where row.run.unconvergedFolds > 0 {
      notes.append(
        "\(row.run.name): \(counted(row.run.unconvergedFolds, "fold")) did not converge")
    }
    for row in numbers.rows {
      let unknown = row.run.summaries.reduce(0) { $0 + $1.unknown }
      if unknown > 0 {
        notes.append(
          "\(row.run.name): \(counted(unknown, "simulated group")) without the number of the observed one left out"
        )
      }
    }
    let remarks = comparison.runs.flatMap(\.remarks)
    for (index, remark) in remarks.enumerated() where remarks.firstIndex(of: remark) == index {
      let names = comparison.runs.filter { $0.remarks.contains(remark) }.map(\.name)
      notes.append("\(names.joined(separator: ", ")): \(remark)")
    }
    if !numbers.kinds.isEmpty {
      notes.append(
        "PIT p and the first se of differences are of independent observations; se by \(numbers.kinds.joined(separator: " and se by ")) "
          + "allows for dependence within")
    }
    return notes
  }

  private func text(_ value: Double?, _ digits: Int = 2) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? ""
  }

  private func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", 100 * $0) } ?? ""
  }

  // MARK: Files

  private var comparisonFile: String {
    var csv = CSVWriter(
      header: [
        "run", "model", "log_score", "log_score_se", "effective_parameters", "khats_above",
        "difference", "difference_se",
      ] + numbers.kinds.map { "difference_se_by_\($0)" } + [
        "weight", "crps", "pit_p_value", "coverage_50", "coverage_90",
      ] + (0..<10).map { "pit_\($0)" })
    for row in numbers.rows {
      let run = row.run
      let histogram: [CSVWriter.Cell] =
        run.transforms.map { $0.histogram.map { .integer($0) } }
        ?? Array(repeating: .missing, count: 10)
      csv.append(
        [
          .text(run.name), .text(run.model), .number(row.estimate.elpd),
          .number(row.estimate.standardError), .optional(row.estimate.effectiveParameters),
          isFolds ? .missing : .integer(row.estimate.unreliablePoints.count),
          .number(row.difference), .number(row.differenceError),
        ] + row.clusteredErrors.map { .number($0.error) } + [
          .number(row.weight), .optional(run.meanCRPS), .optional(row.uniformity),
          .optional(run.coverage(0.5)), .optional(run.coverage(0.9)),
        ] + histogram)
    }
    return csv.text
  }

  private var pointwiseFile: String {
    var csv = CSVWriter(
      header: ["run", "observation", "value", "log_score", "khat", "pit", "crps"])
    for row in numbers.rows {
      for (observation, score) in zip(comparison.observations, row.run.scores) {
        csv.append([
          .text(row.run.name), .text(observation.name), .number(observation.value),
          .number(score.logDensity), .optional(score.khat), .optional(score.pit),
          .optional(score.crps),
        ])
      }
    }
    return csv.text
  }

  private var summariesFile: String {
    var csv = CSVWriter(
      header: ["run", "group", "quantity", "observed", "mean", "q05", "q95", "pit", "unknown"])
    for row in numbers.rows {
      for summary in row.run.summaries {
        csv.append([
          .text(row.run.name), .text(summary.group), .text(summary.quantity),
          .number(summary.observed), .number(summary.mean), .number(summary.q05),
          .number(summary.q95), .number(summary.pit),
          .integer(summary.unknown),
        ])
      }
    }
    return csv.text
  }
}
