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
  public let course: FitCourse
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
  ///   - context: The flags of every fit and the conditions of its checkpoints.
  /// - Throws: As `SVI.initialState(key:)`; `Interrupted` if the user interrupts before the first step and the model is
  ///   `RunControl.interruptible`; `FitFailure` for a fit that diverged or whose sites changed; `DataError` for a
  ///   checkpoint that cannot be resumed, `CheckpointFile.Finished` for one with more steps than requested.
  public init(
    _ svi: SVI, steps: Int, learningRate: Double, in context: FitContext
  ) throws {
    let began = ContinuousClock.now
    let (settings, key, control) = (context.settings, context.key, context.control)
    let conditions = context.conditions
    self.learningRate = learningRate
    var course = Course(store: CheckpointStore(settings, conditions: conditions))
    var isFinished = false
    func taken(from state: SVI.State, _ course: inout Course) throws -> SVIFit {
      try Self.run(svi, from: state, to: steps, learningRate, control, &course)
    }
    do {
      if settings.resume, let folder = settings.outputFolder {
        let stored = try CheckpointFile.read(Stored.self, in: folder, conditions: conditions)
        guard stored.fit.step <= steps else {
          throw CheckpointFile.Finished(step: stored.fit.step, steps: steps)
        }
        course.history = stored.fit.history
        course.store?.step = stored.fit.step
        isFinished = stored.fit.step == steps
        if isFinished {
          fit = try svi.fit(from: stored.fit, key: key)
          course.losses = try LossesFile(in: folder, goingOnFrom: stored.losses)
        } else {
          let state = try svi.state(from: stored.fit, key: key)
          course.losses = try LossesFile(in: folder, goingOnFrom: stored.losses)
          fit = try taken(from: state, &course)
        }
      } else {
        let state = try svi.initialState(key: key)
        course.losses = settings.outputFolder.map { LossesFile(in: $0) }
        fit = try taken(from: state, &course)
      }
    } catch let cause as FitFailure.Cause {
      throw FitFailure(cause, left: course.store?.discard() ?? .nothing)
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    }
    history = course.history
    let stored = Stored(
      fit: SVI.checkpoint(fit, history: history), losses: course.losses?.mark ?? .init())
    checkpoint = CheckpointFile.file(stored, conditions: conditions)
    files = [
      try course.losses?.whole()
        ?? OutputFile(LossesFile.name, text: LossesFile.text(course.history))
    ]
    profile = settings.profile ? try svi.profile(at: fit.state) : nil
    // The files of a finished run stay unchanged.
    let earlier = isFinished ? settings.outputFolder.flatMap(Self.storedSeconds) : nil
    self.course = FitCourse(
      of: fit, history, steps: steps, wasFinished: isFinished, canResume: settings.output != nil,
      seconds: earlier ?? (ContinuousClock.now - began) / .seconds(1))
  }

  /// The wall time in `run.json` of a folder; nil if there is none.
  private static func storedSeconds(in folder: URL) -> Double? {
    struct Record: Decodable { let seconds: Double }
    let url = folder.appending(path: RunFileName.run)
    return (try? Data(contentsOf: url)).flatMap {
      try? JSONDecoder().decode(Record.self, from: $0).seconds
    }
  }

  /// The content of the checkpoint of a fit.
  private struct Stored: Codable, Sendable {
    let fit: Checkpoint
    let losses: LossesFile.Mark
  }

  /// The records of a running fit, with their file and checkpoints.
  private struct Course {
    var history = StepHistory()
    /// The file of losses; nil without an output folder.
    var losses: LossesFile?
    var store: CheckpointStore?

    /// Appends a step, and stores a checkpoint if one is due.
    ///
    /// - Parameter isLast: Whether no step is left; no checkpoint is stored then, since the results are not written yet.
    mutating func append(_ record: StepRecord, isLast: Bool, _ fit: () -> SVIFit) throws {
      history.append(record)
      losses?.append(history.count, record)
      if isLast { return }
      guard let store, let losses else { return }
      // The losses of an earlier run stay until a checkpoint replaces it.
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
    _ svi: SVI, from state: SVI.State, to steps: Int, _ learningRate: Double,
    _ control: RunControl, _ course: inout Course
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> FitFailure.Cause {
      .diverged(step: step, parameter: parameter, learningRate: learningRate)
    }
    do {
      let fit = try svi.run(
        steps: steps - state.step, from: state, progress: control.progress
      ) { step, record, fit in
        control.noteStep()
        try course.append(record, isLast: state.step + step == steps, fit)
        return control.shouldContinue
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
  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior {
    try fit.posterior(draws: count, key: key, pool: pool)
  }

  public func predictions(
    _ model: Model<Void>, draws count: Int, key: RandomKey, sites: Set<String>?, pool: WorkPool
  ) throws -> Draws {
    try fit.predictions(model, count, key: key, sites: sites, pool: pool)
  }

  public func failure(ofInfiniteDrawsOf site: String) -> String {
    "\(FitFailure.Cause.notFinite(site: site, learningRate: learningRate))."
  }
}
