import ArgumentParser
import Foundation
import Inference
import PPL
import Runs

extension PPLCommand {
  static func describe<M: FittableModel>(
    _ model: M, _ arguments: [String], _ console: Console
  ) throws {
    var arguments = arguments
    let showsPrior = takesPriorFlag(from: &arguments)
    let command = try parse(DescribeCommand<M.Options>.self, arguments)
    let dataset = try model.dataset(command.options, from: DataSource(describing: command.data))
    if showsPrior {
      guard let text = try model.priorDescription(command.options, dataset) else {
        throw NoPriorDescription(model: model.name)
      }
      console.print(text)
      return
    }
    let posterior = try model.problem(command.options, dataset).posterior
    if let format = command.graphFormat {
      console.print(format.text(try ModelGraph(posterior)))
      return
    }
    let traces = try [0, 1].map { try posterior.seeded(by: RandomKey($0)).trace() }
    let paragraphs = [
      "\(model.name): \(model.summary)", "\(SiteTable(traces[0], other: traces[1]))",
      try model.priors(command.options, dataset), model.dataNeeded,
    ]
    console.print(paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }

  /// Takes `--prior` out of the arguments where it has no value: with one it is a flag of the model.
  private static func takesPriorFlag(from arguments: inout [String]) -> Bool {
    let found = arguments.indices.first { index in
      arguments[index] == "--prior"
        && (index + 1 == arguments.count || arguments[index + 1].hasPrefix("--"))
    }
    found.map { _ = arguments.remove(at: $0) }
    return found != nil
  }

  /// Runs a command with its model, whose defaults the help names.
  ///
  /// - Returns: The exit status.
  static func under(
    _ program: Program, _ console: Console, _ command: () throws -> Int32
  ) throws -> Int32 {
    try program.run {
      do {
        return try command()
      } catch let error as Usage {
        return finish(error.command, error.underlying, console)
      }
    }
  }

  /// Runs `ppl fit` for a model, by the backend that the arguments choose or by the default.
  ///
  /// - Returns: The exit status.
  static func fit(
    _ model: some FittableModel, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    try under(Program.current.fitting(model, arguments), console) {
      try fit(model, by: Program.current.backend(), arguments, console)
    }
  }

  private static func fit<M: FittableModel, B: InferenceBackend>(
    _ model: M, by backend: B, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parsed(
      FitCommand<M.Options, B.Options>.self, arguments, of: model, by: backend)
    let settings = command.fit
    return try report(
      settings.destination(reading: settings.data.first), isQuiet: settings.quiet, console
    ) { control in
      var report = try model.fit(
        command.options, by: backend, command.method,
        in: command.context(control, by: backend))
      let defaults = DefaultBackend(of: model)
      if !settings.data.isEmpty, !Program.current.choosesBackend,
        defaults.ofOwnData != defaults.ofExample
      {
        report.table +=
          "\nbackend \(backend.name), the default for own data: \(backend.summary); --backend NAME chooses another."
      }
      if settings.report { report = report.withPageOfFiles() }
      return report
    }
  }

  /// Runs `ppl run` for an experiment.
  ///
  /// - Returns: The exit status.
  static func run<E: Experiment>(
    _ experiment: E, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parse(RunCommand<E.Options>.self, arguments)
    let run = command.run
    let note =
      "interrupted: the numbers are of the pieces that were finished; "
      + (run.output == nil
        ? "a run with --output can continue with --resume." : "--resume continues with the rest.")
    return try report(
      run.destination(), isQuiet: run.quiet, console, interruptedNote: note
    ) { control in
      try experiment.run(run, command.options, control: control)
    }
  }
}

/// The error of `ppl describe --prior` for a model that has no description of its prior.
struct NoPriorDescription: PluginError {
  let model: String

  var description: String {
    "--prior: \(model) describes its prior by the table of sites alone; leave out --prior."
  }
}
