import ArgumentParser
import Foundation
import Runs

/// The flags of every prediction: data, threads, files and messages.
public struct PredictionOptions: ParsableArguments, Sendable {
  /// `--data`: the folder with the data of the fit; those that the run names if empty.
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The data of the fit, where they were moved; those that the run names if not given.",
      valueName: "path"))
  public var data: [String] = []

  /// `--threads`: the number of threads that share the work; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help: "How many threads share the work; as many as there are cores if not given.")
  public var threads: Int?

  /// `--output`: the folder for tables and numbers; none are written if nil.
  @Option(help: ArgumentHelp("The folder for tables and numbers, as files.", valueName: "dir"))
  public var output: String?

  /// `--json`: the file for every printed number; none is written if nil.
  @Option(help: ArgumentHelp("Where to write every printed number as JSON.", valueName: "file"))
  public var json: String?

  /// `--quiet`: whether to print errors only.
  @Flag(help: "Print errors only.")
  public var quiet = false

  /// The flags before the command line is read.
  public init() {}

  /// Checks the number of threads and the paths.
  public func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    for path in data { try requirePath(path, of: "--data") }
    for (flag, path) in [("--output", output), ("--json", json)] {
      try requirePath(path, of: flag)
    }
  }

  /// The places of the results.
  ///
  /// - Parameter run: The folder of the fit, whose files `--json` does not replace.
  /// - Throws: `PredictionError` where `--output` is the folder of a run, whose files stay as they are.
  func destination(reading run: String) throws(PredictionError) -> Destination {
    let folder = output.map { URL(filePath: $0, directoryHint: .isDirectory) }
    if let output { try PredictionError.refuseFolderOfRun(output) }
    return Destination(
      output: folder, json: json, data: URL(filePath: run), resume: false, overwrite: false)
  }
}
