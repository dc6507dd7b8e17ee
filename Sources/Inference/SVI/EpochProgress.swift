import Foundation

extension ProgressDisplay {
  /// A progress line for training by epochs.
  ///
  /// - Parameters:
  ///   - title: The name of what is trained, at the start of the line.
  ///   - total: The number of epochs.
  ///   - done: The number of epochs that a checkpoint holds already.
  public func epochs(_ title: String, _ total: Int, done: Int = 0) -> EpochProgress {
    EpochProgress(bar: bar(title, total), done: done)
  }
}

/// A progress line that is written over after each epoch. It reads the clock and nothing else of the work.
public struct EpochProgress {
  private let bar: ProgressBar
  private let done: Int
  private let start = ContinuousClock.now

  fileprivate init(bar: ProgressBar, done: Int) { (self.bar, self.done) = (bar, done) }

  /// Shows that `epoch`, counted from 1, has ended with these losses.
  public func update(_ epoch: Int, loss: Double, validationLoss: Double?) {
    guard bar.isShown else { return }
    let validation = validationLoss.map { String(format: "  held out %.5f", $0) } ?? ""
    let pace = (ContinuousClock.now - start) / .seconds(Double(max(epoch - done, 1)))
    bar.write(
      epoch,
      String(format: "loss %.5f", loss) + validation + String(format: "  %.2f s an epoch", pace))
  }

  /// Ends the line.
  public func finish() {
    if bar.isShown { bar.endLine() }
  }
}
