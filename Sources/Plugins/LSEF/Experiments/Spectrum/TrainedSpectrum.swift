import Foundation
import Inference
import PPL
import Parallel
import Plugins
import Runs
import SpectrumEstimator
import Tables

/// The fit `ppl fit lsef-spectrum`: a network trained from its start or from a checkpoint, with its report.
struct TrainedSpectrum {
  private let model: SpectrumModel
  private let data: SpectrumData
  private let context: FitContext
  private var settings: FitOptions { context.settings }
  private let options: SpectrumOptions
  private let training: SpectrumTraining
  private let fit: SpectrumTraining.Fit
  /// Whether the training was finished before this run.
  private let wasFinished: Bool
  private let profile: Profile?
  private let lossOfMean: Double

  init(
    _ model: SpectrumModel, _ data: SpectrumData, _ options: SpectrumOptions,
    in context: FitContext
  ) throws {
    (self.model, self.data, self.context, self.options) = (model, data, context, options)
    let (settings, control) = (context.settings, context.control)
    training = options.training
    if training.patience != nil && training.heldOutCount(of: data.pairs.count) == 0 {
      throw SpectrumFailure.nothingHeldOut(
        pairs: data.pairs.count, fraction: training.validationFraction)
    }
    let key = context.key.split().1
    let conditions = context.conditions
    let checkpoint = try Self.checkpoint(settings, training, conditions)
    var store = CheckpointStore(settings, conditions: conditions)
    fit = try training.run(
      model, on: data.pairs, key: key, from: checkpoint, control: control
    ) { reached in
      if store?.isDue == true { try store?.write(reached()) }
    }
    wasFinished = fit.epochs.count == checkpoint?.epochs.count
    profile =
      settings.profile ? try training.profile(model, on: data.pairs, key: key) : nil
    lossOfMean = model.loss.ofMean(try data.pairs.normalized(for: model.architecture))
  }

  private static func checkpoint(
    _ settings: FitOptions, _ training: SpectrumTraining, _ conditions: [CheckpointFile.Condition]
  ) throws -> TrainingCheckpoint? {
    guard settings.resume, let folder = settings.outputFolder else { return nil }
    let stored = try CheckpointFile.read(
      TrainingCheckpoint.self, in: folder, conditions: conditions)
    guard stored.epochs.count <= training.epochs else {
      throw SpectrumFailure.finished(epoch: stored.epochs.count, epochs: training.epochs)
    }
    return stored
  }
}

// MARK: - The report

extension TrainedSpectrum {
  var report: RunReport {
    RunReport(table: table, numbers: numbers, files: files, profile: profile)
  }

  private var table: String {
    let losses = fit.epochs.map(\.loss)
    let held = fit.epochs.compactMap(\.validationLoss)
    let rates = fit.epochs.map(\.learningRate)
    var lines = model.heading(data, options) + [""]
    var table = TextTable([.leading(26)] + Array(repeating: .trailing(12), count: 3))
    table.append(["", "first epoch", "last epoch", "lowest"])
    table.append(["loss"] + Self.ends(losses))
    if !held.isEmpty { table.append(["loss of what is held out"] + Self.ends(held)) }
    table.append(["learning rate"] + Self.ends(rates))
    lines += table.lines + ["", String(format: "loss of the mean spectrum: %.6f", lossOfMean)]
    let trained = data.pairs.count - training.heldOutCount(of: data.pairs.count)
    let size = min(options.batchSize, trained)
    lines.append("\(fit.epochs.count) epochs of \(size) pairs a step, \(fit.steps) steps")
    if wasFinished { lines.append("the training was finished: all its epochs were done before") }
    return (lines + [verdict.text] + remarks).joined(separator: "\n")
  }

  private var verdict: TrainingVerdict {
    TrainingVerdict(
      fit.epochs, hasStopped: training.hasStoppedEarly(after: fit.epochs), lossOfMean: lossOfMean)
  }

  private var remarks: [String] {
    let count = fit.epochs.count
    if count == training.epochs { return [] }
    if let patience = training.patience, training.hasStoppedEarly(after: fit.epochs) {
      return [
        "ended after \(patience) epochs without a lower loss on what is held out; "
          + "give a larger --patience to continue"
      ]
    }
    let resume = settings.output == nil ? "" : ", and --resume continues from it"
    return [
      "interrupted after \(count) of \(training.epochs) epochs; this is the network so far\(resume)"
    ]
  }

