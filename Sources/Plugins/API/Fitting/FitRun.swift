import Inference
import PPL

/// One fit by SVI under the flags of every fit: from its start or from a checkpoint, shown, interruptible, checked.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: settings.optimizer)
///     let run = try FitRun(svi, settings, conditions: conditions, control: control)
public struct FitRun: Sendable {
  /// The fit as this run left it.
  public let fit: SVIFit
  /// The records of all steps, those before a checkpoint included, in bounded memory.
  public let history: StepHistory
  /// The records that `history` keeps: one a step up to 100,000 steps.
  public var records: [StepRecord] { history.records }
  /// Wall time of this run, seconds.
  public let seconds: Double
  /// Where the time of a step goes, if `--profile` asks for it.
  public let profile: Profile?
  /// What `--resume` goes on from.
  public let checkpoint: OutputFile
  /// `losses.csv`: a row a step.
  public let lossesFile: OutputFile
  let settings: FitOptions
  private let store: CheckpointStore?

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

    self.settings = settings
    var course = Course(store: CheckpointStore(settings, conditions: conditions))
    do {
      let state: SVI.State
      if settings.resume, let folder = settings.outputFolder {
        let stored = try CheckpointFile.read(Stored.self, in: folder, conditions: conditions)
        guard stored.fit.step < settings.steps else {
          throw CheckpointFile.Finished(step: stored.fit.step, steps: settings.steps)
        }
        state = try svi.state(from: stored.fit, key: key)
        course.history = stored.fit.history
        course.losses = try LossesFile(in: folder, goingOnFrom: stored.losses)
      } else {
        state = try svi.initialState(key: key)
        course.losses = settings.outputFolder.map { LossesFile(in: $0) }
      }
      fit = try Self.run(svi, from: state, settings, control, &course)
    } catch let error as FitFailure {
      course.store?.discard()
      throw error
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    }
    (history, store) = (course.history, course.store)
    let stored = Stored(
      fit: SVI.checkpoint(fit, history: history), losses: course.losses?.mark ?? .init())
    checkpoint = CheckpointFile.file(stored, conditions: conditions)
    lossesFile =
      try course.losses?.whole()
      ?? OutputFile(LossesFile.name, text: LossesFile.text(course.history))
    seconds = (ContinuousClock.now - began) / .seconds(1)
    profile = settings.profile ? try svi.profile(at: fit.state) : nil
  }

  /// What the checkpoint of a fit holds.
  private struct Stored: Codable, Sendable {
    let fit: Checkpoint
    let losses: LossesFile.Mark
  }

  /// The records of a fit under way, and where they go.
  private struct Course {
    var history = StepHistory()
    /// Nil without an output folder, as is the store.
    var losses: LossesFile?
    var store: CheckpointStore?

    /// - Parameter isLast: Whether no step is left. A checkpoint there would say that the run is finished before its
    ///   results are written.
    mutating func append(_ record: StepRecord, isLast: Bool, _ fit: () -> SVIFit) throws {
      history.append(record)
      losses?.append(history.count, record)
      if isLast { return }
      guard let isDue = store?.isDue, isDue || losses?.isFull == true else { return }
      store?.removeEarlierRun()
      try losses?.flush(isSynced: isDue)
      guard isDue, let mark = losses?.mark else { return }
      try store?.write(Stored(fit: SVI.checkpoint(fit(), history: history), losses: mark))
    }
  }

  private static func run(
    _ svi: SVI, from state: SVI.State, _ settings: FitOptions, _ control: RunControl,
    _ course: inout Course
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> FitFailure {
      .diverged(step: step, parameter: parameter, learningRate: settings.learningRate)
    }
    do {
      let fit = try svi.run(
        steps: settings.steps - state.step, from: state, progress: control.progress
      ) { step, record, fit in
        control.noteStep()
        try course.append(record, isLast: state.step + step == settings.steps, fit)
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
      store?.discard()
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
