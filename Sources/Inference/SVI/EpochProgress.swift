import Foundation

extension ProgressDisplay {
  /// A line for training that goes by epochs, of which `done` were there before.
  package func epochs(_ title: String, _ total: Int, done: Int = 0) -> EpochProgress {
    EpochProgress(title: title, total: total, done: done, isShown: bar(title, total).isShown)
  }
}

/// One line that is written over after each epoch. It reads the clock and nothing else of the work.
package struct EpochProgress {
  private let title: String
  private let total, done: Int
  private let isShown: Bool
  private let start = ContinuousClock.now

  fileprivate init(title: String, total: Int, done: Int, isShown: Bool) {
    (self.title, self.total, self.done, self.isShown) = (title, total, done, isShown)
  }

  /// Shows that `epoch`, counted from 1, has ended with these losses.
  package func update(_ epoch: Int, loss: Double, validationLoss: Double?) {
    guard isShown else { return }
    let filled = epoch * 24 / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    let validation = validationLoss.map { String(format: "  held out %.5f", $0) } ?? ""
    let pace = (ContinuousClock.now - start) / .seconds(Double(max(epoch - done, 1)))
    write(
      "\r\(title) [\(bar)] \(epoch)/\(total)" + String(format: "  loss %.5f", loss) + validation
        + String(format: "  %.2f s an epoch ", pace))
  }

  /// Ends the line.
  package func finish() {
    if isShown { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
