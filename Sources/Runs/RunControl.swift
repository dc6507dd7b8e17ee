import Parallel
import Synchronization

/// The control of a fit or an experiment from outside: its progress display, warnings and interruption.
public struct RunControl: Sendable {
  /// The display of progress.
  public let progress: ProgressDisplay
  /// The function that shows the user a warning during the work, such as one about the data.
  public let warn: @Sendable (String) -> Void
  private let isCancelled: @Sendable () -> Bool
  private let start = Start()

  /// A flag that the first step of a fit is done, after which an interruption loses nothing.
  private final class Start: Sendable {
    let isOver = Atomic(false)
  }

  /// A control that calls `isCancelled` after every step or piece, and shows warnings by `warn`.
  public init(
    progress: ProgressDisplay, isCancelled: @escaping @Sendable () -> Bool = { false },
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    (self.progress, self.isCancelled, self.warn) = (progress, isCancelled, warn)
  }

  /// Whether the work should continue; false once the user has interrupted it.
  public var shouldContinue: Bool { !isCancelled() }
}

// MARK: - Before the first step

extension RunControl {
  /// Whether the user interrupted before the first step of a fit.
  public var isInterruptedEarly: Bool { !shouldContinue && !start.isOver.load(ordering: .relaxed) }

  /// Notes that a fit has taken a step.
  public func noteStep() { start.isOver.store(true, ordering: .relaxed) }

  /// Notes that the start is over, and says whether the user has interrupted: what a loop asks before each step.
  ///
  /// From the first call on an interruption no longer stops the model, so that a result can be made of what there is.
  public func isInterruptedBeforeStep() -> Bool {
    noteStep()
    return !shouldContinue
  }
}
