import Foundation

extension ProgressDisplay {
  /// A line for training that goes by epochs, of which `done` were there before.
  package func epochs(_ title: String, _ total: Int, done: Int = 0) -> EpochProgress {
    EpochProgress(bar: bar(title, total), done: done)
  }
}

/// One line that is written over after each epoch. It reads the clock and nothing else of the work.
package struct EpochProgress {
  private let bar: ProgressBar
  private let done: Int
  private let start = ContinuousClock.now

  fileprivate init(bar: ProgressBar, done: Int) { (self.bar, self.done) = (bar, done) }

  /// Shows that `epoch`, counted from 1, has ended with these losses.
  package func update(_ epoch: Int, loss: Double, validationLoss: Double?) {
    guard bar.isShown else { return }
    let validation = validationLoss.map { String(format: "  held out %.5f", $0) } ?? ""
    let pace = (ContinuousClock.now - start) / .seconds(Double(max(epoch - done, 1)))
    bar.write(
      epoch,
      String(format: "loss %.5f", loss) + validation + String(format: "  %.2f s an epoch", pace))
  }

  /// Ends the line.
  package func finish() {
    if bar.isShown { bar.endLine() }
  }
}
