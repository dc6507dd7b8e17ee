import Foundation
import Inference
import PPL
import Plugins
import Runs
import SpectrumEstimator
import Tables

/// The model `lsef-spectrum` of the command line.
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

  func dataset(_ options: Options, from source: DataSource) throws -> SpectrumData {
    try SpectrumData(source, options)
  }

  func problem(_ options: Options, _ data: SpectrumData) throws -> InferenceProblem {
    let model = try Self.model(options, data.pairs)
    let size = min(options.batchSize, data.pairs.count)
    guard options.bayesian else {
      return InferenceProblem(try model.trained(on: data.pairs, subsampleSize: size))
    }
    return InferenceProblem(
      try model.bayesian(
        on: data.pairs, subsampleSize: size, priorScale: options.priorScale),
      start: .values(try BayesianSpectrum.start(model, data.key.split().1)),
      startingDeviation: BayesianSpectrum.startingDeviation, content: data.content)
  }

  func report(_ fitted: FittedModel<Self>) throws -> RunReport {
    let model = try Self.model(fitted.options, fitted.dataset.pairs)
    return try BayesianSpectrum(model, fitted).report
  }

  /// `svi` for all data: the network has thousands of weights, fitted by minibatches.
  func defaultBackend(hasOwnData: Bool) -> String { "svi" }

  /// The fit of the posterior by the backend with `--bayesian`; otherwise the training of the network.
  func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport {
    try checkFlags(context, options)
    let data = try dataset(options, from: context.dataSource)
    if options.bayesian {
      return try report(fitted(options, data, by: backend, method, in: context))
    }
    let model = try Self.model(options, data.pairs)
    return try TrainedSpectrum(
      model, data, options, in: context.with(content: data.content)
    ).report
  }

  private static func model(
    _ options: Options, _ pairs: SpectrumPairs
  ) throws -> SpectrumModel {
    SpectrumModel(
      try options.architecture(pairs), loss: options.spectrumLoss(pairs.spectra.columns - 1))
  }

  private func checkFlags(_ context: FitContext, _ options: Options) throws {
    if !context.settings.data.isEmpty {
      for (flag, value) in [("--replicates", options.replicates), ("--members", options.members)]
      where value != nil {
        throw SpectrumFailure.exampleFlag(flag)
      }
    }
    if options.bayesian { return }
    let reasons = [
      "--steps": "is trained by epochs; give --epochs, or --bayesian",
      "--learning-rate": "has a rate for each preset; give --initial-rate, or --bayesian",
      "--draws": "has draws only with --bayesian; give it too",
    ]
    let draws = context.flags.filter { $0.name == "--draws" }
    for flag in context.inferenceFlags + draws where flag.differsFromDefault {
      throw SpectrumFailure.unused(
        flag: flag.name, value: flag.value ?? "",
        instead: reasons[flag.name] ?? "has a posterior only with --bayesian; give it too")
    }
  }
}

/// The pairs of a fit with their source.
struct SpectrumData {
  let pairs: SpectrumPairs
  /// The description of the source.
  let source: String
  /// The checksum of the pairs, as a condition of a checkpoint; none for the example, which is determined by flags.
  let content: [CheckpointFile.Condition]
  /// The key of the fit.
  let key: RandomKey

  init(_ data: DataSource, _ options: SpectrumOptions) throws {
    key = data.key
    if let folder = data.folder {
      guard data.paths.count == 1 else {
        throw DataError(
          flag: "--data", file: data.paths.joined(separator: " "),
          found: "there are \(data.paths.count) paths", remedy: "give the folder with the pairs")
      }
      pairs = try SpectrumPairs(folder: folder)
      source = options.bank.source("the pairs of \(data.path ?? "")")
      let checksum = try sha256(of: folder.appending(path: SpectrumPairs.fileName))
      content = [try .init(content: "the pairs", checksum)]
    } else {
      // One replicate is enough, since no shape of a site depends on the number of pairs.
      let example = data.isForDescription ? options.example(replicates: 1) : options.example()
      let key = data.isForDescription ? data.key : data.key.split().0
      pairs = try example.pairs(key: key, pool: data.pool)
      source = options.bank.source(example.source(preset: options.preset))
      content = []
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
}
