import Foundation
import Inference
import SpectrumEstimator

/// A convergence diagnosis of a training from the losses of its epochs.
///
/// It uses the validation loss, or the training loss without held-out pairs. A training has failed if the network is no better
/// than the mean spectrum. Otherwise it has converged if early stopping ended it, or if the mean loss of the last quarter of
/// the epochs is less than 1 % lower than that of the quarter before.
struct TrainingVerdict {
  let isConverged: Bool
  /// The verdict, a sentence.
  let text: String

  /// The verdict on a training.
  ///
  /// - Parameters:
  ///   - epochs: The epochs of the whole training.
  ///   - hasStopped: Whether early stopping ended it.
  ///   - lossOfMean: The loss of the mean spectrum.
  init(_ epochs: [EpochRecord], hasStopped: Bool, lossOfMean: Double) {
    let held = epochs.compactMap(\.validationLoss)
    let losses = held.isEmpty ? epochs.map(\.loss) : held
    let last = losses.last ?? .nan
    let quarter = losses.count / 4
    func mean(_ losses: some Collection<Double>) -> Double {
      losses.reduce(0, +) / Double(losses.count)
    }
    let (after, before) = (
      mean(losses.suffix(quarter)), mean(losses.suffix(2 * quarter).prefix(quarter))
    )
    if !hasStopped && quarter < 2 {
      isConverged = false
      text =
        "\(losses.count) \(losses.count == 1 ? "epoch is" : "epochs are") too few to tell whether the training "
        + "converged; take 8 or more."
    } else if !(last < lossOfMean) {
      isConverged = false
      text =
        "the training failed: the network's loss of \(Self.shown(last)) is not below that of the mean spectrum; "
        + "lower --initial-rate, or give it more pairs."
    } else if hasStopped {
      isConverged = true
      text = "the training converged: its loss has ceased to fall."
    } else if after < 0.99 * before {
      isConverged = false
      text =
        "the training has not converged: the mean loss of the last \(quarter) epochs is "
        + String(format: "%.2g %% lower than that of the ", 100 * (1 - after / before))
        + "\(quarter) before; take more epochs."
    } else {
      isConverged = true
      text =
        "the training converged: the mean loss of the last \(quarter) epochs is less than 1 % lower than that of the "
        + "\(quarter) before."
    }
  }

  private static func shown(_ loss: Double) -> String { String(format: "%.6f", loss) }
}

extension SpectrumLoss {
  /// The loss of a constant estimate: the spectrum whose square root is the mean over all pairs.
  func ofMean(_ pairs: SpectrumPairs) -> Double {
    let (count, width) = (Double(pairs.count), pairs.spectra.columns)
    var mean = [Double](repeating: 0, count: width)
    for (k, b) in pairs.spectra.scalars.enumerated() { mean[k % width] += b.squareRoot() / count }
    return (0..<pairs.count).reduce(0) {
      $0 + self(mean, Array(pairs.spectra.row($1))) / count
    }
  }
}
