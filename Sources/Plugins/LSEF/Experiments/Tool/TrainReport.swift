import Foundation
import PPL
import Plugins
import Preconditions
import Runs
import SpectrumEstimator
import Tables

/// The report of `ppl lsef train`.
struct TrainReport {
  let options: TrainTool.Options
  let seed: UInt64
  let trained: TrainedNetwork

  private var source: TrainingSource { trained.source }
  private var pairs: Int { trained.pairs }
  private var fit: SpectrumTraining.Fit { trained.fit }
  private var calibration: SpectrumCalibration { trained.calibration }
  private var verdict: TrainingVerdict { trained.verdict }

  /// The remarks on a training that ended early or was resumed.
  private var remarks: [String] {
    var remarks: [String] = []
    if let check = trained.check { remarks.append(check.text) }
    if trained.resumedAt > 0 {
      remarks.append("resumed after \(counted(trained.resumedAt, "epoch"))")
    }
    if fit.epochs.count < options.epochs {
      remarks.append(
        "interrupted after \(fit.epochs.count) of \(options.epochs) epochs; this is the network so far, and --resume "
          + "continues from it")
    }
    return remarks
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
        format: "%d pairs, %.3f ms each; %d epochs", pairs, 1e3 * trained.secondsPerPair,
        fit.epochs.count),
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
      ("calibration", calibration), ("check", trained.check),
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
    return [
      OutputFile(RunFileName.losses, text: losses.text),
      OutputFile("errors.csv", text: errors.text),
      OutputFile(RunFileName.results, json: numbers),
      OutputFile(
        RunFileName.run,
        json: JSONObject([("model", "lsef train"), ("seed", seed), ("options", options.record)])),
    ] + trained.files(seed: seed)
      + [CheckpointFile.file(fit.checkpoint, conditions: trained.conditions)]
  }
}
