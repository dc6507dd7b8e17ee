import Foundation
import Parallel

/// The progress line of a fit: steps, the mean loss since the line was last written, and steps a second.
struct FitProgress {
  private var bar: ProgressBar
  private var losses = (sum: 0.0, count: 0)

  init(_ bar: ProgressBar) { self.bar = bar }

  mutating func update(_ step: Int, _ loss: Double) {
    guard bar.isShown else { return }
    if loss.isFinite { losses = (losses.sum + loss, losses.count + 1) }
    var losses = losses
    bar.update(step) { seconds in
      let mean =
        losses.count > 0 ? String(format: "%.2f", losses.sum / Double(losses.count)) : "inf"
      losses = (0, 0)
      return String(format: "loss %@  %.0f steps/s", mean, Double(step) / seconds)
    }
    self.losses = losses
  }

  func finish() { bar.finish() }
}

extension ProgressDisplay {
  /// Warns once, on standard error even if it is not a terminal, that every step of a fit is recorded again.
  func warn(ofReads reads: [String]) {
    guard let read = reads.first else { return }
    warn(
      """
      SVI: \(read) while the step was recorded, so every step is recorded again, which takes tens of times as \
      long; compute with the tensor, select(_:_:_:) in place of if, and the step is replayed.
      """)
  }

  /// Warns on standard error of the latent sites that a guide draws outside the model's support.
  func warn(of outside: @autoclosure () -> [OutsideSupport]) {
    guard case .automatic = self else { return }
    for site in outside() where site.isDrawnOutside { warn("SVI: \(site).") }
  }
}
