import Foundation
import Synchronization

/// A progress bar: one line on standard error, rewritten at most ten times a second.
public struct ProgressBar: Sendable {
  /// Whether the line is shown at all.
  public let isShown: Bool
  private let title: String
  private let total: Int
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?

  init(title: String, total: Int, isShown: Bool) {
    (self.title, self.total, self.isShown) = (title, total, isShown)
  }

  /// Shows how many steps are done, if a tenth of a second has passed since the last time or the work is done.
  ///
  /// - Parameters:
  ///   - done: The number of steps that are done.
  ///   - detail: The text after the bar, from the seconds since the start; evaluated only if the line is written.
  public mutating func update(_ done: Int, _ detail: (_ seconds: Double) -> String) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100), done < total { return }
    last = now
    write(done, detail(max((now - start) / .seconds(1), 1e-9)))
  }

  /// Shows how many steps are done, without a wait.
  public mutating func show(_ done: Int, _ detail: (_ seconds: Double) -> String) {
    last = nil
    update(done, detail)
  }

  /// Ends the line, if there is one.
  public func finish() {
    if isShown && last != nil { write("\n") }
  }

  private func write(_ done: Int, _ detail: String) {
    let filled = done * 24 / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    write(String(format: "\r%@ [%@] %d/%d  %@ ", title, bar, done, total, detail))
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// A counter of finished pieces of work, in any order, shown as a progress bar.
public final class ProgressCounter: Sendable {
  private let state: Mutex<(bar: ProgressBar, done: Int)>

  init(_ bar: ProgressBar, done: Int) { state = Mutex((bar, done)) }

  /// Counts one more piece as done.
  public func advance() {
    state.withLock { state in
      state.done += 1
      state.bar.update(state.done) { String(format: "%.0f s", $0) }
    }
  }

  /// Ends the line, if there is one.
  public func finish() { state.withLock { $0.bar.finish() } }
}
