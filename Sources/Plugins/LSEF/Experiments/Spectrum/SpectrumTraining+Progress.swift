import Foundation
import Parallel

/// The progress line of a training that goes by epochs, written after each.
struct EpochProgress {
  private var bar: ProgressBar
  private let done: Int

  /// - Parameter done: The number of epochs that were trained before.
  init(_ bar: ProgressBar, done: Int = 0) { (self.bar, self.done) = (bar, done) }

  /// Shows that `epoch`, counted from 1, has ended with these losses.
  mutating func update(_ epoch: Int, loss: Double, validationLoss: Double?) {
    let done = done
    bar.show(epoch) { seconds in
      let validation = validationLoss.map { String(format: "  held out %.5f", $0) } ?? ""
      let pace = seconds / Double(max(epoch - done, 1))
      return String(format: "loss %.5f", loss) + validation
        + String(format: "  %.2f s an epoch", pace)
    }
  }

  /// Ends the line.
  func finish() { bar.finish() }
}
