import Foundation

/// Where long work shows how far it is.
public enum ProgressDisplay: Sendable {
  /// On standard error, if that is a terminal.
  case automatic
  /// Nowhere.
  case silent

  func bar(_ title: String, _ total: Int) -> ProgressBar {
    let isShown =
      switch self {
      case .automatic: isatty(STDERR_FILENO) == 1
      case .silent: false
      }
    return ProgressBar(title: title, total: total, isShown: isShown)
  }
}

/// One line that is written over, at most ten times a second. It reads the clock and nothing else of the work.
struct ProgressBar {
  let title: String
  let total: Int
  let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var losses = (sum: 0.0, count: 0)

  init(title: String, total: Int, isShown: Bool) {
    (self.title, self.total, self.isShown) = (title, total, isShown)
  }

  mutating func update(_ step: Int, _ loss: Double) {
    guard isShown else { return }
    if loss.isFinite { losses = (losses.sum + loss, losses.count + 1) }
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100), step < total { return }
    last = now
    let rate = Double(step) / max((now - start) / .seconds(1), 1e-9)
    let filled = step * 24 / total
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    let mean = losses.count > 0 ? String(format: "%.2f", losses.sum / Double(losses.count)) : "inf"
    losses = (0, 0)
    write(
      String(format: "\r%@ [%@] %d/%d  loss %@  %.0f steps/s ", title, bar, step, total, mean, rate)
    )
  }

  func finish() {
    if isShown && last != nil { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
