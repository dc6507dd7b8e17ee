import ArgumentParser
import Assimilation
import Foundation
import PPL
import Parallel
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import Tables

/// The tool `ppl lsef train`: an amplitude-free network for a grid, with its stated error.
struct TrainTool: Tool {
  let name = "train"
  let summary =
    "Train a network for the grid of an ensemble, on random truths, an archive of ensembles or a model."

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "An ensemble whose grid and size the network is for.", valueName: "file"))
    var like: String?
    @Option(
      help: ArgumentHelp(
        "The grid in place of --like: sphere:51 of 51 latitudes from pole to pole, or circle:120.",
        valueName: "kind:size"))
    var grid: String?
    @Option(
      help: ArgumentHelp(
        "Ensembles of several times, from whose mean spectra pairs are drawn; random truths of changing length scale if not given.",
        valueName: "file"))
    var archive: String?
    @Option(
      help: ArgumentHelp(
        "A model whose filter gives the spectra in place of random truths: dsadm, on circle:120.",
        valueName: "dsadm"))
    var model: String?
    @Option(
      help: ArgumentHelp("The name of the variable or column in the files.", valueName: "name"))
    var variable: String?
    @Option(
      parsing: .unconditional,
      help: "The ensemble size; that of --like, or 20, if not given.")
    var members: Int?
    @Option(
      parsing: .unconditional,
      help:
        "The number of random truths, or of analyses of --model; 40 on a sphere, 4000 on a circle, if not given."
    )
    var replicates: Int?
    @Option(parsing: .unconditional, help: "The number of epochs of the training.")
    var epochs = 30

    init() {}

    func validate() throws {
      if (like == nil) == (grid == nil) {
        throw ValidationError("give one of --like and --grid, the grid that the network is for.")
      }
      if archive != nil, model != nil {
        throw ValidationError("--archive and --model both give the spectra; give one of them.")
      }
      if archive != nil, replicates != nil {
        throw ValidationError(
          "--replicates does not apply to --archive, whose times give the spectra.")
      }
      if let model, model != "dsadm" {
        throw ValidationError("--model is \(model), but must be dsadm.")
      }
      if grid != nil, domain == nil {
        throw ValidationError(
          "--grid is \(grid ?? ""), but must be sphere:K with 5 to 181 latitudes or circle:n with an even n from 8 to 4096."
        )
      }
      try checkRange("--members", members ?? 2, 2...10_000)
      try checkRange("--replicates", replicates ?? 1, 1...1_000_000)
      try checkRange("--epochs", epochs, 1...1_000_000)
    }

    /// The domain of `--grid`; nil for a text that names none.
    var domain: (any HarmonicDomain)? {
      let parts = (grid ?? "").split(separator: ":")
      guard parts.count == 2, let size = Int(parts[1]) else { return nil }
      switch parts[0] {
      case "sphere" where (5...181).contains(size):
        return Sphere(latitudes: size, maximumWavenumber: size - 2)
      case "circle" where (8...4096).contains(size) && size % 2 == 0: return Circle(points: size)
      default: return nil
      }
    }
  }

  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let keys = RandomKey(run.seed).split()
    let source = try TrainingSource(options)
    let clock = ContinuousClock()
    var made: SpectrumPairs?
    let elapsed = try clock.measure { made = try source.pairs(key: keys.0, pool: run.pool) }
    let pairs = try made ?? SpectrumPairs(joining: [])
    let (training, network) = (source.training(options.epochs, pairs.count), source.network)
    let fit = try training.run(network, on: pairs, key: keys.1, from: nil, control: control) { _ in
    }
    let verdict = TrainingVerdict(
      fit.epochs, hasStopped: training.hasStoppedEarly(after: fit.epochs),
      lossOfMean: network.loss.ofMean(try pairs.normalized(for: network.architecture)))
    let held = pairs.taking(Array(0..<training.heldOutCount(of: pairs.count)))
    let calibration = try SpectrumCalibration(
      of: fit.network, on: held, of: source.domain, members: source.members, interpolates: false)
    let report = TrainReport(
      options: options, source: source, seed: run.seed, pairs: pairs.count,
      secondsPerPair: elapsed / .seconds(1) / Double(pairs.count), fit: fit,
      calibration: calibration, verdict: verdict)
    return RunReport(
      table: report.table, numbers: report.numbers,
      files: run.output == nil ? [] : report.files)
  }
}

/// The source of the pairs of a training: the grid, the ensemble size, and where spectra come from.
struct TrainingSource {
  let domain: any HarmonicDomain
  let members: Int
  /// The ensembles of an archive; nil for truths or a model.
  let archive: [EnsembleFile]
  let replicates: Int
  let isModel: Bool
  /// The description of the source.
  let label: String

  /// The source that the flags name.
  ///
  /// - Throws: `DataError` for files that cannot be read; `ToolFailure` for an archive or a model of another grid.
  init(_ options: TrainTool.Options) throws {
    let like = try options.like.map {
      try EnsembleFile($0, variable: options.variable, flag: "--like")
    }
    let domain = like?.grid.domain ?? options.domain ?? Circle()
    self.domain = domain
    members = options.members ?? like.map { max(2, $0.fields[0].rows) } ?? 20
    let isSphere = domain is Sphere
    replicates = options.replicates ?? (isSphere ? 40 : 4_000)
    isModel = options.model != nil
    if isModel, domain.label != Circle().label {
      throw ToolFailure.otherNetwork(
        network: Circle().label, path: "--model", file: options.like ?? options.grid ?? "",
        grid: domain.label)
    }
    archive =
      try options.archive.map { path in
        let file = try EnsembleFile(path, variable: options.variable, flag: "--archive")
        guard file.grid.domain.label == domain.label else {
          throw ToolFailure.grids(
            flag: "--archive", other: options.like == nil ? "--grid" : "--like")
        }
        guard file.fields[0].rows >= 2 else { _ = try file.ensemble("--archive"); return [] }
        return [file]
      } ?? []
    label =
      archive.first.map { "the spectra of \($0.fields.count) ensembles in \($0.path)" }
      ?? (isModel
        ? "the spectra of an EnKF with the DSADM model, \(replicates) analyses"
        : "\(replicates) random truths on a \(domain.label), length scales by 0.5 to 4")
  }

