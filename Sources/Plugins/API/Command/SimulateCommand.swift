import ArgumentParser
import Foundation
import PPL
import Runs

/// The command `ppl simulate` for a model, with its flags in groups.
struct SimulateCommand<Simulation, Options>: ParsableCommand
where Simulation: ParsableArguments & Sendable, Options: ParsableArguments & Sendable {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) simulate MODEL",
      discussion: """
        Data are simulated in the format that the model reads, so that \(Program.current.name) fit MODEL --data DIR fits them, \
        with their truth beside them and simulation.json, the record of the flags and of the numbers.
        """)
  }
  @OptionGroup var common: SimulationOptions
  @OptionGroup(title: "Options of the simulation") var simulation: Simulation
  @OptionGroup(title: "Options of the model") var options: Options
}

extension PPLCommand {
  /// Runs `ppl simulate` for a model.
  ///
  /// - Returns: The exit status.
  static func simulate(
    _ model: some FittableModel, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    guard let model = model as? any SimulatableModel else {
      throw PredictionError(
        "\(model.name) simulates no data; ppl calibrate fits data that are drawn from its prior.")
    }
    return try under(Program.current.fitting(model), console) {
      try simulate(model, arguments, console)
    }
  }

  private static func simulate<M: SimulatableModel>(
    _ model: M, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parse(SimulateCommand<M.Simulation, M.Options>.self, arguments)
    let settings = command.common
    try settings.requireOwnFolder()
    let destination = Destination(
      output: settings.folder, json: settings.json, data: settings.data.map { URL(filePath: $0) },
      resume: false, overwrite: false)
    return try report(destination, isQuiet: settings.quiet, console, isRun: false) { control in
      let report = try model.simulation(command, arguments, warn: control.warn)
      try settings.requireNewFiles(report.files)
      return report
    }
  }
}

extension SimulatableModel {
  /// The report of `ppl simulate` with these flags, `--output` among them; no file is written.
  ///
  ///     let report = try model.simulated(["--seed", "1", "--output", "DIR"])
  ///
  /// - Parameter arguments: The flags of the simulation and of the model.
  /// - Throws: An error of the argument parser for invalid flags; as `simulate(_:_:from:)`.
  public func simulated(_ arguments: [String]) throws -> RunReport {
    try simulation(
      parse(SimulateCommand<Simulation, Options>.self, arguments), arguments, warn: { _ in })
  }

  fileprivate func simulation(
    _ command: SimulateCommand<Simulation, Options>, _ arguments: [String],
    warn: @escaping @Sendable (String) -> Void
  ) throws -> RunReport {
    let settings = command.common
    for flag in unreadFlags(command.simulation, hasData: settings.data != nil)
    where flag.isGiven(in: arguments) { throw PredictionError("\(flag)") }
    var report = try simulate(
      command.options, command.simulation,
      from: DataSource(
        simulating: settings.data, key: RandomKey(settings.seed), warn: warn))
    let flags = command.simulation.flagValues + command.options.flagValues
    let record = JSONObject([
      ("simulation", name), ("seed", settings.seed), ("data", settings.data),
      ("options", flags.record), ("numbers", report.numbers),
    ])
    report.files.append(OutputFile("simulation.json", json: record))
    return report
  }
}
