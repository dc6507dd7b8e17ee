import ArgumentParser
import Foundation
import Inference
import PPL
import Plugins
import Runs

/// The experiment `ppl run dependence-coverage`: coverage of 90 % intervals on panels whose stations depend on each other within
/// a year, by fits that take them as independent, that are widened, and that have the copula.
///
/// Each panel is fitted by `gev`, location `1 + field + gmst`, with constant scale and shape, by NUTS.
struct CoverageCommand: Experiment {
  let name = "dependence-coverage"
  let summary =
    "Coverage of 90 % intervals where stations of a year are alike: independent, adjusted, resample and copula."

  struct Options: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "How many panels are simulated and fitted.")
    var panels = 50
    @Option(parsing: .unconditional, help: "How many stations a panel has, from 4 to 40.")
    var stations = 15
    @Option(parsing: .unconditional, help: "How many years a panel has.")
    var years = 40
    @Option(parsing: .unconditional, help: "How many draws each of two chains makes.")
    var draws = 400
    @Option(
      parsing: .unconditional, help: "How many refits --dependence resample makes; 0 for none.")
    var resamples = 0
    @Flag(
      help: "Fits with an anomaly of the year too, anomaly and anomaly(field) of --location.")
    var anomaly = false

    init() {}

    func validate() throws {
      func check(_ flag: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
          throw ValidationError(
            "\(flag) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
        }
      }
      try check("--panels", panels, 1...100_000)
      try check("--stations", stations, 4...CoveragePanel.largest.stations)
      try check("--years", years, 12...CoveragePanel.largest.years)
      try check("--draws", draws, 20...100_000)
      guard resamples == 0 || (20...100_000).contains(resamples) else {
        throw ValidationError("--resamples is \(resamples), but must be 0, or from 20 to 100000.")
      }
    }

    var methods: [CoverageMethod] {
      [.independent, .adjusted] + (resamples > 0 ? [.resample] : []) + [.copula]
        + (anomaly ? [.anomaly, .anomalyField] : [])
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let began = ContinuousClock.now
    let panel = try CoveragePanel(stations: options.stations, years: options.years)
    let journal = try run.journal([
      .init("--stations", options.stations), .init("--years", options.years),
      .init("--draws", options.draws), .init("--resamples", options.resamples),
      .init("--anomaly", options.anomaly),
    ])
    let found = try journal.results(
      of: (1...options.panels).map { "panel \($0)" }, "panels", pool: run.pool, control: control
    ) { number in
      try CoverageFit(panel, options, key: RandomKey(run.seed).foldIn(UInt32(number))).outcomes()
    }.compactMap(\.self)
    guard !found.isEmpty else { throw Interrupted(keptIn: journal) }
    return CoverageReport(
      panel: panel, options: options, seed: run.seed, outcomes: found,
      seconds: (ContinuousClock.now - began) / .seconds(1)
    ).report
  }
}
