import Foundation
import Inference
import PPL
import Runs
import Tables

extension FittedModel {
  /// The default report: a summary of each site of the posterior, with its draws in `draws.csv`.
  ///
  /// - Throws: As `posterior(key:)`; `InferenceError.unknownSite` for a reported site that does not exist.
  public func siteReport() throws -> RunReport {
    let posterior = try posterior()
    let course = course(judgedBy: posterior.draws)
    let sites = problem.reportedSites ?? posterior.draws.names
    let isPoint = fit.isPoint
    let table =
      try isPoint ? pointTable(posterior, of: sites) : posterior.table(of: sites)
    let named = sites.flatMap {
      zip(posterior.elementNames(of: $0), posterior.summaries(of: $0))
    }.map { name, summary -> (String, (any Encodable & Sendable)?) in
      (name, summaryNumbers(summary, mean: summary.mean, isPoint: isPoint))
    }
    // Summaries by the name of each number: `mu`, `theta[0]`.
    let numbers = course.merged(
      with: JSONObject([
        ("posterior", JSONObject(named)),
        (
          "parameters",
          try posterior.parameterNumbers(of: sites, isPoint: isPoint, pool: context.pool)
        ),
        ("seconds", course.seconds),
      ]))
    var record = self.record
    record.members +=
      JSONObject([
        ("data", settings.data.isEmpty ? nil : settings.data.joined(separator: " ")),
        // The SHA-256 of the model with its options and data, or of each part of the data that the model gives.
        ("content", problem.content == nil ? context.content.first?.value : nil),
        ("contents", problem.content.map { Dictionary($0.map { ($0.name, $0.value) }) { $1 } }),
      ]).members
    return RunReport(
      table: (["\(model.name): \(model.summary)", "", table, ""] + course.lines)
        .joined(separator: "\n"),
      numbers: numbers,
      files: [
        OutputFile(RunFileName.run, json: record), OutputFile(RunFileName.results, json: numbers),
      ] + fit.files
        + [
          OutputFile(RunFileName.draws, posterior: posterior, sites: posterior.draws.names),
          posteriorFile(posterior),
        ]
        + [fit.checkpoint].compactMap(\.self),
      profile: fit.profile, failure: course.failure)
  }
}

extension FittedModel {
  /// The table of a point: sites with their values.
  private func pointTable(_ posterior: Posterior, of sites: [String]) throws -> String {
    // For its error of an unknown site.
    _ = try posterior.table(of: sites)
    var table = TextTable([.leading(), .trailing()], gap: 2)
    table.append(["", "point"])
    for site in sites {
      let unit = posterior.units[site].map { " (\($0))" } ?? ""
      for (name, summary) in zip(posterior.elementNames(of: site), posterior.summaries(of: site)) {
        table.append([name + unit, String(format: "%.2f", summary.mean)])
      }
    }
    return table.description
  }
}

extension OutputFile {
  /// The file of draws, with a row for each draw and a column for each number of the sites: `mu`, `theta[0]`, `theta[1]`; with
  /// several chains also a column `chain`.
  ///
  /// - Precondition: There are sites of these names.
  public init(_ name: String, posterior: Posterior, sites: [String]) {
    let count = posterior.draws.count
    let columns = sites.flatMap { site in
      let names = posterior.elementNames(of: site)
      let draws = posterior.draws[site].reshaped(to: [count, names.count])
      let values = draws.transposed([1, 0]).scalars
      return names.indices.map { (names[$0], values[($0 * count)..<(($0 + 1) * count)]) }
    }
    let hasChains = posterior.chains > 1
    var csv = CSVWriter(header: (hasChains ? ["chain"] : []) + ["draw"] + columns.map(\.0))
    for row in 0..<count {
      let (chain, draw) = row.quotientAndRemainder(dividingBy: posterior.drawsPerChain)
      csv.append(
        (hasChains ? [.integer(chain)] : []) + [.integer(draw)]
          + columns.map { .number($1[$1.startIndex + row]) })
    }
    self.init(name, text: csv.text)
  }
}
