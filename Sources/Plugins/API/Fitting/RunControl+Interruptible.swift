import PPL
import Runs

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
}
