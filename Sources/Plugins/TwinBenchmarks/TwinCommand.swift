import ArgumentParser
import Assimilation
import Foundation
import PPL
import Plugins
import Runs

/// The experiment `ppl run twin-benchmarks`: filters in twin experiments with published errors.
struct TwinCommand: Experiment {
  let name = "twin-benchmarks"
  let summary =
    "Filters and smoothers on Lorenz-63, Lorenz-96 and advection beside the errors published for them."

  struct Options: ParsableArguments, Sendable {
    @Option(
      parsing: .unconditional,
      help:
        "The number of twins that each error is averaged over; one of the published length if not given, ten where one is too few."
    )
    var twins: Int?

    @Option(
      help: ArgumentHelp(
        "Only the rows whose names have this in them, as in L96 or ETKF.", valueName: "text"))
    var only: String?

    init() {}

    func validate() throws {
      if let twins, !(1...100_000).contains(twins) {
        throw ValidationError("--twins is \(twins), but must be from 1 to 100000.")
      }
      if rows.isEmpty {
        let names = PublishedError.all.map(\.name).joined(separator: ", ")
        throw ValidationError("--only is \(only ?? ""), which no row has; there are: \(names).")
      }
    }

    var rows: [PublishedError] {
      PublishedError.all.filter { row in only.map { row.name.contains($0) } ?? true }
    }
  }

  /// The stored result of one twin.
  struct Outcome: Codable, Sendable {
    let error: Double?
    let standardError, spread, smoothed: Double?
    let failure: String?
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let pieces = options.rows.flatMap { row in
      (0..<(options.twins ?? row.twins)).map { (row: row, twin: $0) }
    }
    let journal = try run.journal([])
    let outcomes = try journal.results(
      of: pieces.map { "\($0.row.name), twin \($0.twin)" }, "twins", pool: run.pool,
      control: control
    ) { k in
      let key = RandomKey(run.seed).foldIn(UInt32(pieces[k].twin))
      return try pieces[k].row.outcome(key: key)
    }
    let results = options.rows.compactMap { row in
      TwinResult(
        row, zip(pieces, outcomes).filter { $0.0.row.name == row.name }.compactMap(\.1))
    }
    guard !results.isEmpty else { throw Interrupted(keptIn: journal) }
    return TwinReport(seed: run.seed, results: results).report
  }
}

extension TwinCommand.Outcome {
  init(_ run: FilterRun) {
    let error = run.analysisRMSE
    (self.error, standardError) = (error?.value, error?.standardError)
    (spread, smoothed) = (run.analysisSpread?.value, run.smoothedRMSE?.value)
    failure = run.failure?.description
  }
}
