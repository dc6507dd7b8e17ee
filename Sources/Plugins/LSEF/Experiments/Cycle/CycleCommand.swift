import ArgumentParser
import Assimilation
import Foundation
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator

/// The experiment `ppl run lsef-cycle`: Figures 5 and 6 of the paper, or a single point of them.
struct CycleCommand: Experiment {
  let name = "lsef-cycle"
  let summary =
    "Filters in turn on the circle: LSEF, Shape, EnKF, Mean-B and Hybrid-B against the exact one."

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "The parameter to vary: ensemble-size or regime (Figures 5 and 6); a single point if not given.",
        valueName: "ensemble-size|regime"))
    var sweep: String?

    @Option(parsing: .unconditional, help: "The ensemble size, from 2.")
    var ensembleSize = 10

    @Option(
      parsing: .unconditional,
      help: "The regime, from 0, a stationary process, to 3, a strongly non-stationary one.")
    var regime = 2

    @Option(parsing: .unconditional, help: "The number of worlds, each with a truth of its own.")
    var worlds = 10

    @Option(parsing: .unconditional, help: "The number of analyses in a world.")
    var cycles = 5_000

    @Option(
      parsing: .unconditional,
      help: "The number of analyses of the exact filter that the mean covariance is averaged over.")
    var climateCycles = 50_000

    @Flag(
      help:
        "First tune each filter at each point, localization and inflation or what it has, with as many trials for each."
    )
    var tune = false

    @Option(
      help: ArgumentHelp(
        "The folder of a network that `ppl fit lsef-spectrum --preset cycle --output` left; the one that comes with the program if not given.",
        valueName: "dir"))
    var network: String?

    @OptionGroup var settings: CycleSettings

    init() {}

    func validate() throws {
      try CyclePoint.check(sweep: sweep)
      try checkRange("--ensemble-size", ensembleSize, 2...10_000)
      guard DSADM.Regime.all.indices.contains(regime) else {
        throw ValidationError("--regime is \(regime), but must be 0, 1, 2 or 3.")
      }
      try checkRange("--worlds", worlds, 1...100_000)
      try checkRange("--climate-cycles", climateCycles, 1...10_000_000)
      guard (1...100_000).contains(cycles) else {
        throw ValidationError(
          "--cycles is \(cycles), but must be from 1 to 100000, of which each takes 15 kB of memory; give more --worlds."
        )
      }
      if network?.isEmpty == true {
        throw ValidationError("--network is empty, but must be a path.")
      }
      if tune { try settings.checkTuning() }
      if network == nil, !settings.bank.label.isEmpty {
        throw ValidationError(
          "the network of the program is for the published filter bank, not \(settings.bank.label); give --network with one that `ppl fit lsef-spectrum --preset cycle` trained with the same flags."
        )
      }
    }

    var point: CyclePoint { CyclePoint(regime: regime, members: ensembleSize) }

    /// The points of the sweep in order, or the single point.
    var points: [CyclePoint] {
      CyclePoint.sweep(named: sweep)?.points(from: point) ?? [point]
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    try results(run, options, control: control).report
  }

  /// The results of the experiment, before they are printed.
  func results(
    _ run: RunOptions, _ options: Options, control: RunControl
  ) throws -> CycleReport {
    let design = options.settings.design
    let network =
      try options.network.map { try design.network(in: $0, bank: options.settings.bank) }
      ?? CycleNetwork.shipped.network
    let study = CycleStudy(
      design: design, cycles: options.cycles, climateCycles: options.climateCycles,
      network: network, filters: options.settings.bank.set(onSphere: false),
      run: try StudyRun(
        run,
        conditions: [
          .init("--cycles", options.cycles), .init("--climate-cycles", options.climateCycles),
          .init("--tune", options.tune),
          .init("settings", options.settings.changes.joined(separator: "; ")),
          try .init(content: "the network's weights", network.text),
        ], control: control))
    let points = options.points
    let regimes = Set(points.map(\.regime)).sorted()
    guard let means = try study.meanCovariances(regimes) else { throw study.run.interruption }
    let settings =
      options.tune
      ? try CycleTuning(study: study).settings(points, meanCovariances: means)
      : options.settings.filters(at: points)
    guard let settings else { throw study.run.interruption }
    let worlds = try study.summaries(
      points, worlds: options.worlds, settings: settings, meanCovariances: means)
    let finished = zip(points, worlds).filter { !$0.1.isEmpty }
    guard !finished.isEmpty else { throw study.run.interruption }
    let scores = try finished.map {
      try CycleScores($0, $1, key: study.scoreKey)
    }
    return CycleReport(
      seed: run.seed, options: options, study: study, scores: scores, worlds: finished.map(\.1),
      settings: settings, meanCovariances: means, wantsFiles: run.output != nil)
  }
}

extension CycleDesign {
  /// The network in a folder, if it is one for this circle.
  fileprivate func network(in folder: String, bank options: BandOptions) throws -> SpectrumNetwork {
    let (network, provenance) = try SpectrumNetworkFiles.read(
      from: URL(filePath: folder, directoryHint: .isDirectory))
    try options.check(provenance, in: folder)
    let bank = FilterBank.circle(
      points: process.mesh.points, set: options.set(onSphere: false))
    do throws(EstimatorError) {
      _ = try LocalSpectrumPrior(network, bank: bank)
    } catch {
      throw OtherNetwork(folder: folder, reason: error)
    }
    return network
  }
}
