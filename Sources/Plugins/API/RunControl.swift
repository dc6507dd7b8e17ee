import PPL
import Parallel
import Synchronization

/// How a fit or an experiment shows its progress and is stopped from outside.
public struct RunControl: Sendable {
  /// How the work shows how far it is.
  public let progress: ProgressDisplay
  /// Takes a sentence that the user should read though the work goes on, such as a doubt about the data.
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
  /// The model as a fit should run it: before the first step, a run that begins after an interruption fails at once.
  ///
  ///     let posterior = control.interruptible(model.posterior)
  ///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: settings.optimizer)
  ///
  /// The start of a fit runs the model several times, which takes long where the data are many. `FitRun` makes
  /// `Interrupted` of the failure.
  public func interruptible<Output>(_ model: Model<Output>) -> Model<Void> {
    Model { [self] p in
      if isInterruptedEarly {
        p.fail(.other(site: "", message: "interrupted before the first step"))
      } else {
        _ = model(&p)
      }
    }
  }

  /// Whether the user interrupted before the first step of a fit.
  var isInterruptedEarly: Bool { !goesOn && !start.isOver.load(ordering: .relaxed) }

  /// Told after every step of a fit.
  func noteStep() { start.isOver.store(true, ordering: .relaxed) }
}
