import Foundation
import Inference
import PPL
import Parallel
import Preconditions
import Runs

/// A calibration of a backend on a model, with the panels that its output folder has already.
struct CalibrationRun<M: FittableModel, B: InferenceBackend>: Sendable {
  private let model: M
  private let backend: B
  private let options: M.Options
  private let method: B.Options
  private let settings: CalibrationOptions
  private let flags: [FlagValue]
  private let design: M.Design

  /// A run with the flags of a command.
  init(model: M, _ command: CalibrateCommand<M.Design, M.Options, B.Options>, by backend: B) {
    (self.model, self.backend) = (model, backend)
    (options, method) = (command.options, command.method)
    (settings, design, flags) = (command.calibration, command.design, command.flags)
  }

  /// The wall time of all parts of a run.
  private struct Elapsed: Codable { let seconds: Double }
  private static var time: String { "the wall time" }

  /// Simulates and fits the panels, those in the journal of the output folder excepted.
  ///
  /// - Throws: What every panel would meet, such as a wrong flag, before the first one; `Interrupted` before the first result.
  func report(_ control: RunControl) throws -> RunReport {
    let key = RandomKey(settings.seed)
    var source = context(key, RunControl(progress: .silent, warn: control.warn)).dataSource
    source.fitsAtOnce = min(settings.panels, settings.pool.threads)
    let dataset = try model.dataset(model.dataset(options, from: source), as: design)
    let problem = try model.problem(options, dataset)
    let check = try SimulationBasedCalibration(problem.posterior, level: settings.level)
    try tryOut(problem, key: key)
    let journal = try Journal(
      in: settings.outputFolder,
      conditions: [.init("the model", model.name)] + flags.conditions + problem.contents(),
      resuming: settings.resume, interval: .seconds(settings.checkpointInterval))
    let (date, started) = (Date(), ContinuousClock.now)
    let earlier = try journal.state(of: Self.time, as: Elapsed.self)?.seconds ?? 0
    @Sendable func elapsed() -> Elapsed {
      Elapsed(seconds: earlier + (ContinuousClock.now - started) / .seconds(1))
    }
    // A panel that is under way when the user interrupts is finished.
    let found = try journal.results(
      of: (1...settings.panels).map { "panel \($0)" }, "panels", pool: settings.pool,
      control: control
    ) { number in
      let outcome = try outcome(ofPanel: number, check, dataset, key: key)
      try journal.keep(stateOf: Self.time) { elapsed() }
      return outcome
    }
    let time = elapsed()
    try journal.keep(stateOf: Self.time, isLast: true) { time }
    let outcomes = found.compactMap(\.self)
    guard !outcomes.isEmpty else { throw Interrupted(keptIn: journal) }
    return try CalibrationReport(
      model: model.name, backend: backend.name, panels: settings.panels,
      calibration: Calibration(outcomes, level: settings.level), design: check.design(),
      seconds: time.seconds, settings: flags.record, threads: settings.pool.threads,
      date: date
    ).runReport
  }

  private func context(_ key: RandomKey, _ control: RunControl) -> FitContext {
    FitContext(
      settings.fit(key), backend: method.flagValues, model: options.flagValues,
      memory: backend.memory(method, draws: settings.draws, threads: 1), control: control)
  }

  /// Begins a fit to the data of the design, which is broken off at its first step, for what every panel would meet.
  ///
  /// - Throws: The error of a model or a flag that the backend cannot take; others may not come up in the panels.
  private func tryOut(_ problem: InferenceProblem, key: RandomKey) throws {
    try backend.refuseUnreadFlags(method, of: problem)
    let context = context(key, RunControl(progress: .silent, isCancelled: { true }))
    do {
      _ = try backend.run(problem, method, in: context)
    } catch let error where isOfSettings(error) {
      throw FlagWords(context.flags).told(error)
    } catch {}
  }

  private func outcome(
    ofPanel number: Int, _ check: SimulationBasedCalibration, _ dataset: M.Dataset, key: RandomKey
  ) throws -> CalibrationOutcome {
    try check.outcome(ofPanel: number, key: key) { panel, key in
      let context = context(key, RunControl(progress: .silent))
      do {
        let fit = try backend.run(
          model.problem(options, dataset, simulated: panel.data), method, in: context
        ).judged(in: context)
        if let failure = fit.course.failure { throw FitFailure(.other(failure), left: .nothing) }
        let posterior = try fit.posterior(
          draws: settings.draws, key: context.drawsKey, pool: .serial)
        return (posterior, fit.course.isConverged ? nil : fit.course.verdict)
      } catch {
        throw FlagWords(context.flags).told(error)
      }
    }
  }
}

extension SimulationBasedCalibration {
  /// The observed sites with their shapes: `y [15, 30]`.
  fileprivate func design() throws -> String {
    let data = try panel(key: RandomKey(0)).data
    return observed.compactMap { name in data[name].map { "\(name) \($0.shape)" } }
      .joined(separator: ", ")
  }
}

extension CalibrationOptions {
  /// The flags of the fit of one panel, on one thread and without files.
  func fit(_ key: RandomKey) -> FitOptions {
    var fit = FitOptions.withDefaults
    let words = key.words.scalars.map { UInt64($0) }
    (fit.data, fit.backend, fit.seed) = (
      data.map { [$0] } ?? [], backend, words[0] << 32 | words[1]
    )
    (fit.draws, fit.threads) = (draws, 1)
    return fit
  }
}

extension FitOptions {
  /// The flags of a fit with their default values.
  static var withDefaults: FitOptions {
    do { return try parse([]) } catch { requirementFailed("FitOptions: \(message(for: error))") }
  }
}

/// Whether an error is about the model, the flags or the design of the data, so that every other data set would meet it.
func isOfSettings(_ error: any Error) -> Bool {
  switch error {
  case is InferenceOptionError, is SettingError: true
  case let failure as FitFailure: failure.isOfSettings
  case let error as NestedLaplaceError: error.isOfModel
  case let error as InferenceError:
    switch error {
    case .noValidStart, .sitesChanged, .guideOutsideSupport, .notAMode, .notAnOptimum, .noMode,
      .noScores:
      false
    case .argument(let owner, _, _): owner != "ImportanceSample"
    default: true
    }
  default: false
  }
}
