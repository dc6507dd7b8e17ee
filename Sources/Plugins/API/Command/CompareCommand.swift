import ArgumentParser
import Foundation
import Parallel
import Runs

/// The command `ppl compare` with its flags.
struct CompareCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) compare",
      discussion: """
        The fits in the folders RUN are restored and scored by their predictions of data that are left out: log scores with \
        their differences, CRPS, probability integral transforms, and coverage.

        \(ExitStatus.explanation)
        """)
  }
  @Argument(
    help: ArgumentHelp(
      "The folders of fits to the same data, as ppl fit --output has written them.",
      valueName: "run"))
  var runs: [String]
  @OptionGroup var options: ComparisonOptions

  /// Refuses a folder that is given twice, and the folder of a fit as the place of results.
  func validate() throws {
    let places = runs.map { URL(filePath: $0).standardizedFileURL.path }
    for (index, place) in places.enumerated() where places[..<index].contains(place) {
      throw ValidationError("\(runs[index]) is given twice; leave one out.")
    }
    if let output = options.output {
      let place = URL(filePath: output).standardizedFileURL.path
      if places.contains(place) {
        throw ValidationError(
          "--output is \(output), the folder of a run, whose files stay as they are; name another folder."
        )
      }
    }
  }
}

extension PPLCommand {
  /// Runs `ppl compare` for the fits in some folders.
  ///
  /// - Returns: The exit status.
  static func compare(
    _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32 {
    let command: CompareCommand
    do throws(Usage) { command = try parse(CompareCommand.self, arguments) } catch {
      return finish(error.command, error.underlying, console)
    }
    let options = command.options
    return try report(options.destination(), isQuiet: options.quiet, console) { control in
      try comparison(command, registry, control)
    }
  }

  /// The report of `ppl compare` with these arguments; no file but a journal is written.
  ///
  ///     let report = try PPLCommand.compared(["RUN-A", "RUN-B", "--folds", "station:6"], registry)
  ///
  /// - Parameters:
  ///   - arguments: The folders of the runs, and flags.
  ///   - registry: The models and backends of the runs.
  ///   - control: The progress display and interruption; silent if not given.
  /// - Throws: `ComparisonError` for runs of other observations; `PredictionError` for a folder without a fit; `DataError` for
  ///   data that are not those of a fit; the error of a fit to a fold.
  public static func compared(
    _ arguments: [String], _ registry: PluginRegistry,
    control: RunControl = RunControl(progress: .silent)
  ) throws -> RunReport {
    try comparison(parse(CompareCommand.self, arguments), registry, control)
  }

  private static func comparison(
    _ command: CompareCommand, _ registry: PluginRegistry, _ control: RunControl
  ) throws -> RunReport {
    let comparison = try RunComparison(command.runs, command.options, registry, control)
    return ComparisonReport(
      numbers: try ComparisonNumbers(comparison), options: command.options, paths: command.runs
    ).runReport
  }
}
