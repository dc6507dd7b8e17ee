import Inference
import PPL

/// One fit by SVI under the flags of every fit: from its start or from a checkpoint, shown, interruptible, checked.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: settings.optimizer)
///     let run = try FitRun(svi, settings, conditions: conditions, control: control)
public struct FitRun: Sendable {
  /// The fit as this run left it.
  public let fit: SVIFit
  /// One record a step, those before a checkpoint included.
  public let records: [StepRecord]
  /// Wall time of this run, seconds.
  public let seconds: Double
  /// Where the time of a step goes, if `--profile` asks for it.
  public let profile: Profile?
  /// What `--resume` goes on from.
  public let checkpoint: OutputFile
  let settings: FitOptions

  /// Runs the fit.
  ///
  /// - Parameters:
  ///   - svi: What is fitted, and how.
  ///   - settings: Steps, seed, folder and the like, as the command line gave them.
  ///   - conditions: What decides the digits of a fit besides its seed, learning rate and number of steps: a checkpoint
  ///     made under others is refused.
  ///   - control: The progress line, and whether the fit goes on.
  /// - Throws: As `SVI.initialState(key:)`; `Interrupted` if the user interrupts before the first step and the model is
  ///   `RunControl.interruptible`; `FitFailure` for a fit that diverged; `DataError` for a checkpoint that cannot be gone
  ///   on from, `CheckpointFile.Finished` for one that needs no more steps.
  public init(
    _ svi: SVI, _ settings: FitOptions, conditions: [CheckpointFile.Condition], control: RunControl
  ) throws {
    let began = ContinuousClock.now
    let key = RandomKey(settings.seed)
    let conditions =
      [
        CheckpointFile.Condition("--seed", settings.seed),
        .init("--learning-rate", settings.learningRate),
      ] + conditions

    var earlier: [StepRecord] = []
    self.settings = settings
    do {
      let state: SVI.State
      if settings.resume, let folder = settings.outputFolder {
        let stored = try CheckpointFile.read(Checkpoint.self, in: folder, conditions: conditions)
        guard stored.step < settings.steps else {
          throw CheckpointFile.Finished(step: stored.step, steps: settings.steps)
        }
        earlier = stored.records
        state = try svi.state(from: stored, key: key)
      } else {
        state = try svi.initialState(key: key)
      }
      fit = try Self.run(svi, from: state, settings, control)
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    }
    records = earlier + fit.records
    checkpoint = CheckpointFile.file(SVI.checkpoint(fit, after: earlier), conditions: conditions)
    seconds = (ContinuousClock.now - began) / .seconds(1)
    profile = settings.profile ? try svi.profile(at: fit.state) : nil
  }

  private static func run(
    _ svi: SVI, from state: SVI.State, _ settings: FitOptions, _ control: RunControl
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> FitFailure {
      .diverged(step: step, parameter: parameter, learningRate: settings.learningRate)
    }
    do {
      let fit = try svi.run(
        steps: settings.steps - state.step, from: state, progress: control.progress
      ) { _, _ in
        control.noteStep()
        return control.goesOn
      }
      // A scale can reach 0 while its logarithm, which the optimizer sees, is still a number.
      let isScale = { (name: String) in name.hasSuffix("_auto_scale") }
      for (name, value) in fit.parameters.sorted(by: { $0.key < $1.key })
      where !value.scalars.allSatisfy({ $0.isFinite && !(isScale(name) && $0 <= 0) }) {
        throw diverged(fit.state.step, name)
      }
      return fit
    } catch let error as Divergence {
      throw diverged(error.step, error.parameter)
    }
  }

  /// Draws of the fitted guide, as many as `--draws` says.
  ///
  /// - Throws: `FitFailure.notFinite` if one is not a number.
  public func draws(key: RandomKey) throws -> Draws {
    try checked(fit.draws(settings.draws, key: key, threads: settings.sharedThreads))
  }

  /// The same draws, once no number of theirs is infinite or none at all.
  ///
  /// - Throws: `FitFailure.notFinite`, which names the first site with one.
  public func checked(_ draws: Draws) throws(FitFailure) -> Draws {
    for site in draws.names where !draws[site].scalars.allSatisfy(\.isFinite) {
      throw .notFinite(site: site, learningRate: settings.learningRate)
    }
    return draws
  }
}

/// Why a fit gives no result, in terms of its flags.
public enum FitFailure: PluginError, Equatable {
  /// A parameter ceased to be a number, or to lie on its support.
  case diverged(step: Int, parameter: String?, learningRate: Double)
  /// The fit ended, but draws from it are not finite.
  case notFinite(site: String, learningRate: Double)

  /// What happened, and the flag that helps.
  public var description: String {
    switch self {
    case .diverged(let step, let parameter, let rate):
      "the fit diverged in step \(step), where "
        + (parameter.map { "\"\($0)\" became infinite or left its range; " }
          ?? "the loss was no longer a number; ")
        + "lower --learning-rate, which is \(rate). Nothing was written."
    case .notFinite(let site, let rate):
      "the fit ended, but its draws of \"\(site)\" are not all finite; "
        + "lower --learning-rate, which is \(rate), or take narrower priors. Nothing was written."
    }
  }
}
