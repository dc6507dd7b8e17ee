import ArgumentParser
import Foundation
import PPL
import Plugins
import Runs

/// The experiment `ppl run lsef-static`: Figures 2, 3 and 4 of the paper, or a single point of them.
struct StaticCommand: Experiment {
  let name = "lsef-static"
  let summary =
    "Static analyses on sphere or circle: LSEF-B against ensemble, mean and hybrid covariances."

  /// The design instead of that of the flags; nil for the flags' design.
  var design: StaticDesign?

  init(design: StaticDesign? = nil) { self.design = design }

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "The parameter to vary: ensemble-size, strength or length (Figures 2, 3 and 4); a single point if not given.",
        valueName: "ensemble-size|strength|length"))
    var sweep: String?

    @Option(
      parsing: .unconditional,
      help: "The number of replicates: truths, each with its ensemble and observations.")
    var replicates = 100

    @Option(
      help: ArgumentHelp(
        "The domain of the fields: the published sphere, or the circle of the authors' other experiments.",
        valueName: "sphere|circle"))
    var domain = "sphere"

    @Option(
      parsing: .unconditional,
      help: "The ensemble size, from 2; 20 on the sphere and 10 on the circle if not given.")
    var ensembleSize: Int?

    @Option(
      parsing: .unconditional,
      help:
        "The strength kappa of non-stationarity: 1 for a stationary truth, 4 for a strongly non-stationary one."
    )
    var strength = 2.0

    @Option(
      parsing: .unconditional,
      help:
        "The length mu_NSL of non-stationarity: 1 for spectra that change within the field's own length scale, 10 for slow changes."
    )
    var length = 3.0

    @Flag(
      help:
        "A sphere of 762 points in place of 4902, or a circle of 60 in place of 120: seconds in place of minutes."
    )
    var quick = false

    @OptionGroup var settings: StaticSettings

    init() {}

    func validate() throws {
      try StaticPoint.check(sweep: sweep)
      try checkRange("--replicates", replicates, 1...100_000)
      guard ["sphere", "circle"].contains(domain) else {
        throw ValidationError("--domain is \(domain), but must be sphere or circle.")
      }
      try checkRange("--ensemble-size", ensembleSize ?? 2, 2...10_000)
      try checkRange("--strength", strength, 1...1_000)
      try checkRange("--length", length, 0.001...1_000)
      try settings.check(onSphere: domain == "sphere")
    }

    /// The design of the flags.
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

    /// The points of the sweep in order, or the single point.
    func points(_ design: StaticDesign) -> [StaticPoint] {
      let point = point(design)
      return StaticPoint.sweep(named: sweep)?.points(from: point) ?? [point]
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let design = try (design ?? options.design).with(options.settings)
    let given = try options.settings.network.map {
      try design.network(in: $0, bank: options.settings.bank)
    }
    let study = StaticStudy(
      design: design,
      run: try StudyRun(
        run,
        conditions: [
          .init("--domain", options.domain), .init("--quick", options.quick),
          .init("settings", options.settings.changes.joined(separator: "; ")),
          try .init(content: "the network's weights", given?.text ?? "trained by the run"),
        ],
        control: control))
    guard let network = try given ?? study.network() else { throw study.run.interruption }
    var results: [StaticScores] = []
    var errors: [[StaticStudy.Errors]] = []
    for point in options.points(design) {
      guard control.shouldContinue, let training = try study.training(point) else { break }
      let own = try study.errors(
        point, replicates: options.replicates, network: network, training: training)
      guard !own.isEmpty else { break }
      errors.append(own)
      results.append(
        try StaticScores(point, own, tuning: training.tuning, key: study.scoreKey))
    }
    guard !results.isEmpty else { throw study.run.interruption }
    return try StaticReport(
      seed: run.seed, options: options, design: study.design, scores: results, errors: errors,
      wantsFiles: run.output != nil
    ).report
  }
}
