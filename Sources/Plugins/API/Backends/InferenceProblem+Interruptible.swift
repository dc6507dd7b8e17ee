import PPL
import Runs

extension InferenceProblem {
  /// The problem as a fit should run it: before the first step, a run of the model that begins after an interruption fails
  /// at once.
  ///
  /// The start of a fit runs the model several times, which takes long where the data are many. A backend makes
  /// `Interrupted` of the failure.
  public func interruptible(by control: RunControl) -> InferenceProblem {
    var problem = self
    problem.posterior = control.interruptible(posterior)
    return problem
  }
}

extension RunControl {
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
