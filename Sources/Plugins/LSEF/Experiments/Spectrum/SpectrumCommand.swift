import Foundation
import Inference
import PPL
import Plugins
import Runs
import SpectrumEstimator

/// The model `lsef-spectrum` as the command line offers it.
struct SpectrumCommand: FittableModel {
  typealias Options = SpectrumOptions

  let name = SpectrumModel.name
  let summary =
    "Local spectra from the band variances of an ensemble: sqrt(b) ~ Normal(network(v), w)."
  let dataNeeded = """
    Data: a folder with pairs.csv, a row a pair. Other columns are passed over.
      bandVariance1, bandVariance2, …  sample variances of an ensemble in each band; six with --preset sphere
      spectrum0, spectrum1, …          the modal spectrum it was drawn from, one a wavenumber from 0
    No cell may be empty or negative. The embedded example draws its pairs from random truths as in the paper: 161766 on
    the sphere, 130000 on the circle, 50000 of the cycle; --replicates and --members change it.

    The network is trained for --epochs by minibatches; --steps, --learning-rate and --draws are for --bayesian.
    """

  func prepared(_ options: Options, data folder: URL?) throws -> Model<Void> {
    // One replicate shows every site: its number of pairs is not among their shapes.
    let pairs =
      try folder.map { try SpectrumPairs(folder: $0) }
      ?? options.example(replicates: 1).pairs(key: RandomKey(0), threads: .serial)
    let model = try Self.model(options, pairs)
    let size = min(options.batchSize, pairs.count)
    let program =
      options.bayesian
      ? try model.bayesian(on: pairs, subsampleSize: size, priorScale: options.priorScale)
      : try model.trained(on: pairs, subsampleSize: size)
    return Model { p in _ = program(&p) }
  }

  func fit(_ settings: FitOptions, _ options: Options, control: RunControl) throws -> RunReport {
    try checkFlags(settings, options)
    let data = try SpectrumData(settings, options)
    let model = try Self.model(options, data.pairs)
    return options.bayesian
      ? try BayesianSpectrum(model, data, settings, options, control: control).report
      : try TrainedSpectrum(model, data, settings, options, control: control).report
  }

  private static func model(
    _ options: Options, _ pairs: SpectrumPairs
  ) throws -> SpectrumModel {
    SpectrumModel(
      try options.architecture(pairs), loss: options.spectrumLoss(pairs.spectra.columns - 1))
  }

  private func checkFlags(_ settings: FitOptions, _ options: Options) throws {
    if settings.data != nil {
      for (flag, value) in [("--replicates", options.replicates), ("--members", options.members)]
      where value != nil {
        throw SpectrumFailure.exampleFlag(flag)
      }
    }
    if options.bayesian { return }
    if let (flag, value) = settings.inference.unusual.first {
      throw SpectrumFailure.unused(
        flag: flag, value: value, instead: "has a posterior only with --bayesian; give it too")
    }
    let usual = try FitOptions.parse([])
    for (flag, value, usual, instead) in [
      (
        "--steps", "\(settings.steps)", "\(usual.steps)",
        "is trained by epochs; give --epochs, or --bayesian"
      ),
      (
        "--learning-rate", "\(settings.learningRate)", "\(usual.learningRate)",
        "has a rate for each preset; give --initial-rate, or --bayesian"
      ),
      (
        "--draws", "\(settings.draws)", "\(usual.draws)",
        "has draws only with --bayesian; give it too"
      ),
    ] where value != usual {
      throw SpectrumFailure.unused(flag: flag, value: value, instead: instead)
    }
  }
}

/// The pairs of a fit with their source.
struct SpectrumData {
  let pairs: SpectrumPairs
  /// The source in words.
  let source: String
  /// The conditions of a checkpoint that decide the pairs.
  let conditions: [CheckpointFile.Condition]

  init(_ settings: FitOptions, _ options: SpectrumOptions) throws {
    if let folder = settings.dataFolder {
      pairs = try SpectrumPairs(folder: folder)
      source = "the pairs of \(settings.data ?? "")"
      let checksum = try sha256(of: folder.appending(path: SpectrumPairs.fileName))
      conditions = [try .init(content: "the pairs", checksum)]
    } else {
      let example = options.example()
      let key = RandomKey(settings.seed).split().0
      pairs = try example.pairs(key: key, threads: settings.sharedThreads)
      source = example.source(preset: options.preset)
      conditions = [
        .init("--replicates", example.replicates), .init("--members", example.members),
      ]
    }
  }
}

extension SpectrumModel {
  /// The first lines of a report: `lsef-spectrum: 130000 pairs …` and the architecture.
  func heading(_ data: SpectrumData, _ options: SpectrumOptions) -> [String] {
    let widths = architecture.widths.map(String.init).joined(separator: "-")
    return [
      "\(Self.name): \(data.pairs.count) pairs, \(data.source)",
      "network \(widths), \(options.activation), \(architecture.parameterCount) weights; "
        + "loss \(options.lossName)",
    ]
  }

  /// The conditions, as flags, that decide every digit of a fit besides its length.
  func conditions(_ options: SpectrumOptions) -> [CheckpointFile.Condition] {
    let widths = architecture.hidden.map(String.init).joined(separator: ",")
    var conditions: [CheckpointFile.Condition] = [
      .init("--preset", options.preset), .init("--hidden", widths),
      .init("--activation", options.activation),
      .init("--plain-inputs", options.plainInputs), .init("--loss", options.lossName),
      .init("--batch-size", options.batchSize),
    ]
    if options.lossName == "low-wavenumbers" {
      conditions += [
        .init("--low-limit", options.lowLimit), .init("--low-weight", options.lowWeight),
      ]
    }
    if options.lossName == "analysis-error" {
      conditions.append(.init("--observation-variance", options.observationVariance))
    }
    return conditions
  }
}
