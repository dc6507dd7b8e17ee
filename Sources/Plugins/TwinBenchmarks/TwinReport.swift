import Foundation
import Plugins
import Runs
import Tables

/// The result of a filter's twins, with the published error.
struct TwinResult: Sendable, Encodable {
  let twin, method: String
  let members: Int?
  let inflation: Double?
  /// The root mean squared error of analyses, averaged over twins; nil if a twin failed.
  let rmse: Double?
  /// The standard error of `rmse`; nil if a twin failed.
  let rmseError: Double?
  /// The ensemble spread of analyses, averaged over twins; nil if a twin failed.
  let spread: Double?
  /// The root mean squared error of smoothed states, averaged over twins; nil for a filter.
  let smoothedRMSE: Double?
  let published, tolerance, dapper: Double?
  let twins: Int
  /// Whether the error is within the tolerance of the published one; nil if there is none.
  let isWithin: Bool?
  let failure: String?

  enum CodingKeys: String, CodingKey {
    case twin, method, members, inflation, rmse, spread, published, tolerance, dapper, twins,
      failure
    case rmseError = "rmse_error"
    case smoothedRMSE = "smoothed_rmse"
    case isWithin = "within"
  }

  /// The result of these outcomes; nil if there are none.
  init?(_ row: PublishedError, _ outcomes: [TwinCommand.Outcome]) {
    guard !outcomes.isEmpty else { return nil }
    (twin, method) = (row.twin.rawValue, row.method.rawValue)
    (members, inflation, twins) = (row.members, row.inflation, outcomes.count)
    (published, tolerance, dapper) = (row.published, row.tolerance, row.dapper)
    failure = outcomes.compactMap(\.failure).first
    // The error up to a failure does not measure the filter.
    let whole = failure == nil ? outcomes : []
    let errors = whole.compactMap(\.error)
    let count = Double(errors.count)
    let mean = errors.isEmpty ? nil : errors.reduce(0, +) / count
    rmse = mean
    let squares = whole.compactMap(\.standardError).map { $0 * $0 }
    rmseError =
      squares.isEmpty || squares.count != errors.count
      ? nil : squares.reduce(0, +).squareRoot() / count
    let spreads = whole.compactMap(\.spread)
    spread = spreads.isEmpty ? nil : spreads.reduce(0, +) / Double(spreads.count)
    let smoothed = whole.compactMap(\.smoothed)
    smoothedRMSE = smoothed.isEmpty ? nil : smoothed.reduce(0, +) / Double(smoothed.count)
    isWithin = row.published.map { published in
      mean.map { abs($0 - published) <= row.tolerance ?? 0 } ?? false
    }
  }
}

/// The report of `ppl run twin-benchmarks`: its table and its files.
struct TwinReport {
  let seed: UInt64
  let results: [TwinResult]

  var report: RunReport {
    RunReport(
      table: table, numbers: Numbers(seed: seed, rows: results),
      files: [
        OutputFile("errors.csv", text: csv),
        OutputFile(RunFileName.run, json: Numbers(seed: seed, rows: results)),
      ])
  }

  private struct Numbers: Encodable, Sendable {
    let seed: UInt64
    let rows: [TwinResult]
  }

  private var table: String {
    var table = TextTable([.leading(11), .leading(23)] + Array(repeating: .trailing(11), count: 8))
    table.append(line: "Twin experiments; seed \(seed)\n")
    table.append([
      "twin", "filter", "N", "rmse.a", "error", "spread", "rmse.s", "published", "±", "within",
    ])
    for row in results {
      table.append([
        row.twin, row.method, row.members.map(String.init) ?? "", decimals(row.rmse),
        decimals(row.rmseError), decimals(row.spread), decimals(row.smoothedRMSE),
        decimals(row.published), decimals(row.tolerance), words(row.isWithin),
      ])
    }
    for row in results {
      if let failure = row.failure { table.append(line: "\(row.twin) \(row.method) \(failure)") }
    }
    return table.description
  }

  private func words(_ isWithin: Bool?) -> String { isWithin.map { $0 ? "yes" : "no" } ?? "-" }

  private func decimals(_ number: Double?) -> String {
    number.map { String(format: "%.4f", $0) } ?? "-"
  }

  private var csv: String {
    var csv = CSVWriter(
      header: [
        "twin", "method", "members", "inflation", "twins", "rmse", "rmseError", "spread",
        "smoothedRMSE", "published", "tolerance", "dapper", "within", "failure",
      ])
    for row in results {
      csv.append([
        .text(row.twin), .text(row.method), row.members.map(CSVWriter.Cell.integer) ?? .missing,
        .optional(row.inflation), .integer(row.twins), .optional(row.rmse),
        .optional(row.rmseError), .optional(row.spread), .optional(row.smoothedRMSE),
        .optional(row.published), .optional(row.tolerance), .optional(row.dapper),
        .text(words(row.isWithin)),
        row.failure.map(CSVWriter.Cell.text) ?? .missing,
      ])
    }
    return csv.text
  }
}
