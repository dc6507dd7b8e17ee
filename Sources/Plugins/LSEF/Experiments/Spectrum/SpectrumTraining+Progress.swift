import Foundation
import Inference
import PPL
import Parallel
import Runs
import SpectrumEstimator

extension SpectrumTraining {
  /// Trains a network with a progress line, until the user interrupts it, which ends the training after the current epoch.
  ///
  /// - Throws: As `run(_:on:key:from:progress:observing:)`.
  func run(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey,
    from checkpoint: TrainingCheckpoint?, control: RunControl,
    observing observe: (_ checkpoint: () -> TrainingCheckpoint) throws -> Void
  ) throws -> Fit {
    var bar = control.progress.bar("network", epochs)
    defer { bar.finish() }
    let done = checkpoint?.epochs.count ?? 0
    return try run(
      model, on: pairs, key: key, from: checkpoint,
      progress: { epoch, record in
        bar.show(epoch) { seconds in
          let pace = seconds / Double(max(epoch - done, 1))
          return String(format: "loss %.5f", record.loss)
            + (record.validationLoss.map { String(format: "  held out %.5f", $0) } ?? "")
            + String(format: "  %.2f s an epoch", pace)
        }
        return control.shouldContinue
      }, observing: observe)
  }
}
