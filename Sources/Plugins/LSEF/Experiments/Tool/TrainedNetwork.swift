import Foundation
import Inference
import PPL
import Parallel
import Plugins
import Preconditions
import Runs
import SpectralFields
import SpectrumEstimator

/// A network trained on the pairs of a source, with its stated error.
struct TrainedNetwork {
  let source: TrainingSource
  /// The number of pairs, and the seconds that each took.
  let pairs: Int
  let secondsPerPair: Double
  let fit: SpectrumTraining.Fit
  let calibration: SpectrumCalibration
  let verdict: TrainingVerdict
  /// The number of epochs of the run that this one resumed; 0 for none.
  let resumedAt: Int
  /// The conditions of the checkpoint.
  let conditions: [CheckpointFile.Condition]
  /// The coverage of the stated error on fresh truths; nil without a check.
  let check: Check?

  /// The coverage of the stated 90 % intervals: its mean over fresh truths, and the standard error of that.
  struct Check: Sendable, Encodable {
    let truths: Int
    let mean, standardError: SpectrumCalibration.Coverage

    private enum CodingKeys: String, CodingKey {
      case truths, mean
      case standardError = "standard_error"
    }

    /// The check of the coverages of several truths.
    init(_ all: [SpectrumCalibration.Coverage]) {
      func statistics(_ value: KeyPath<SpectrumCalibration.Coverage, Double>) -> (Double, Double) {
        let values = all.map { $0[keyPath: value] }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, count > 1 ? (squares / (count - 1) / count).squareRoot() : 0)
      }
      let (spectra, deviation, length) = (
        statistics(\.spectra), statistics(\.deviation), statistics(\.length)
      )
      truths = all.count
      mean = .init(spectra: spectra.0, deviation: deviation.0, length: length.0)
      standardError = .init(spectra: spectra.1, deviation: deviation.1, length: length.1)
    }

    /// The check in words.
    var text: String {
      func percent(_ value: KeyPath<SpectrumCalibration.Coverage, Double>) -> String {
        String(
          format: "%.1f %% (standard error %.1f)", 100 * mean[keyPath: value],
          100 * standardError[keyPath: value])
      }
      return
        "coverage of the 90 % intervals on \(counted(truths, "fresh truth")): spectra \(percent(\.spectra)), "
        + "standard deviation \(percent(\.deviation)), length scale \(percent(\.length))"
    }
  }

  /// Trains a network.
  ///
  /// - Parameters:
  ///   - source: The source of the pairs.
  ///   - epochs: The number of epochs.
  ///   - checks: The number of fresh truths for the check of the stated error; 0 for none.
  ///   - conditions: The conditions that determine the training, without the seed.
  ///   - run: The flags of the command: the seed, the threads and the folder.
  ///   - resumes: Whether the training is kept in the folder of the run, and continued from it by `--resume`.
  ///   - control: The progress display and the interruption.
  /// - Throws: As `TrainingSource.pairs` and `SpectrumTraining.run`; `DataError` for a checkpoint of another training;
  ///   `SpectrumFailure.finished` for one with more epochs.
  init(
    _ source: TrainingSource, epochs: Int, checks: Int = 0,
    conditions: [CheckpointFile.Condition] = [], run: ToolOptions, resumes: Bool = false,
    control: RunControl
  ) throws {
    self.source = source
    let conditions = [CheckpointFile.Condition("--seed", run.seed)] + conditions
    self.conditions = conditions
    var checkpoint: TrainingCheckpoint?
    if resumes, run.resume, let folder = run.outputFolder {
      let stored = try CheckpointFile.read(
        TrainingCheckpoint.self, in: folder, conditions: conditions)
      guard stored.epochs.count <= epochs else {
        throw SpectrumFailure.finished(epoch: stored.epochs.count, epochs: epochs)
      }
      checkpoint = stored
    }
    resumedAt = checkpoint?.epochs.count ?? 0
    let key = RandomKey(run.seed)
    let keys = key.split()
    let clock = ContinuousClock()
    let start = clock.now
    let made = try source.pairs(key: keys.0, pool: run.pool)
    secondsPerPair = (clock.now - start) / .seconds(1) / Double(made.count)
    pairs = made.count
    let (training, network) = (source.training(epochs, made.count), source.network)
    var store = resumes ? CheckpointStore(run, conditions: conditions) : nil
    let fit = try training.run(
      network, on: made, key: keys.1, from: checkpoint, control: control
    ) { reached in
      if store?.isDue == true { try store?.write(reached()) }
    }
    self.fit = fit
    verdict = TrainingVerdict(
      fit.epochs, hasStopped: training.hasStoppedEarly(after: fit.epochs),
      lossOfMean: network.loss.ofMean(try made.normalized(for: network.architecture)))
    let held = made.taking(Array(0..<training.heldOutCount(of: made.count)))
    let calibration = try SpectrumCalibration(
      of: fit.network, on: held, of: source.domain, members: source.members, interpolates: false)
    self.calibration = calibration
    guard checks > 0 else {
      check = nil
      return
    }
    // Keys 0 and 1 of the seed are those of the training.
    let fresh = try source.pairs(checks, key: key.foldIn(2), pool: run.pool)
    let size = source.pairsOfTruth
    check = Check(
      try (0..<fresh.count / size).map { k in
        try calibration.coverage(
          of: fit.network, on: fresh.taking(Array(k * size..<(k + 1) * size)), of: source.domain)
      })
  }

  /// The files of the network.
  func files(seed: UInt64) -> [OutputFile] {
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl \(PPLVersion.current)", seed: seed, sample: source.label, pairs: pairs,
      epochs: fit.epochs, calibration: calibration)
    return SpectrumNetworkFiles.files(fit.network, provenance: provenance)
  }
}
