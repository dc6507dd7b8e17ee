import Foundation
import Inference
import PPL
import Parallel
import Runs

/// One run of a fit by SVI, from its start or from a checkpoint, with progress, interruption and checkpoints.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: options.optimizer)
///     let run = try SVIRun(svi, steps: options.steps, learningRate: options.learningRate, in: context)
public struct SVIRun: Fit {
  /// The fit after this run.
  public let fit: SVIFit
  /// The records of all steps, including those before a checkpoint, in bounded memory.
  public let history: StepHistory
  /// The records that `history` keeps: one a step up to 100,000 steps.
  public var records: [StepRecord] { history.records }
  public internal(set) var course: FitCourse
  /// Whether the guide is a point.
  public internal(set) var isPoint = false
  public let profile: Profile?
  public let checkpoint: OutputFile?
  /// The file `losses.csv`, with a row for each step.
  public let files: [OutputFile]
  private let learningRate: Double

  /// Runs the fit.
  ///
  /// - Parameters:
  ///   - svi: The model, guide, optimizer and loss of the fit.
  ///   - steps: The number of steps, including those before a checkpoint.
  ///   - learningRate: The learning rate that messages name.
  ///   - isAveraged: Whether the fit has the mean of its parameters over the last steps.
  ///   - stopsWhenConverged: Whether the fit ends before its last step when its averaged parameters have settled.
  ///   - context: The flags of every fit and the conditions of its checkpoints.
  /// - Throws: As `SVI.initialState(key:)`; `Interrupted` if the user interrupts before the first step and the model is
  ///   `RunControl.interruptible`; `FitFailure` for a fit that diverged or whose sites changed; `DataError` for a
  ///   checkpoint that cannot be resumed, `Finished` for one with more steps than requested.
  public init(
    _ svi: SVI, steps: Int, learningRate: Double, isAveraged: Bool = false,
    stopsWhenConverged: Bool = false, in context: FitContext
  ) throws {
    let began = ContinuousClock.now
    let settings = context.settings
    self.learningRate = learningRate
    var log = StepLog(store: CheckpointStore(settings, conditions: context.conditions))
    if isAveraged { log.average = IterateAverage() }
    log.stopsWhenConverged = stopsWhenConverged
    let (last, wasFinished): (SVIFit, Bool)
    do {
      (last, wasFinished) = try Self.fitted(svi, to: steps, learningRate, in: context, &log)
    } catch let cause as FitFailure.Cause {
      throw FitFailure(cause, left: log.store?.discard() ?? .nothing)
    } catch let error where context.control.isEndedEarly(by: error) {
      throw Interrupted()
    }
    history = log.history
    fit = log.average.map(last.averaged) ?? last
    checkpoint = CheckpointFile.file(log.stored(last), conditions: context.conditions)
    files = [try log.losses?.whole() ?? LossesFile.file(log.history)]
    profile = settings.profile ? try svi.profile(at: last.state) : nil
    // The files of a finished run stay unchanged.
    let (own, earlier) = ((ContinuousClock.now - began) / .seconds(1), context.earlierSeconds)
    let isUnchanged = wasFinished && earlier > 0
    course = FitCourse(
      of: fit, history, log.average, steps: steps, hasStopped: log.hasConverged { last },
      wasFinished: wasFinished, in: context,
      seconds: isUnchanged ? earlier : own
    ).resumed(after: isUnchanged ? 0 : earlier)
    course.isOfEarlierRun = isUnchanged
  }

  /// The fit from its start or from its checkpoint, and whether it had taken all steps before.
  private static func fitted(
    _ svi: SVI, to steps: Int, _ learningRate: Double, in context: FitContext, _ log: inout StepLog
  ) throws -> (SVIFit, wasFinished: Bool) {
    let settings = context.settings
    func run(from state: SVI.State, _ log: inout StepLog) throws -> (SVIFit, wasFinished: Bool) {
      (try Self.run(svi, from: state, to: steps, learningRate, context.control, &log), false)
    }
    guard settings.resume, let folder = settings.outputFolder else {
      let state = try svi.initialState(key: context.key)
      log.losses = settings.outputFolder.map { LossesFile(in: $0) }
      return try run(from: state, &log)
    }
    let stored = try CheckpointFile.read(
      StepLog.Stored.self, in: folder, conditions: context.conditions)
    let step = stored.fit.step
    guard step <= steps else { throw Finished(step: step, steps: steps) }
    log.history = stored.fit.history
    log.store?.step = step
    log.average = stored.average
    let fit = try svi.fit(from: stored.fit, key: context.key)
    if step == steps || log.hasConverged({ fit }) {
      if context.isRestoring { return (fit, true) }
      log.losses = try LossesFile(in: folder, continuing: stored.losses)
      return (fit, true)
    }
    if context.isRestoring { throw context.unfinished(step, of: steps, "steps") }
    let state = try svi.state(from: stored.fit, key: context.key)
    log.losses = try LossesFile(in: folder, continuing: stored.losses)
    return try run(from: state, &log)
  }

