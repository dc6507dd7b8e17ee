import ArgumentParser
import Foundation
import Runs

/// The flags of every simulation: the seed, the design, files and messages.
public struct SimulationOptions: ParsableArguments, Sendable {
  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--seed`: the seed of all random numbers.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same data.")
  public var seed: UInt64 = 0

  /// `--data`: the folder with the data whose design is simulated; that of the model's flags if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data whose design is simulated; that of the flags if not given.",
      valueName: "dir"))
  public var data: String?

  /// `--output`: the folder for the simulated data.
  @Option(help: ArgumentHelp("The folder for the simulated data.", valueName: "dir"))
  public var output: String

  /// `--overwrite`: whether data in the output folder may be replaced.
  @Flag(help: "Replace the files of the output folder that have the names of the simulated ones.")
  public var overwrite = false

  /// `--json`: the file for every printed number; none is written if nil.
  @Option(help: ArgumentHelp("Where to write every printed number as JSON.", valueName: "file"))
  public var json: String?

  /// `--quiet`: whether to print errors only.
  @Flag(help: "Print errors only.")
  public var quiet = false

  /// The flags before the command line is read.
  public init() {}

  /// Checks the paths.
  public func validate() throws {
    for (flag, path) in [("--data", data), ("--output", output), ("--json", json)] {
      try requirePath(path, of: flag)
    }
  }

  var folder: URL { URL(filePath: output, directoryHint: .isDirectory) }

  /// Refuses the folder of a fit, whose files stay as they are, and that of the data.
  ///
  /// - Throws: `PredictionError` for either.
  func requireOwnFolder() throws(PredictionError) {
    try PredictionError.refuseFolderOfRun(output)
    if let data,
      URL(filePath: data).resolvingSymlinksInPath().standardizedFileURL.path
        == URL(filePath: output).resolvingSymlinksInPath().standardizedFileURL.path
    {
      throw PredictionError(
        "--output is \(output), the folder of --data, whose maxima stay as they are; name another folder."
      )
    }
  }

  /// Refuses to replace files that no flag allows to be replaced.
  ///
  /// - Throws: `PredictionError` for the first one.
  func requireNewFiles(_ files: [OutputFile]) throws(PredictionError) {
    guard !overwrite else { return }
    for file in files
    where FileManager.default.fileExists(atPath: folder.appending(path: file.name).path) {
      throw PredictionError(
        "--output is \(output), which has a file \(file.name) already; name another folder, or replace it with --overwrite."
      )
    }
  }
}
