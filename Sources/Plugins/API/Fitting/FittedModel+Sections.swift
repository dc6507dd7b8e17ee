import Foundation
import Inference
import Runs

extension FittedModel {
  /// The section with the table of the posterior: each number with its unit, summary and convergence.
  ///
  /// - Parameter sites: The sites, in order; those of the default report if nil.
  /// - Throws: As `posterior(key:)`.
  public func posteriorSection(of sites: [String]? = nil) throws -> ReportSection {
    let posterior = try posterior()
    let names = sites ?? problem.reportedSites ?? posterior.draws.names
    let isPoint = fit.isPoint
    let hasUnits = names.contains { posterior.units[$0] != nil }
    let hasChains = posterior.hasMarkovChains && !isPoint
    let rows = try names.flatMap { site in
      zip(
        posterior.elementNames(of: site),
        try posterior.parameterSummaries(of: site, pool: context.pool)
      ).map { name, s in
        let numbers = isPoint ? [s.mean] : [s.mean, s.sd, s.q05, s.q50, s.q95]
        let chains =
          [s.rhat.map { String(format: "%.3f", $0) }]
          + [s.bulkESS, s.tailESS].map { $0.map { String(format: "%.0f", $0) } }
        return [name] + (hasUnits ? [posterior.units[site] ?? ""] : [])
          + numbers.map(reportNumber) + (hasChains ? chains.map { $0 ?? "" } : [])
      }
    }
    let header =
      ["number"] + (hasUnits ? ["unit"] : [])
      + (isPoint ? ["point"] : ["mean", "sd", "5 %", "50 %", "95 %"])
      + (hasChains ? ["R-hat", "ESS bulk", "ESS tail"] : [])
    return ReportSection(
      "Posterior",
      [
        .table(
          ReportTable("Posterior of each number", header: header, rows: rows)
            .first(200, allIn: RunFileName.results))
      ])
  }
}

/// A number of a report with five significant digits.
func reportNumber(_ number: Double) -> String { String(format: "%.5g", number) }
