import Foundation

/// The place where long work shows its progress.
public enum ProgressDisplay: Sendable {
  /// Standard error, if that is a terminal.
  case automatic
  /// No display at all.
  case silent

  /// A progress bar for work of `total` steps.
  public func bar(_ title: String, _ total: Int) -> ProgressBar {
    ProgressBar(title: title, total: total, isShown: isShown)
  }

  /// A counter of pieces of work, of which `done` were finished before; several threads may advance it.
  public func counter(_ title: String, _ total: Int, done: Int = 0) -> ProgressCounter {
    ProgressCounter(bar(title, total), done: done)
  }

  /// Writes a sentence to standard error, whether or not that is a terminal; nothing if the display is silent.
  public func warn(_ sentence: String) {
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
