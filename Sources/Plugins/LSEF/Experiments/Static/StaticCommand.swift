import ArgumentParser
import Foundation
import PPL
import Plugins

/// `ppl run lsef-static`: figures 2, 3 and 4 of the paper, or a single point of them.
struct StaticCommand: Experiment {
  let name = "lsef-static"
  let summary =
    "Static analyses on the sphere: LSEF-B against ensemble, mean and hybrid covariances."

  /// What replaces both the full and the quick design.
  var design: StaticDesign?

  init(design: StaticDesign? = nil) { self.design = design }

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "What to vary: ensemble-size, strength or length (figures 2, 3 and 4); a single point if not given.",
        valueName: "ensemble-size|strength|length"))
    var sweep: String?

    @Option(parsing: .unconditional, help: "How many truths to analyse, each with its ensemble.")
    var replicates = 100

    @Option(parsing: .unconditional, help: "Members of the ensembles, from 2.")
    var ensembleSize = 20

    @Option(parsing: .unconditional, help: "kappa: 1 for a stationary truth, 4 for a wild one.")
    var strength = 2.0

    @Option(
      parsing: .unconditional,
      help:
        "mu_NSL: 1 for a truth whose spectra change within its own length scale, 10 for slow changes."
    )
    var length = 3.0

    @Flag(help: "A sphere of 762 points in place of 4902: seconds in place of minutes.")
    var quick = false

    init() {}

    func validate() throws {
      if let sweep, StaticSweep(rawValue: sweep) == nil {
        throw ValidationError(
          "--sweep is \(sweep), but must be ensemble-size, strength or length.")
      }
      guard (1...100_000).contains(replicates) else {
        throw ValidationError("--replicates is \(replicates), but must be from 1 to 100000.")
      }
      guard (2...10_000).contains(ensembleSize) else {
        throw ValidationError("--ensemble-size is \(ensembleSize), but must be from 2 to 10000.")
      }
      guard strength >= 1, strength.isFinite else {
        throw ValidationError("--strength is \(strength), but must be 1 or more.")
      }
      guard length > 0, length.isFinite else {
        throw ValidationError("--length is \(length), but must be positive.")
      }
    }

    var point: StaticPoint {
      StaticPoint(members: ensembleSize, strength: strength, lengthRatio: length)
    }

    /// Where scores are wanted, in order, with what is varied.
    var points: [StaticPoint] {
      guard let sweep = sweep.flatMap(StaticSweep.init) else { return [point] }
      return sweep.values.map { sweep.point($0, from: point) }
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let study = StaticStudy(
      design: design ?? (options.quick ? .quick : .full), key: RandomKey(run.seed),
      threads: run.sharedThreads,
      journal: try run.journal([.init("--quick", options.quick)]), control: control)
    guard let network = try study.network() else { throw Interrupted() }
    var results: [StaticScores] = []
    var errors: [[StaticStudy.Errors]] = []
    for point in options.points {
      guard control.goesOn, let training = try study.training(point) else { break }
      let own = try study.errors(
        point, replicates: options.replicates, network: network, training: training)
      guard !own.isEmpty else { break }
      errors.append(own)
      results.append(
        try StaticScores(
          point, own, tuning: training.tuning, key: RandomKey(run.seed).foldIn(3)))
    }
    guard !results.isEmpty else { throw Interrupted() }
    return try StaticReport(
      seed: run.seed, options: options, design: study.design, scores: results, errors: errors,
      wantsFiles: run.output != nil
    ).report
  }
}