  private static func run(
    _ svi: SVI, from state: SVI.State, to steps: Int, _ learningRate: Double,
    _ control: RunControl, _ log: inout StepLog
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> FitFailure.Cause {
      .diverged(step: step, parameter: parameter, learningRate: learningRate)
    }
    do {
      let fit = try svi.run(
        steps: steps - state.step, from: state, progress: control.progress
      ) { step, record, fit in
        control.noteStep()
        try log.append(record, isLast: state.step + step == steps, fit)
        return control.shouldContinue && !log.hasConverged(fit)
      }
      // A scale can reach 0 while its logarithm, which the optimizer sees, is still a number.
      for (name, value) in fit.parameters.sorted(by: { $0.key < $1.key })
      where !value.scalars.allSatisfy({
        $0.isFinite && !(GuideParameter(name).isScale && $0 <= 0)
      }) {
        throw diverged(fit.state.step, name)
      }
      return fit
    } catch let error as Divergence {
      throw diverged(error.step, error.parameter)
    } catch let error as ChangedSites {
      throw FitFailure.Cause.changedSites(step: error.step, change: error.change)
    }
  }
}

// MARK: - The posterior

extension SVIRun {
  /// The fit with its guide judged by its draws, unless it failed, is a point or is of minibatches.
  ///
  /// A fit of few steps is judged by as many draws, so that the diagnosis costs less than the fit. One whose guide cannot be
  /// judged says why.
  public func judged(in context: FitContext) -> any Fit {
    guard course.failure == nil else { return self }
    var run = self
    let control = context.control
    // A fit that was interrupted is judged if that takes no time to speak of.
    let patience: ContinuousClock.Instant =
      .now + (control.shouldContinue ? .zero : .milliseconds(500))
    do {
      let sample = try fit.importanceSample(
        draws: min(8_000, max(1_000, fit.state.step)), key: context.key.foldIn(2),
        pool: context.pool, progress: control.progress,
        isInterrupted: { !control.shouldContinue && .now >= patience })
      let family = context.flag(context.flag("--backend") == "laplace" ? "--backend" : "--guide")
      let guide = family.flatMap(GuideFamily.init(rawValue:))
      run.course = course.judged(by: ApproximationDiagnosis(sample), guide: guide)
    } catch InferenceError.guideWithoutDensity {
      return self
    } catch is CancellationError {
      run.course = course.unjudged("was interrupted before it was judged by its draws")
    } catch {
      run.course = course.unjudged("was not judged by its draws (\(error))")
    }
    return run
  }

  /// Checks that the log density curves down in every direction where the fit ended, as a Laplace approximation needs.
  ///
  /// - Throws: `FitFailure` if it does not; the checkpoint is written first, so that the steps are not lost.
  func requireMode(in context: FitContext) throws {
    do {
      _ = try fit.posterior(draws: 1, key: context.drawsKey, pool: .serial)
    } catch InferenceError.notAMode {
      var left = FitFailure.Leftover.nothing
      if let folder = context.settings.outputFolder {
        try RunFolder(creating: folder).write([checkpoint].compactMap(\.self) + files)
        left = .checkpoint(path: folder.relativePath, step: history.count)
      }
      throw FitFailure(
        .other(
          "the fit ended at a point that is no mode: the log density does not curve down in every direction, so that "
            + "it has no Laplace approximation; take more --steps (with --resume), or --guide mvn"),
        left: left)
    }
  }
}

extension SVIRun {
  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior {
    try fit.posterior(draws: count, key: key, pool: pool)
  }

  public func predictions(
    _ model: Model<Void>, draws count: Int, key: RandomKey, sites: Set<String>?, pool: WorkPool
  ) throws -> Draws {
    try fit.predictions(model, count, key: key, sites: sites, pool: pool)
  }

  public var remedyOfInfiniteDraws: String {
    "lower --learning-rate, which is \(learningRate), or take narrower priors"
  }
}

// MARK: - Failures

extension SVIRun {
  /// The error of resuming a run that has taken all requested steps.
  public struct Finished: PluginError, Equatable {
    /// The number of steps that the run has taken, and the requested number.
    public let step, steps: Int
    /// An error of a run that has taken `step` steps, where `steps` are requested.
    public init(step: Int, steps: Int) { (self.step, self.steps) = (step, steps) }
    public var description: String {
      "the checkpoint is at step \(step) and --steps is \(steps); give a larger --steps to continue."
    }
  }
}

extension FitFailure.Cause {
  /// A parameter that became infinite or left its support, or a loss that is not a number if nil.
  static func diverged(step: Int, parameter: String?, learningRate: Double) -> Self {
    .other(
      "the fit diverged in step \(step), where "
        + (parameter.map { "\(GuideParameter($0)) became infinite or left its range; " }
          ?? "the loss was no longer a number; ")
        + "lower --learning-rate, which is \(learningRate)")
  }
}
