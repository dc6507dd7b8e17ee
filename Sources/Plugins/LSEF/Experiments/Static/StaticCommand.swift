import ArgumentParser
import Foundation
import PPL
import Plugins
import Runs

/// `ppl run lsef-static`: figures 2, 3 and 4 of the paper, or a single point of them.
struct StaticCommand: Experiment {
  let name = "lsef-static"
  let summary =
    "Static analyses on sphere or circle: LSEF-B against ensemble, mean and hybrid covariances."

  /// What replaces the designs of the flags.
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

    @Option(
      help: ArgumentHelp(
        "Where the fields live: the published sphere, or the circle of the authors' other experiments.",
        valueName: "sphere|circle"))
    var domain = "sphere"

    @Option(
      parsing: .unconditional,
      help: "Members of the ensembles, from 2; 20 on the sphere and 10 on the circle if not given.")
    var ensembleSize: Int?

    @Option(parsing: .unconditional, help: "kappa: 1 for a stationary truth, 4 for a wild one.")
    var strength = 2.0

    @Option(
      parsing: .unconditional,
      help:
        "mu_NSL: 1 for a truth whose spectra change within its own length scale, 10 for slow changes."
    )
    var length = 3.0

    @Flag(
      help:
        "A sphere of 762 points in place of 4902, or a circle of 60 in place of 120: seconds in place of minutes."
    )
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
      guard ["sphere", "circle"].contains(domain) else {
        throw ValidationError("--domain is \(domain), but must be sphere or circle.")
      }
      if let ensembleSize, !(2...10_000).contains(ensembleSize) {
        throw ValidationError("--ensemble-size is \(ensembleSize), but must be from 2 to 10000.")
      }
      guard (1...1_000).contains(strength) else {
        throw ValidationError("--strength is \(strength), but must be from 1 to 1000.")
      }
      guard (0.001...1_000).contains(length) else {
        throw ValidationError("--length is \(length), but must be from 0.001 to 1000.")
      }
    }

    /// The domain of the flags.
    var design: StaticDesign {
      switch (domain, quick) {
      case ("circle", false): .circle
      case ("circle", true): .quickCircle
      case (_, true): .quick
      default: .full
      }
    }

    func point(_ design: StaticDesign) -> StaticPoint {
      StaticPoint(
        members: ensembleSize ?? design.members, strength: strength, lengthRatio: length)
    }

    /// Where scores are wanted, in order, with what is varied.
    func points(_ design: StaticDesign) -> [StaticPoint] {
      let point = point(design)
      guard let sweep = sweep.flatMap(StaticSweep.init) else { return [point] }
      return sweep.values.map { sweep.point($0, from: point) }
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let design = design ?? options.design
    let study = StaticStudy(
      design: design, key: RandomKey(run.seed),
      threads: run.sharedThreads,
      journal: try run.journal([
        .init("--domain", options.domain), .init("--quick", options.quick),
      ]), control: control)
    guard let network = try study.network() else { throw Interrupted(keptIn: study.journal) }
    var results: [StaticScores] = []
    var errors: [[StaticStudy.Errors]] = []
    for point in options.points(design) {
      guard control.goesOn, let training = try study.training(point) else { break }
      let own = try study.errors(
        point, replicates: options.replicates, network: network, training: training)
      guard !own.isEmpty else { break }
      errors.append(own)
      results.append(
        try StaticScores(
          point, own, tuning: training.tuning, key: RandomKey(run.seed).foldIn(3)))
    }
    guard !results.isEmpty else { throw Interrupted(keptIn: study.journal) }
    return try StaticReport(
      seed: run.seed, options: options, design: study.design, scores: results, errors: errors,
      wantsFiles: run.output != nil
    ).report
  }
}
