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
    return try program.run {
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

  /// The report on the panels, with errors in terms of the flags.
  fileprivate func calibration<B: InferenceBackend>(
    _ command: CalibrateCommand<Design, Options, B.Options>, by backend: B, _ control: RunControl
  ) throws -> RunReport {
    do {
      return try CalibrationRun(model: self, command, by: backend).report(control)
    } catch {
      throw FlagWords(command.flags).told(error)
    }
  }
}
