import PPL
import Runs

extension InferenceProblem {
  /// The problem with an interruptible model: before the first step of a fit, a run of the model after an interruption fails
  /// at once.
  ///
  /// The start of a fit runs the model several times, which is slow for large data. A backend throws `Interrupted` then.
  public func interruptible(by control: RunControl) -> InferenceProblem {
    var problem = self
    problem.posterior = control.interruptible(posterior)
    return problem
  }
}

extension RunControl {
  /// Whether an error is the end of the start of a fit by an interruption: that of an interruptible model or density.
  func isEndedEarly(by error: any Error) -> Bool {
    (error is ModelError || error is CancellationError) && isInterruptedEarly
  }

  /// The model that fails before the first step of a fit if the user has interrupted.
  public func interruptible<Output>(_ model: Model<Output>) -> Model<Void> {
    Model { [self] p in
      if isInterruptedEarly {
        p.fail(.other(site: "", message: "interrupted before the first step"))
      } else {
        _ = model(&p)
      }
    }
  }
}
