import ArgumentParser
import Foundation
import Inference
import Parallel
import Plotting
import Runs

/// The command `ppl figures` with its flags.
struct FiguresCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) figures",
      discussion: """
        The fit in the folder RUN is restored with its data, and without a further step. Each figure is a picture, a table of \
        the numbers that it shows, and an entry of captions.json.
        """)
  }
  @Argument(
    help: ArgumentHelp(
      "The folder of a fit, as ppl fit --output has written it.", valueName: "run"))
  var run: String
  @Argument(help: ArgumentHelp("The figures to draw; all if not given.", valueName: "name"))
  var names: [String] = []
  @Flag(help: "Print the names and titles of the figures, and draw none.")
  var list = false
  @Option(
    help: ArgumentHelp("The formats of the pictures: svg, png, pdf.", valueName: "format,…"))
  var format = "svg"
  @Option(
    help: ArgumentHelp(
      "The folder for pictures, tables and captions; the folder figures of the run if not given.",
      valueName: "dir"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Coastlines or land of maps, a GeoJSON file of lines or polygons; those of Debian's gmt-gshhg-low if not given.",
      valueName: "file"))
  var map: String?
  @OptionGroup var restored: RestoredRunOptions

  var formats: [FigureFormat] {
    format.split(separator: ",").compactMap { FigureFormat(rawValue: String($0)) }
  }

  func validate() throws {
    let given = format.split(separator: ",", omittingEmptySubsequences: false)
    if let wrong = given.first(where: { FigureFormat(rawValue: String($0)) == nil }) {
      throw ValidationError(
        "--format is \(wrong), but must be of \(FigureFormat.allCases.map(\.rawValue).joined(separator: ", "))."
      )
    }
    for words in [names, given.map(String.init)] {
      if let twice = words.first(where: { word in words.count { $0 == word } > 1 }) {
        throw ValidationError("\(twice) is named twice; name it once.")
      }
    }
    for (flag, path) in [("--output", output), ("--map", map)] {
      try requirePath(path, of: flag)
    }
  }

  /// The folder of the files.
  var folder: URL {
    output.map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? URL(filePath: run, directoryHint: .isDirectory).appending(path: "figures")
  }
}

extension PPLCommand {
  /// Runs `ppl figures` for the fit in a folder.
  ///
  /// - Returns: The exit status.
  static func figures(
    _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32 {
    let command: FiguresCommand
    do throws(Usage) { command = try parse(FiguresCommand.self, arguments) } catch {
      return finish(error.command, error.underlying, console)
    }
    if let output = command.output { try PredictionError.refuseFolderOfRun(output) }
    let destination = Destination(
      output: command.list ? nil : command.folder, json: nil, data: nil, resume: false,
      overwrite: false)
    return try report(destination, isQuiet: command.restored.quiet, console, isRun: false) {
      control in
      try drawing(command, registry, control)
    }
  }

  /// The report of `ppl figures` with these arguments: its files are the pictures, the tables and the captions.
  ///
  ///     let report = try PPLCommand.drawnFigures(["RUN", "map-mu", "--format", "png"], registry)
  ///
  /// - Parameters:
  ///   - arguments: The folder of the run, names of figures, and flags.
  ///   - registry: The models and backends of the run.
  ///   - control: The progress display; silent if not given.
  /// - Throws: `FigureError` for a figure that the run does not have; `PredictionError` for a folder without a fit; `DataError`
  ///   for data that are not those of the fit; `PlottingError` where gnuplot is missing or does not draw.
  public static func drawnFigures(
    _ arguments: [String], _ registry: PluginRegistry,
    control: RunControl = RunControl(progress: .silent)
  ) throws -> RunReport {
    try drawing(parse(FiguresCommand.self, arguments), registry, control)
  }

  private static func drawing(
    _ command: FiguresCommand, _ registry: PluginRegistry, _ control: RunControl
  ) throws -> RunReport {
    let stored = try StoredRun(path: command.run)
    let model = try registry.model(named: stored.model)
    let all = try figures(of: model, stored, command, registry.backends)
    let chosen =
      try command.names.isEmpty
      ? all
      : command.names.map { name in
        guard let figure = all.first(where: { $0.name == name }) else {
          throw FigureError.unknown(name, all.map(\.name))
        }
        return figure
      }
    let drawn =
      try command.list
      ? []
      : FigureFiles(chosen, formats: command.formats).drawn(
        pool: command.restored.threads.map { .init(threads: $0) } ?? .automatic, control: control)
    var table = TextTable([.leading(), .leading()], gap: 2)
    for figure in chosen { table.append([figure.name, figure.title]) }
    if !command.list {
      table.append(line: "in \(command.folder.relativePath)")
    }
    return RunReport(
      table: table.description,
      numbers: JSONObject(chosen.map { ($0.name, $0.words) }), files: drawn)
  }

  private static func figures<M: FittableModel>(
    of model: M, _ stored: StoredRun, _ command: FiguresCommand, _ backends: InferenceBackends
  ) throws -> [CaptionedFigure] {
    var fitted = try model.restored(
      stored, data: command.restored.data, threads: command.restored.threads, backends)
    fitted.context.map = command.map
    return try model.figures(fitted)
  }
}
