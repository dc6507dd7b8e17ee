import ArgumentParser
import Foundation
import Inference
import PPL
import Parallel
import Preconditions
import Runs

/// The command `ppl calibrate` for a model and a backend, with all of their flags in groups.
struct CalibrateCommand<Design, Options, Method>: ParsableCommand
where
  Design: ParsableArguments & Sendable, Options: ParsableArguments & Sendable,
  Method: ParsableArguments & Sendable
{
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) calibrate MODEL",
      discussion: """
        Data are simulated from the prior at the design of --data or of the embedded example, and fitted by --backend \
        \(Program.current.backendName) (\(Program.current.defaultBackend.rule)). Where it is right, intervals cover the true values as often as they say, and the ranks of these among the draws are uniform.

        \(ExitStatus.explanation)
        """)
  }
  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup(title: "Options of the design") var design: Design
  @OptionGroup(title: "Options of --backend \(Program.current.backendName)") var method: Method
  @OptionGroup(title: "Options of the model") var options: Options

  /// The flags that decide the outcome of a panel.
  var flags: [FlagValue] {
    // A longer fit continues a shorter one, but a panel that is finished is not fitted again.
    calibration.flagValues + design.flagValues + method.flagValues.map(\.changingDigits)
      + options.flagValues
  }
}

extension PPLCommand {
  /// Runs `ppl calibrate` for a model, by the backend that the arguments choose or by the default for own data.
  ///
  /// - Returns: The exit status.
  static func calibrate(
    _ model: some FittableModel, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    try under(Program.current.calibrating(model), console) {
      try calibrate(model, by: Program.current.backend(), arguments, console)
    }
  }

  private static func calibrate<M: FittableModel, B: InferenceBackend>(
    _ model: M, by backend: B, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parsed(
      CalibrateCommand<M.Design, M.Options, B.Options>.self, arguments, of: model, by: backend)
    let settings = command.calibration
    return try report(
      settings.destination(reading: settings.data), isQuiet: settings.quiet, console
    ) { control in
      try model.calibration(command, by: backend, control)
    }
  }
}

extension FittableModel {
  /// The report of `ppl calibrate` with these flags.
  ///
  ///     let report = try model.calibrated(["--panels", "20", "--backend", "laplace"])
  ///
  /// - Parameters:
  ///   - arguments: The flags of the calibration, of the design, of the backend and of the model.
  ///   - registry: The registry with the backends among which `--backend` chooses.
  ///   - control: The progress display, warnings and interruption; silent if not given.
  /// - Throws: As `fit(_:_:control:)`; `InferenceError.argument` for a model that cannot be simulated; `Interrupted` before the
  ///   first panel is finished.
  public func calibrated(
    _ arguments: [String], _ registry: PluginRegistry = PluginRegistry(),
    control: RunControl = RunControl(progress: .silent)
  ) throws -> RunReport {
    let program = Program(backends: registry.backends, arguments: arguments).calibrating(self)
    return try Program.$current.withValue(program) {
      try calibrated(arguments, by: program.backend(), control)
    }
  }

  private func calibrated<B: InferenceBackend>(
    _ arguments: [String], by backend: B, _ control: RunControl
  ) throws -> RunReport {
    let command = try parsed(
      CalibrateCommand<Design, Options, B.Options>.self, arguments, of: self, by: backend)
    return try calibration(command, by: backend, control)
  }

  /// Simulates and fits the panels, those in the journal of the output folder excepted.
  fileprivate func calibration<B: InferenceBackend>(
    _ command: CalibrateCommand<Design, Options, B.Options>, by backend: B, _ control: RunControl
  ) throws -> RunReport {
    let (settings, options, method) = (command.calibration, command.options, command.method)
    @Sendable func context(
      _ key: RandomKey, warn: @escaping @Sendable (String) -> Void
    ) -> FitContext {
      FitContext(
        settings.fit(key), backend: method.flagValues, model: options.flagValues,
        control: RunControl(progress: .silent, warn: warn))
    }
    let key = RandomKey(settings.seed)
    let all = try dataset(options, from: context(key, warn: control.warn).dataSource)
    let dataset = try dataset(all, as: command.design)
    let problem = try problem(options, dataset)
    let check = try SimulationBasedCalibration(problem.posterior, level: settings.level)
    let journal = try Journal(
      in: settings.outputFolder,
      conditions: [.init("the model", name)] + command.flags.conditions + problem.contents(),
      resuming: settings.resume, interval: .seconds(settings.checkpointInterval))
    let started = ContinuousClock.now
    // A panel that is under way when the user interrupts is finished.
    let found = try journal.results(
      of: (1...settings.panels).map { "panel \($0)" }, "panels", pool: settings.pool,
      control: control
    ) { number in
      try check.outcome(ofPanel: number, key: key) { panel, key in
        let context = context(key) { _ in }
        let fit = try backend.run(
          self.problem(options, dataset, simulated: panel.data), method, in: context
        ).judged(in: context)
        if let failure = fit.course.failure { throw FitFailure(.other(failure), left: .nothing) }
        let posterior = try fit.posterior(
          draws: settings.draws, key: context.drawsKey, pool: .serial)
        return (posterior, fit.course.isConverged)
      }
    }
    let outcomes = found.compactMap(\.self)
    guard !outcomes.isEmpty else { throw Interrupted(keptIn: journal) }
    return try CalibrationReport(
      model: name, backend: backend.name, panels: settings.panels,
      calibration: Calibration(outcomes, level: settings.level), design: check.design(),
      seconds: (ContinuousClock.now - started) / .seconds(1), settings: command.flags.record
    ).runReport
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
    (fit.data, fit.backend, fit.seed) = (data, backend, words[0] << 32 | words[1])
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
