import ArgumentParser
import Foundation
import Inference

/// The flags of every experiment.
public struct RunOptions: ParsableArguments, Sendable {
  /// `--seed`: what every random number comes from.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same digits."
  )
  public var seed: UInt64 = 0

  /// `--threads`: how many share the work; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help:
      "How many threads share the work, 1 for none; as many as there are cores if not given. It changes no digit."
  )
  public var threads: Int?

  /// `--output`: the folder for the run's files; none are written if nil.
  @Option(
    help: ArgumentHelp(
      "The folder to leave tables, figures and the journal of finished pieces in.",
      valueName: "dir"))
  public var output: String?

  /// `--resume`: whether to take the pieces that the journal in `output` has.
  @Flag(help: "Go on with the run in the output folder: what it has finished is not done again.")
  public var resume = false

  /// `--overwrite`: whether a run that `output` holds may be replaced.
  @Flag(
    help:
      "Replace the run that the output folder holds. Without --overwrite or --resume a folder with a run is refused, even of the same options."
  )
  public var overwrite = false

  /// `--checkpoint-interval`: seconds between the states that are kept of a long piece under way.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often to keep where a long piece stands: what a killed run loses at most.",
      valueName: "seconds"))
  public var checkpointInterval = 60.0

  /// `--json`: the file for every printed number; none is written if nil.
  @Option(help: ArgumentHelp("Where to write every printed number as JSON.", valueName: "file"))
  public var json: String?

  /// `--quiet`: whether to print errors only.
  @Flag(help: "Print errors only.")
  public var quiet = false

  public init() {}

  public func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    try requireFolder(output, resume: resume, overwrite: overwrite)
    try requireInterval(checkpointInterval)
    try requirePath(output, of: "--output")
    try requirePath(json, of: "--json")
  }

  /// How many threads may share the work.
  public var sharedThreads: Threads { threads.map { Threads($0) } ?? .automatic }

  /// The output folder as a URL.
  public var outputFolder: URL? { output.map { URL(filePath: $0, directoryHint: .isDirectory) } }

  /// The journal of this run: in its output folder, or one that keeps nothing if there is none.
  ///
  /// - Parameter conditions: What decides the digits beside the seed, which is among them without being named.
  /// - Throws: As `Journal`.
  public func journal(_ conditions: [CheckpointFile.Condition]) throws -> Journal {
    try Journal(
      in: outputFolder, conditions: [.init("--seed", seed)] + conditions, resuming: resume,
      interval: .seconds(checkpointInterval))
  }
}
