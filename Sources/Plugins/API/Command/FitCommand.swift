import ArgumentParser
import Parallel
import Runs

/// The command `ppl fit` for a model and a backend, with all of their flags in groups.
struct FitCommand<Options, Method>: ParsableCommand
where Options: ParsableArguments & Sendable, Method: ParsableArguments & Sendable {
  static var configuration: CommandConfiguration {
    let (program, chosen) = (Program.current, Program.current.backendName)
    return CommandConfiguration(
      commandName: "\(program.name) fit MODEL",
      discussion: """
        The posterior is fitted by --backend \(chosen) (\(program.defaultBackend.rule)). The others, which have flags of their own \
        (--backend NAME --help): \(program.backends.others(than: chosen)).

        \(ExitStatus.explanation)
        """)
  }
  @OptionGroup var fit: FitOptions
  @OptionGroup(title: "Options of --backend \(Program.current.backendName)") var method: Method
  @OptionGroup(title: "Options of the model") var options: Options

  /// The context of the fit with these flags.
  func context<B: InferenceBackend>(
    _ control: RunControl, by backend: B
  ) -> FitContext where B.Options == Method {
    var context = FitContext(
      fit, backend: method.flagValues, model: options.flagValues,
      memory: backend.memory(method, draws: fit.draws, threads: fit.pool.threads),
      control: control)
    context.arguments = lastingArguments(Program.current.arguments, backend: fit.backend)
    return context
  }
}

extension FittableModel {
  /// The report of `ppl fit` with these flags; no file is written.
  ///
  ///     let report = try model.fit(["--steps", "300", "--draws", "50"])
  ///
  /// - Parameters:
  ///   - arguments: The flags of the fit, of the backend and of the model.
  ///   - registry: The registry with the backends among which `--backend` chooses.
  ///   - control: The progress display, warnings and interruption; silent if not given.
  /// - Throws: `InferenceOptionError` or an error of the argument parser for invalid flags; otherwise as
  ///   `fit(_:by:_:in:)`.
  public func fit(
    _ arguments: [String], _ registry: PluginRegistry = PluginRegistry(),
    control: RunControl = RunControl(progress: .silent)
  ) throws -> RunReport {
    let program = Program(backends: registry.backends, arguments: arguments).fitting(self)
    return try program.run {
      try report(by: program.backend(), arguments, control)
    }
  }

  /// The model with its fit under these flags, to given data or to those that the model reads.
  ///
  ///     let fitted = try model.fitted(["--draws", "1000"])
  ///     print(try fitted.posterior().table())
  ///
  /// - Throws: As `fit(_:_:control:)`.
  public func fitted(
    _ arguments: [String], on dataset: Dataset? = nil,
    _ registry: PluginRegistry = PluginRegistry(),
    control: RunControl = RunControl(progress: .silent)
  ) throws -> FittedModel<Self> {
    let program = Program(backends: registry.backends, arguments: arguments).fitting(self)
    return try program.run {
      try fitted(by: program.backend(), arguments, on: dataset, control)
    }
  }

  private func report<B: InferenceBackend>(
    by backend: B, _ arguments: [String], _ control: RunControl
  ) throws -> RunReport {
    let command = try parsed(
      FitCommand<Options, B.Options>.self, arguments, of: self, by: backend)
    return try fit(
      command.options, by: backend, command.method, in: command.context(control, by: backend))
  }

  private func fitted<B: InferenceBackend>(
    by backend: B, _ arguments: [String], on given: Dataset?, _ control: RunControl
  ) throws -> FittedModel<Self> {
    let command = try parsed(
      FitCommand<Options, B.Options>.self, arguments, of: self, by: backend)
    let (options, context) = (command.options, command.context(control, by: backend))
    let dataset = try given ?? dataset(options, from: context.dataSource)
    do {
      return try fitted(options, dataset, by: backend, command.method, in: context)
    } catch {
      throw FlagWords(context.flags).told(explained(error, options, dataset))
    }
  }
}
