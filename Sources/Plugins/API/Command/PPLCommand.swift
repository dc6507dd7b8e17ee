import ArgumentParser
import Foundation
import Inference
import PPL
import Plotting
import Preconditions
import Runs
import Tables

/// A command-line program over a registry of plugins: `list`, `describe MODEL`, `fit MODEL`,
/// `predict RUN`, `compare RUN…`, `figures RUN`, `report RUN`, `rerun RUN`, `simulate MODEL`, `calibrate MODEL`,
/// `run EXPERIMENT`; `ppl` itself has `new plugin NAME` besides.
///
///     var registry = PluginRegistry()
///     registry.register(SpatialExtremes())
///     PPLCommand.main(registry)
///
/// The help of `fit` and `run` explains the exit statuses.
public enum PPLCommand {
  /// Runs the command of this process and exits.
  ///
  /// - Parameters:
  ///   - registry: The plugins of the program.
  ///   - name: The name of the program in help and messages; nil for `ppl`.
  public static func main(_ registry: PluginRegistry, as name: String? = nil) -> Never {
    exit(run(Array(CommandLine.arguments.dropFirst()), registry, as: name))
  }

  /// Runs a command.
  ///
  /// - Returns: The exit status.
  package static func run(
    _ arguments: [String], _ registry: PluginRegistry, as name: String? = nil,
    to console: Console = .standard
  ) -> Int32 {
    let program = Program(
      ownName: name, backends: registry.backends, plugins: registry.plugins, arguments: arguments,
      command: arguments)
    return run(arguments, registry, program, to: console)
  }

  /// Runs a command as that of a program, which may record another command line.
  static func run(
    _ arguments: [String], _ registry: PluginRegistry, _ program: Program, to console: Console
  ) -> Int32 {
    program.run { run(arguments, registry, console) }
  }

  private static func run(
    _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) -> Int32 {
    do {
      if let status = try tool(arguments, registry, console) { return status }
      switch try Root.parseAsRoot(arguments) {
      case is ListModels:
        console.print(list(registry))
      case let command as DescribeModel:
        try describe(registry.model(named: command.model), command.rest, console)
      case let command as FitModel:
        return try fit(registry.model(named: command.model), command.rest, console)
      case let command as CalibrateModel:
        return try calibrate(registry.model(named: command.model), command.rest, console)
      case let command as CompareRuns:
        return try compare(command.rest, registry, console)
      case let command as DrawFigures:
        return try figures(command.rest, registry, console)
      case let command as SimulateModel:
        return try simulate(registry.model(named: command.model), command.rest, console)
      case let command as PredictRun:
        return try predict(command.run, command.rest, registry, console)
      case let command as ReportRun:
        return try report(command.run, command.rest, registry, console)
      case let command as Rerun:
        return try rerun(command, registry, console)
      case let command as RunExperiment:
        return try run(registry.experiment(named: command.experiment), command.rest, console)
      case let command as NewPlugin:
        console.print(try command.write(program: Bundle.main.executableURL))
      case var other:
        try other.run()
      }
      return 0
    } catch let error as Usage {
      return finish(error.command, error.underlying, console)
    } catch let error
      where error is UnknownModel || error is UnknownExperiment || error is UnknownTool
      || error is InferenceOptionError
    {
      console.printError("Error: \(error)")
      return ExitStatus.commandLine
    } catch let error where isFault(error) {
      console.printError("Error: \(error)")
      return ExitStatus.fault
    } catch {
      return finish(Root.self, error, console)
    }
  }

  /// Whether the description of an error is a complete message: invalid data, an invalid model, an unwritable folder.
  private static func isFault(_ error: any Error) -> Bool {
    error is DataError || error is OutputError || error is ModelError || error is InferenceError
      || error is Mistake || error is PlottingError
      || error is any PluginError
  }

  /// Prints a message of the argument parser: help, a version, or a mistake in the command line.
  static func finish(
    _ command: any ParsableArguments.Type, _ error: any Error, _ console: Console
  ) -> Int32 {
    let text = command.fullMessage(for: error)
    let code = command.exitCode(for: error)
    if code == .success { console.print(text) } else { console.printError(text) }
    return code.rawValue
  }
}

extension PPLCommand {
  private static func list(_ registry: PluginRegistry) -> String {
    var table = TextTable([.leading(), .leading()], gap: 2)
    for (place, plugin) in registry.plugins.enumerated() {
      if place > 0 { table.append(line: "") }
      table.append(line: "\(plugin.name): \(plugin.summary)")
      for model in plugin.models { table.append(["  \(model.name)", model.summary]) }
      for experiment in plugin.experiments {
        table.append(["  \(experiment.name)", experiment.summary])
      }
      for tool in plugin.tools { table.append(["  \(plugin.name) \(tool.name)", tool.summary]) }
    }
    return table.description
  }
}
