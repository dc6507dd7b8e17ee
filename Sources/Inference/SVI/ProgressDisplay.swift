import Foundation
import Synchronization

/// Where long work shows how far it is.
public enum ProgressDisplay: Sendable {
  /// On standard error, if that is a terminal.
  case automatic
  /// Nowhere.
  case silent

  func bar(_ title: String, _ total: Int) -> ProgressBar {
    ProgressBar(title: title, total: total, isShown: isShown)
  }

  /// A line that counts pieces of work, of which `done` were there before; several threads may advance it.
  package func counter(_ title: String, _ total: Int, done: Int = 0) -> ProgressCounter {
    ProgressCounter(ProgressBar(title: title, total: total, isShown: isShown), done: done)
  }

  /// Says once, on standard error and not only on a terminal, that every step of a fit is recorded anew.
  func warn(ofReads reads: [String]) {
    guard let read = reads.first else { return }
    warn(
      """
      SVI: \(read) while the step was recorded, so every step is recorded anew, which takes tens of times as \
      long; compute with the tensor, select(_:_:_:) in place of if, and the step is replayed.
      """)
  }

  /// Says on standard error which latent sites a guide draws outside the model's support.
  func warn(of outside: [OutsideSupport]) {
    for site in outside where site.isDrawnOutside { warn("SVI: \(site).") }
  }

  private func warn(_ sentence: String) {
    guard case .automatic = self else { return }
    FileHandle.standardError.write(Data((sentence + "\n").utf8))
  }

  private var isShown: Bool {
    switch self {
    case .automatic: isatty(STDERR_FILENO) == 1
    case .silent: false
    }
  }
}

/// Counts finished pieces of work, in any order.
package final class ProgressCounter: Sendable {
  private let state: Mutex<(bar: ProgressBar, done: Int)>

  fileprivate init(_ bar: ProgressBar, done: Int) { state = Mutex((bar, done)) }

  /// One more is done.
  package func advance() {
    state.withLock { state in
      state.done += 1
      state.bar.update(state.done)
    }
  }

  package func finish() { state.withLock { $0.bar.finish() } }
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
    guard let seconds = secondsIfDue(step) else { return }
    let mean = losses.count > 0 ? String(format: "%.2f", losses.sum / Double(losses.count)) : "inf"
    losses = (0, 0)
    write(step, String(format: "loss %@  %.0f steps/s", mean, Double(step) / seconds))
  }

  mutating func update(_ done: Int) {
    guard isShown, let seconds = secondsIfDue(done) else { return }
    write(done, String(format: "%.0f s", seconds))
  }

  /// The time since the start, if the line is to be written again.
  private mutating func secondsIfDue(_ step: Int) -> Double? {
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100), step < total { return nil }
    last = now
    return max((now - start) / .seconds(1), 1e-9)
  }

  /// Draws the line at once.
  func write(_ step: Int, _ detail: String) {
    let filled = step * 24 / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    write(String(format: "\r%@ [%@] %d/%d  %@ ", title, bar, step, total, detail))
  }

  func finish() {
    if isShown && last != nil { endLine() }
  }

  func endLine() { write("\n") }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
