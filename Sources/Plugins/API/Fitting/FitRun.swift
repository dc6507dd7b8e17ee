import Foundation
import Inference
import PPL
import Runs

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
  /// Wall time of this run, seconds; for a run that was finished before, that of the run that took its last steps.
  public let seconds: Double
  /// Where the time of a step goes, if `--profile` asks for it.
  public let profile: Profile?
  /// What `--resume` goes on from.
  public let checkpoint: OutputFile
  /// `losses.csv`: a row a step.
  public let lossesFile: OutputFile
  let settings: FitOptions
  /// Whether the run had taken all its steps before, so that this one took none.
  let wasFinished: Bool
  /// What is wrong with the draws from the fit, once they are judged.
  private(set) var flaw: FitFailure.Cause?

  /// Runs the fit.
  ///
  /// - Parameters:
  ///   - svi: What is fitted, and how.
  ///   - settings: Steps, seed, folder and the like, as the command line gave them.
  ///   - conditions: What decides the digits of a fit besides its seed, learning rate and number of steps: a checkpoint
  ///     made under others is refused.
  ///   - control: The progress line, and whether the fit goes on.
  /// - Throws: As `SVI.initialState(key:)`; `Interrupted` if the user interrupts before the first step and the model is
  ///   `RunControl.interruptible`; `FitFailure` for a fit that diverged or whose sites changed; `DataError` for a
  ///   checkpoint that cannot be resumed, `CheckpointFile.Finished` for one of more steps than are asked for.
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
    var isFinished = false
    do {
      if settings.resume, let folder = settings.outputFolder {
        let stored = try CheckpointFile.read(Stored.self, in: folder, conditions: conditions)
        guard stored.fit.step <= settings.steps else {
          throw CheckpointFile.Finished(step: stored.fit.step, steps: settings.steps)
        }
        course.history = stored.fit.history
        course.store?.step = stored.fit.step
        isFinished = stored.fit.step == settings.steps
        if isFinished {
          fit = try svi.fit(from: stored.fit, key: key)
          course.losses = try LossesFile(in: folder, goingOnFrom: stored.losses)
        } else {
          let state = try svi.state(from: stored.fit, key: key)
          course.losses = try LossesFile(in: folder, goingOnFrom: stored.losses)
          fit = try Self.run(svi, from: state, settings, control, &course)
        }
      } else {
        let state = try svi.initialState(key: key)
        course.losses = settings.outputFolder.map { LossesFile(in: $0) }
        fit = try Self.run(svi, from: state, settings, control, &course)
      }
    } catch let cause as FitFailure.Cause {
      throw FitFailure(cause, left: course.store?.discard() ?? .nothing)
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    }
    (history, wasFinished) = (course.history, isFinished)
    let stored = Stored(
      fit: SVI.checkpoint(fit, history: history), losses: course.losses?.mark ?? .init())
    checkpoint = CheckpointFile.file(stored, conditions: conditions)
    lossesFile =
      try course.losses?.whole()
      ?? OutputFile(LossesFile.name, text: LossesFile.text(course.history))
    // The files of a finished run stay as they are, to the byte.
    let earlier = isFinished ? settings.outputFolder.flatMap(Self.storedSeconds) : nil
    seconds = earlier ?? (ContinuousClock.now - began) / .seconds(1)
    profile = settings.profile ? try svi.profile(at: fit.state) : nil
  }

  /// The wall time that `run.json` of a folder has; nil if it has none.
  private static func storedSeconds(in folder: URL) -> Double? {
    struct Record: Decodable { let seconds: Double }
    let url = folder.appending(path: "run.json")
    return (try? Data(contentsOf: url)).flatMap {
      try? JSONDecoder().decode(Record.self, from: $0).seconds
    }
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
      guard let store, let losses else { return }
      // An earlier run stays until a checkpoint takes its place, so that its losses are not overwritten before.
      let isFull = store.hasEarlierRun ? losses.isHuge : losses.isFull
      guard store.isDue || isFull else { return }
      try save(isCheckpoint: store.isDue || store.hasEarlierRun, fit)
    }

    private mutating func save(isCheckpoint: Bool, _ fit: () -> SVIFit) throws {
      store?.begin()
      try losses?.flush(isSynced: isCheckpoint)
      guard isCheckpoint, let mark = losses?.mark else { return }
      try store?.write(Stored(fit: SVI.checkpoint(fit(), history: history), losses: mark))
      store?.step = history.count
    }
  }

  private static func run(
    _ svi: SVI, from state: SVI.State, _ settings: FitOptions, _ control: RunControl,
    _ course: inout Course
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> FitFailure.Cause {
      .diverged(step: step, parameter: parameter, learningRate: settings.learningRate)
    }
    do {
      let fit = try svi.run(
        steps: settings.steps - state.step, from: state, progress: control.progress
      ) { step, record, fit in
        control.noteStep()
        try course.append(record, isLast: state.step + step == settings.steps, fit)
        return control.shouldContinue
      }
      // A scale can reach 0 while its logarithm, which the optimizer sees, is still a number.
      let isScale = { (name: String) in name.hasSuffix("auto_scale") }
      for (name, value) in fit.parameters.sorted(by: { $0.key < $1.key })
      where !value.scalars.allSatisfy({ $0.isFinite && !(isScale(name) && $0 <= 0) }) {
        throw diverged(fit.state.step, name)
      }
      return fit
    } catch let error as Divergence {
      throw diverged(error.step, error.parameter)
    } catch let error as ChangedSites {
      throw FitFailure.Cause.changedSites(step: error.step, change: error.change)
    }
  }

  /// Draws of the fitted guide, as many as `--draws` says; `judged(by:)` tells whether they are of use.
  public func draws(key: RandomKey) throws -> Draws {
    try fit.draws(settings.draws, key: key, pool: settings.sharedThreads)
  }
}

// MARK: - Whether the fit is of use

extension FitRun {
  /// The run with what is wrong with its draws: a fit of which a draw is not finite has failed.
  ///
  ///     let draws = try run.draws(key: key)
  ///     let judged = run.judged(by: draws)  // its course, verdict and failure go into the report
  public func judged(by draws: Draws...) -> FitRun {
    let infinite = draws.lazy.compactMap { draws in
      draws.names.first { !draws[$0].scalars.allSatisfy(\.isFinite) }
    }.first
    var judged = self
    judged.flaw = infinite.map { .notFinite(site: $0, learningRate: settings.learningRate) }
    return judged
  }

  /// Why the fit is of no use, a sentence: the `failure` of its report. Nil if it is of use.
  public var failure: String? {
    convergence.hasFiniteLosses ? flaw.map { "\($0)." } : "\(convergence)"
  }
}
