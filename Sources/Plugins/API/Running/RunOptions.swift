import ArgumentParser
import Foundation
import Parallel
import Runs

/// The flags of every experiment.
public struct RunOptions: ParsableArguments, HasOutputFolder, Sendable {
  /// `--seed`: the seed of all random numbers.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same digits."
  )
  public var seed: UInt64 = 0

  /// `--threads`: the number of threads that share the work; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help:
      "How many threads share the work, 1 for none; as many as there are cores if not given. It changes no digit."
  )
  public var threads: Int?

  /// The flags about the output folder.
  @OptionGroup public var folder: OutputFolderOptions

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
    try requirePath(json, of: "--json")
  }

  /// The threads that share the work.
  public var sharedThreads: WorkPool { threads.map { WorkPool(threads: $0) } ?? .automatic }

  /// The journal of this run, in its output folder; without one, a journal that keeps nothing.
  ///
  /// - Parameter conditions: The conditions that determine the results in addition to the seed.
  /// - Throws: As `Journal`.
  public func journal(_ conditions: [CheckpointFile.Condition]) throws -> Journal {
    try Journal(
      in: outputFolder, conditions: [.init("--seed", seed)] + conditions, resuming: resume,
      interval: .seconds(checkpointInterval))
  }
}
