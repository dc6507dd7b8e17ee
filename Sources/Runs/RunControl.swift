import Parallel
import Synchronization

/// The control of a fit or an experiment from outside: its progress display, warnings and interruption.
public struct RunControl: Sendable {
  /// The display of how far the work is.
  public let progress: ProgressDisplay
  /// A function that tells the user a sentence while the work goes on, such as a doubt about the data.
  public let warn: @Sendable (String) -> Void
  private let isCancelled: @Sendable () -> Bool
  private let start = Start()

  /// Whether the first step of a fit is done: from then on an interruption loses nothing.
  private final class Start: Sendable {
    let isOver = Atomic(false)
  }

  /// A control that asks `isCancelled` after every step or piece, and tells warnings to nobody if not to `warn`.
  public init(
    progress: ProgressDisplay, isCancelled: @escaping @Sendable () -> Bool = { false },
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    (self.progress, self.isCancelled, self.warn) = (progress, isCancelled, warn)
  }

  /// Whether to go on; false once the user has interrupted.
  public var goesOn: Bool { !isCancelled() }
}

// MARK: - Before the first step

extension RunControl {
  /// Whether the user interrupted before the first step of a fit.
  public var isInterruptedEarly: Bool { !goesOn && !start.isOver.load(ordering: .relaxed) }

  /// Notes that a fit has taken a step.
  public func noteStep() { start.isOver.store(true, ordering: .relaxed) }
}
