import ArgumentParser
import PPL
import Runs

struct Root: ParsableCommand {
  static var configuration: CommandConfiguration {
    let commands: [any ParsableCommand.Type] = [
      ListModels.self, DescribeModel.self, FitModel.self, PredictRun.self, CompareRuns.self,
      DrawFigures.self, ReportRun.self, Rerun.self, SimulateModel.self, CalibrateModel.self,
      RunExperiment.self,
    ]
    return CommandConfiguration(
      commandName: Program.current.name,
      abstract: "Bayesian models, fitted by Markov chains or by variational inference.",
      discussion: toolLines,
      version: PPLVersion.current,
      subcommands: Program.current.ownName == nil ? commands + [New.self] : commands)
  }

  /// The commands of plugins on own data, a line each.
  private static var toolLines: String {
    let lines = Program.current.plugins.flatMap { plugin in
      plugin.tools.map { "  \(plugin.name) \($0.name): \($0.summary)" }
    }
    return lines.isEmpty ? "" : (["Commands of plugins:"] + lines).joined(separator: "\n")
  }
}

struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the plugins with their models and experiments.")
}

struct DescribeModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Show a model's sites, shapes and priors, and the data it needs.")
  @Argument(
    help: "The model's name, as `\(Program.current.name) list` gives it.",
    completion: Completion.describe)
  var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help:
      ArgumentHelp(
        "--data DIR, --graph, --prior and the model's own flags (`\(Program.current.name) describe MODEL --help`).",
        valueName: "flags"),
    completion: Completion.describe)
  var rest: [String] = []
}

struct FitModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit a model to data and print what came out.",
    discussion: ExitStatus.explanation)
  @Argument(
    help: "The model's name, as `\(Program.current.name) list` gives it.",
    completion: Completion.fit)
  var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The flags of the fit and of the model (`\(Program.current.name) fit MODEL --help`).",
      valueName: "flags"),
    completion: Completion.fit)
  var rest: [String] = []
}

struct PredictRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Restore a fit from the folder of its run and print what its model predicts.",
    discussion: ExitStatus.explanation)
  @Argument(
    help: "The folder of a fit, as `\(Program.current.name) fit MODEL --output` has written it.",
    completion: .directory)
  var run: String
  @Argument(
    parsing: .captureForPassthrough,
    help:
      ArgumentHelp(
        "The flags of the prediction and of the model (`\(Program.current.name) predict RUN --help`).",
        valueName: "flags")
  )
  var rest: [String] = []
}

struct ReportRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a run as a page, from the files in its folder.",
    discussion: ExitStatus.explanation)
  @Argument(help: "The folder of a run, as --output of any command has written it.")
  var run: String
  @Argument(
    parsing: .captureForPassthrough,
    help: "The flags of the report (`\(Program.current.name) report RUN --help`).")
  var rest: [String] = []
}

struct CompareRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare fits of the same data by their predictions of data that are left out.",
    discussion: ExitStatus.explanation)
  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The folders of the fits, and flags (`\(Program.current.name) compare --help`).",
      valueName: "flags"),
    completion: .directory)
  var rest: [String] = []
}

struct DrawFigures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures",
    abstract: "Draw the figures of a fit from the folder of its run, with tables and captions.",
    discussion: ExitStatus.explanation)
  @Argument(
    parsing: .captureForPassthrough,
    help:
      "The folder of the fit, names of figures, and flags (`\(Program.current.name) figures --help`)."
  )
  var rest: [String] = []
}

struct SimulateModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulate data from a model, in the format that it reads, with their truth.",
    discussion: ExitStatus.explanation)
  @Argument(
    help: "The model's name, as `\(Program.current.name) list` gives it.",
    completion: Completion.simulate)
  var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help:
      ArgumentHelp(
        "The flags of the simulation and of the model (`\(Program.current.name) simulate MODEL --help`).",
        valueName: "flags")
  )
  var rest: [String] = []
}

struct CalibrateModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract:
      "Check a backend by fits to data that a model has simulated, and print what they cover.",
    discussion: ExitStatus.explanation)
  @Argument(
    help: "The model's name, as `\(Program.current.name) list` gives it.",
    completion: Completion.calibrate)
  var model: String
  @Argument(
    parsing: .captureForPassthrough,
    help:
      ArgumentHelp(
        "The flags of the calibration and of the model (`\(Program.current.name) calibrate MODEL --help`).",
        valueName: "flags"),
    completion: Completion.calibrate)
  var rest: [String] = []
}

struct RunExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment on simulated data and print what came out.",
    discussion: ExitStatus.explanation)
  @Argument(
    help: "The experiment's name, as `\(Program.current.name) list` gives it.",
    completion: Completion.run)
  var experiment: String
  @Argument(
    parsing: .captureForPassthrough,
    help:
      ArgumentHelp(
        "The flags of the run and of the experiment (`\(Program.current.name) run EXPERIMENT --help`).",
        valueName: "flags"),
    completion: Completion.run)
  var rest: [String] = []
}

/// A mistake in the flags of one model, and the command that explains them.
struct Usage: Error {
  let command: any ParsableArguments.Type
  let underlying: any Error
}

struct RunCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) run EXPERIMENT", discussion: ExitStatus.explanation)
  }
  @OptionGroup var run: RunOptions
  @OptionGroup(title: "Options of the experiment") var options: Options
}

struct DescribeCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) describe MODEL",
      discussion:
        "--prior without a value prints instead what the prior implies, such as its covariance.")
  }
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The folder with the data, or its files; the model's embedded example if not given.",
      valueName: "path"))
  var data: [String] = []
  @Option(
    defaultAsFlag: GraphFormat.dot.rawValue, parsing: .next,
    help: ArgumentHelp(
      "Print the graph of the model instead: dot for Graphviz (`| dot -Tsvg`), mermaid for Markdown.",
      valueName: "dot|mermaid"))
  var graph: String?
  @OptionGroup(title: "Options of the model") var options: Options

  var graphFormat: GraphFormat? { graph.flatMap(GraphFormat.init) }

  func validate() throws {
    for path in data { try requirePath(path, of: "--data") }
    // With the type of the format the argument parser would only say "unexpected".
    if let graph, graphFormat == nil {
      throw ValidationError("--graph is \(graph), but must be dot or mermaid.")
    }
  }
}

/// The languages that a graph can be printed in.
enum GraphFormat: String {
  case dot, mermaid

  func text(_ graph: ModelGraph) -> String {
    switch self {
    case .dot: graph.dot
    case .mermaid: graph.mermaid
    }
  }
}

/// The options of a command line.
///
/// - Parameters:
///   - type: The type of the options.
///   - arguments: The command line.
///   - given: The part of it that the user has typed; all of it if nil.
func parse<C: ParsableArguments>(
  _ type: C.Type, _ arguments: [String], given: [String]? = nil
) throws(Usage) -> C {
  do {
    let command = try C.parse(arguments)
    try refuseHexadecimal(type, arguments)
    let typed = given ?? arguments
    if let unread = command.allUnreadFlags.first(where: { $0.isGiven(in: typed) }) {
      throw ValidationError("\(unread)")
    }
    return command
  } catch {
    throw Usage(command: type, underlying: error)
  }
}
