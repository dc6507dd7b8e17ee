import ArgumentParser
import Foundation
import Inference
import PPL
import Preconditions

/// A command-line program over a registry of plugins: `list`, `describe MODEL`, `fit MODEL`; `ppl` itself has
/// `new plugin NAME` besides.
///
///     var registry = PluginRegistry()
///     registry.register(SpatialExtremes())
///     PPLCommand.main(registry)
///
/// Exit status: 0; 2 when data, a model or an output folder are at fault; 3 when none of the last losses of a fit is finite,
/// though its numbers and files are written; 64 when the command line is at fault; 130, 143 or 129 when a fit was ended by
/// Ctrl-C, SIGTERM or SIGHUP, though what it had by then is printed and written.
public enum PPLCommand {
  /// Runs the command of this process and exits.
  ///
  /// - Parameters:
  ///   - registry: The plugins of the program.
  ///   - name: What the program is called, as help and messages give it; nil for `ppl`.
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
    Program.$ownName.withValue(name) { run(arguments, registry, console) }
  }

  private static func run(
    _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) -> Int32 {
    do {
      switch try Root.parseAsRoot(arguments) {
      case is ListModels:
        console.print(list(registry))
      case let command as DescribeModel:
        try describe(registry.model(named: command.model), command.rest, console)
      case let command as FitModel:
        return try fit(registry.model(named: command.model), command.rest, console)
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
    } catch let error where error is UnknownModel || error is UnknownExperiment {
      console.printError("Error: \(error)")
      return ExitCode.validationFailure.rawValue
    } catch let error where isFault(error) {
      console.printError("Error: \(error)")
      return 2
    } catch {
      return finish(Root.self, error, console)
    }
  }

  /// Errors whose description is the whole story: bad data, a bad model, a folder that cannot be written.
  private static func isFault(_ error: any Error) -> Bool {
    error is DataError || error is OutputError || error is ModelError || error is InferenceError
      || error is Mistake
      || error is any PluginError
  }

  /// Prints what the argument parser has to say: help, a version, or what is wrong with the command line.
  private static func finish(
    _ command: any ParsableArguments.Type, _ error: any Error, _ console: Console
  ) -> Int32 {
    let text = command.fullMessage(for: error)
    let code = command.exitCode(for: error)
    if code == .success { console.print(text) } else { console.printError(text) }
    return code.rawValue
  }
}

/// Exit statuses of the program's own, beside those of the argument parser.
private enum ExitStatus {
  /// A fit ended, and none of its last losses is finite.
  static let nothingFinite: Int32 = 3
}

/// An error of a plugin's own, to be shown as it describes itself, with exit status 2.
public protocol PluginError: Error, CustomStringConvertible {}

extension Divergence: PluginError {}
extension ChangedSites: PluginError {}

/// Where a command prints.
package struct Console: Sendable {
  var print: @Sendable (String) -> Void
  var printError: @Sendable (String) -> Void

  package init(
    print: @escaping @Sendable (String) -> Void, printError: @escaping @Sendable (String) -> Void
  ) {
    (self.print, self.printError) = (print, printError)
  }

  package static let standard = Console(
    print: { text in
      if !write(text, to: .standardOutput) {
        _ = write(
          "Error: standard output cannot be written; make room, or print elsewhere.",
          to: .standardError)
        exit(2)
      }
    },
    // Where errors cannot be told, there is nobody to tell.
    printError: { _ = write($0, to: .standardError) })

  private static func write(_ text: String, to handle: FileHandle) -> Bool {
    (try? handle.write(contentsOf: Data((text + "\n").utf8))) != nil
  }
}

// MARK: What is typed

/// The program that runs. Command configurations are static, so that it cannot reach them in a parameter.
private enum Program {
  /// Nil for `ppl` itself.
  @TaskLocal static var ownName: String?
  static var name: String { ownName ?? "ppl" }
}

private struct Root: ParsableCommand {
  static var configuration: CommandConfiguration {
    let commands: [any ParsableCommand.Type] = [
      ListModels.self, DescribeModel.self, FitModel.self, RunExperiment.self,
    ]
    return CommandConfiguration(
      commandName: Program.name,
      abstract: "Bayesian models, fitted by variational inference.",
      version: PPLVersion.current,
      subcommands: Program.ownName == nil ? commands + [New.self] : commands)
  }
}

/// What help says of a fit's exit status.
private let exitStatuses = """
  Exit status: 0 when the fit ended, whether or not it converged (the table and results.json say which); 2 when data, the \
  model or the output folder are at fault; 3 when none of the last losses is finite (numbers and files are written); 64 \
  when the command line is at fault; 130 when the fit was interrupted (what it had by then is written).
  """

private struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the plugins with their models and experiments.")
}

private struct DescribeModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Show a model's sites, shapes and priors, and the data it needs.")
  @Argument(help: "The model's name, as `\(Program.name) list` gives it.") var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help: "--data DIR, --graph and the model's own flags (`\(Program.name) describe MODEL --help`)."
  )
  var rest: [String] = []
}

private struct FitModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit a model to data and print what came out.",
    discussion: exitStatuses)
  @Argument(help: "The model's name, as `\(Program.name) list` gives it.") var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help: "The flags of the fit and of the model (`\(Program.name) fit MODEL --help`).")
  var rest: [String] = []
}

private struct RunExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment on simulated data and print what came out.")
  @Argument(help: "The experiment's name, as `\(Program.name) list` gives it.")
  var experiment: String
  @Argument(
    parsing: .captureForPassthrough,
    help: "The flags of the run and of the experiment (`\(Program.name) run EXPERIMENT --help`).")
  var rest: [String] = []
}