  /// The network and its loss, without amplitude.
  var network: SpectrumModel {
    let bank = domain.filterBank
    return domain is Sphere
      ? SpectrumModel(
        .sphere(bank, isAmplitudeFree: true), loss: .sphere(domain.maximumWavenumber))
      : SpectrumModel(
        .circle(bank, isAmplitudeFree: true), loss: .circle(domain.maximumWavenumber))
  }

  func training(_ epochs: Int, _ pairs: Int) -> SpectrumTraining {
    var training = SpectrumTraining.sphere
    training.epochs = epochs
    // Pairs of one truth have like errors, so that the stated error needs many truths.
    training.validationFraction = 0.25
    training.batchSize = min(2_500, max(50, pairs / 40))
    return training
  }

  /// The pairs of the training.
  ///
  /// - Throws: As `SpectrumSample.pairs`, `SpectrumPairs(archive:…)` and `CycleTraining.pairs`.
  func pairs(key: RandomKey, pool: WorkPool) throws -> SpectrumPairs {
    let n = domain.pointCount
    // Points two steps apart at least on a circle, where neighbours are nearly equal.
    let points = domain is Sphere ? Array(0..<n) : Array(stride(from: 0, to: n, by: max(1, n / 24)))
    if let file = archive.first {
      return try SpectrumPairs(
        archive: file.fields, on: domain, members: members, points: points, key: key, pool: pool)
    }
    if isModel {
      var training = CycleTraining()
      (training.cycles, training.members) = (replicates, members)
      return try training.pairs(key: key)
    }
    // The deviations of an ensemble from its mean count as one member fewer.
    let truth: ParametricTruth =
      (domain as? Sphere).map { .sphere($0) } ?? .circle(domain as? Circle ?? Circle())
    var sample = SpectrumSample(
      truth, domain.filterBank, replicates, domain is Sphere ? members - 1 : members,
      points: points)
    (sample.interpolates, sample.lengthFactors) = (false, 0.5...4)
    return try sample.pairs(key: key, pool: pool)
  }
}

/// The report of `ppl lsef train`.
struct TrainReport {
  let options: TrainTool.Options
  let source: TrainingSource
  let seed: UInt64
  let pairs: Int
  let secondsPerPair: Double
  let fit: SpectrumTraining.Fit
  let calibration: SpectrumCalibration
  let verdict: TrainingVerdict

  /// The remark on a training that ended early.
  private var remarks: [String] {
    guard fit.epochs.count < options.epochs else { return [] }
    return [
      "interrupted after \(fit.epochs.count) of \(options.epochs) epochs; this is the network so far"
    ]
  }

  var table: String {
    let last = fit.epochs.last
    func text(_ interval: SpectrumCalibration.Interval) -> String {
      String(format: "%.3f to %.3f", interval.low, interval.high)
    }
    let lines = [
      "Network for \(source.members) members on a \(source.domain.label), trained on \(source.label)",
      "",
      String(
        format: "%d pairs, %.3f ms each; %d epochs", pairs, 1e3 * secondsPerPair, fit.epochs.count),
      String(
        format: "loss %.6f, of what is held out %.6f", last?.loss ?? .nan,
        last?.validationLoss ?? .nan),
      "stated error (90 % of \(calibration.pairs) pairs held out), true over estimated: standard deviation "
        + "\(text(calibration.deviation)), length scale \(text(calibration.length))",
      verdict.text,
    ]
    return (lines + remarks).joined(separator: "\n")
  }

  var numbers: JSONObject {
    JSONObject([
      ("pairs", pairs), ("epochs", fit.epochs.count), ("steps", fit.steps),
      ("loss", fit.epochs.last?.loss), ("validation_loss", fit.epochs.last?.validationLoss),
      ("converged", verdict.isConverged), ("verdict", verdict.text),
      ("calibration", calibration),
    ])
  }

  var files: [OutputFile] {
    var losses = CSVWriter(header: ["epoch", "loss", "validation_loss", "learning_rate"])
    for (number, epoch) in fit.epochs.enumerated() {
      losses.append([
        .integer(number + 1), .number(epoch.loss), .optional(epoch.validationLoss),
        .number(epoch.learningRate),
      ])
    }
    var errors = CSVWriter(header: ["wavenumber", "q05", "q95"])
    for (l, own) in calibration.roots.enumerated() {
      errors.append([.integer(l), .number(own.low), .number(own.high)])
    }
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl \(PPLVersion.current)", seed: seed, sample: source.label, pairs: pairs,
      epochs: fit.epochs, calibration: calibration)
    return [
      OutputFile(RunFileName.losses, text: losses.text),
      OutputFile("errors.csv", text: errors.text),
      OutputFile(RunFileName.results, json: numbers),
      OutputFile(
        RunFileName.run,
        json: JSONObject([("model", "lsef train"), ("seed", seed), ("options", options.record)])),
    ] + SpectrumNetworkFiles.files(fit.network, provenance: provenance)
  }
}