  private static func ends(_ values: [Double]) -> [String] {
    [values.first, values.last, values.min()].map { String(format: "%.6f", $0 ?? .nan) }
  }

  private var numbers: TrainedSpectrumNumbers {
    let held = fit.epochs.compactMap(\.validationLoss)
    let losses = fit.epochs.map(\.loss)
    return TrainedSpectrumNumbers(
      converged: verdict.isConverged, verdict: verdict.text,
      pairs: data.pairs.count, weights: model.architecture.parameterCount,
      epochs: fit.epochs.count, steps: fit.steps,
      loss: .init(first: losses.first, last: losses.last, lowest: losses.min()),
      validationLoss: .init(first: held.first, last: held.last, lowest: held.min()),
      learningRate: .init(
        first: fit.epochs.first?.learningRate, last: fit.epochs.last?.learningRate,
        lowest: fit.epochs.map(\.learningRate).min()),
      lossOfMeanSpectrum: lossOfMean)
  }

  private var files: [OutputFile] {
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl \(PPLVersion.current)", seed: settings.seed, sample: data.source,
      pairs: data.pairs.count, epochs: fit.epochs)
    let record = SpectrumRunRecord(
      seed: settings.seed, preset: options.preset, architecture: model.architecture.record,
      loss: options.lossName, batchSize: options.batchSize, epochs: fit.epochs.count,
      steps: fit.steps, learningRate: training.learningRate, options: context.record,
      validationFraction: training.validationFraction, sample: data.source,
      data: settings.data.first)
    var losses = CSVWriter(header: ["epoch", "loss", "validation_loss", "learning_rate"])
    for (number, epoch) in fit.epochs.enumerated() {
      losses.append([
        .integer(number + 1), .number(epoch.loss), .optional(epoch.validationLoss),
        .number(epoch.learningRate),
      ])
    }
    return [
      OutputFile(RunFileName.run, json: record), OutputFile(RunFileName.results, json: numbers),
      OutputFile(RunFileName.losses, text: losses.text),
    ] + SpectrumNetworkFiles.files(fit.network, provenance: provenance) + [
      CheckpointFile.file(fit.checkpoint, conditions: context.conditions)
    ]
  }
}

/// The numbers of a training in JSON, with stable names.
struct TrainedSpectrumNumbers: Encodable, Sendable {
  /// The course of a loss or rate; nil where no pairs are held out.
  struct Course: Encodable, Sendable { let first, last, lowest: Double? }

  let converged: Bool
  let verdict: String
  let pairs, weights, epochs, steps: Int
  let loss, validationLoss, learningRate: Course
  let lossOfMeanSpectrum: Double

  private enum CodingKeys: String, CodingKey {
    case converged, verdict, pairs, weights, epochs, steps, loss
    case validationLoss = "validation_loss"
    case learningRate = "learning_rate"
    case lossOfMeanSpectrum = "loss_of_mean_spectrum"
  }
}

/// The content of `run.json`: the options and the data of a fit.
struct SpectrumRunRecord: Encodable, Sendable {
  let model = SpectrumModel.name
  let seed: UInt64
  let preset: String
  let architecture: JSONObject
  let loss: String
  let batchSize: Int
  /// The number of epochs; nil for a posterior, which is fitted by steps.
  let epochs: Int?
  /// The number of steps; nil for a backend without steps.
  let steps: Int?
  let learningRate: Double?
  /// The flags of inference that differ from their defaults; absent if none does.
  var inference: [String: String]?
  /// All flags with their values.
  let options: [String: String]
  let validationFraction: Double?
  let sample: String
  /// The data folder; nil for the embedded example.
  let data: String?

  private enum CodingKeys: String, CodingKey {
    case model, seed, preset, architecture, loss, epochs, steps, inference, options, sample
    case data
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case validationFraction = "validation_fraction"
  }
}

extension SpectrumArchitecture {
  /// The architecture in `run.json`; `weights.json` keeps the keys of version 0.1.
  var record: JSONObject {
    JSONObject([
      ("divisors", divisors), ("hidden", hidden), ("spectrum_count", spectrumCount),
      ("activation", activation), ("takes_roots", takesRoots),
      ("amplitude_free", isAmplitudeFree),
    ])
  }
}