/// What is wrong with the flags of one model, and the command that explains them.
private struct Usage: Error {
  let command: any ParsableArguments.Type
  let underlying: any Error
}

private struct FitCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "\(Program.name) fit MODEL", discussion: exitStatuses)
  }
  @OptionGroup var fit: FitOptions
  @OptionGroup(title: "Options of the model") var options: Options
}

private struct RunCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "\(Program.name) run EXPERIMENT")
  }
  @OptionGroup var run: RunOptions
  @OptionGroup(title: "Options of the experiment") var options: Options
}

private struct DescribeCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "\(Program.name) describe MODEL")
  }
  @Option(
    help: ArgumentHelp(
      "The folder with the data; the model's embedded example if not given.", valueName: "dir"))
  var data: String?
  @Option(
    defaultAsFlag: GraphFormat.dot.rawValue, parsing: .next,
    help: ArgumentHelp(
      "Print the graph of the model instead: dot for Graphviz (`| dot -Tsvg`), mermaid for Markdown.",
      valueName: "dot|mermaid"))
  var graph: String?
  @OptionGroup(title: "Options of the model") var options: Options

  var graphFormat: GraphFormat? { graph.flatMap(GraphFormat.init) }

  func validate() throws {
    try requirePath(data, of: "--data")
    // As an option of the format's own type, a wrong value would be "unexpected" and no more.
    if let graph, graphFormat == nil {
      throw ValidationError("--graph is \(graph), but must be dot or mermaid.")
    }
  }
}

/// The languages that a graph can be printed in.
private enum GraphFormat: String {
  case dot, mermaid

  func text(_ graph: ModelGraph) -> String {
    switch self {
    case .dot: graph.dot
    case .mermaid: graph.mermaid
    }
  }
}

private func parse<C: ParsableArguments>(_ type: C.Type, _ arguments: [String]) throws(Usage) -> C {
  do {
    let command = try C.parse(arguments)
    try refuseHexadecimal(type, arguments)
    return command
  } catch {
    throw Usage(command: type, underlying: error)
  }
}

// MARK: What is done

extension PPLCommand {
  private static func list(_ registry: PluginRegistry) -> String {
    let width =
      (registry.models.map(\.name.count) + registry.experiments.map(\.name.count)).max() ?? 0
    func line(_ name: String, _ summary: String) -> String {
      "  " + name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + summary
    }
    return registry.plugins.map { plugin in
      let models = plugin.models.map { line($0.name, $0.summary) }
      let experiments = plugin.experiments.map { line($0.name, $0.summary) }
      return (["\(plugin.name): \(plugin.summary)"] + models + experiments)
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func describe<M: FittableModel>(
    _ model: M, _ arguments: [String], _ console: Console
  ) throws {
    let command = try parse(DescribeCommand<M.Options>.self, arguments)
    let folder = command.data.map { URL(filePath: $0, directoryHint: .isDirectory) }
    let prepared = try model.prepared(command.options, data: folder)
    if let format = command.graphFormat {
      console.print(format.text(try ModelGraph(prepared)))
      return
    }
    let traces = try [0, 1].map { try prepared.seeded(by: RandomKey($0)).trace() }
    console.print(
      """
      \(model.name): \(model.summary)

      \(SiteTable(traces[0], other: traces[1]))

      \(model.dataNeeded)
      """)
  }

  /// - Returns: The exit status.
  private static func fit<M: FittableModel>(
    _ model: M, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parse(FitCommand<M.Options>.self, arguments)
    let fit = command.fit
    let destination = Destination(
      output: fit.outputFolder, json: fit.json, data: fit.dataFolder, resume: fit.resume,
      overwrite: fit.overwrite)
    return try report(destination, isQuiet: fit.quiet, console) { control in
      try model.fit(fit, command.options, control: control)
    }
  }

  /// - Returns: The exit status.
  private static func run<E: Experiment>(
    _ experiment: E, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parse(RunCommand<E.Options>.self, arguments)
    let run = command.run
    let destination = Destination(
      output: run.outputFolder, json: run.json, data: nil, resume: run.resume,
      overwrite: run.overwrite)
    return try report(destination, isQuiet: run.quiet, console) { control in
      try experiment.run(run, command.options, control: control)
    }
  }

  /// Does the work and puts its report where it was asked for.
  ///
  /// - Returns: The exit status.
  private static func report(
    _ destination: Destination, isQuiet: Bool, _ console: Console,
    _ work: (RunControl) throws -> RunReport
  ) throws -> Int32 {
    // At the door, before any work: can the results be written?
    let place = try destination.opened()
    let interruption = Interruption()
    do {
      let control = RunControl(
        progress: isQuiet ? .silent : .automatic,
        isCancelled: { [request = interruption.request] in request.exists },
        warn: { if !isQuiet { console.printError($0) } })
      let report = try work(control)
      try place.write(report)
      if !isQuiet {
        console.print(report.table)
        if let profile = report.profile { console.print("\n\(profile)") }
      }
      // As a shell reports a program that SIGINT ended: a script must not take the run for a whole one.
      if interruption.request.exists { return interruption.request.exitStatus }
      guard let convergence = report.convergence, !convergence.hasFiniteLosses else { return 0 }
      console.printError("Error: \(convergence)")
      return ExitStatus.nothingFinite
    } catch let error as Interrupted {
      place.removeIfUnused()
      console.printError("Error: \(error)")
      return interruption.request.exitStatus
    } catch {
      place.removeIfUnused()
      throw error
    }
  }
}
