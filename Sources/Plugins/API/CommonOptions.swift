import ArgumentParser
import Foundation
import Parallel
import Runs

/// The flags that fits, calibrations and experiments share: random numbers, threads, files and messages.
public struct CommonOptions: ParsableArguments, AnnotatedFlags, Sendable {
  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
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

  /// The flags about threads, files and messages.
  public var flagsWithoutEffect: Set<String> { ["--threads", "--json", "--quiet"] }
}

/// Options of a command with the flags that all commands share.
public protocol HasCommonOptions {
  /// The flags that all commands share.
  var common: CommonOptions { get set }
}

extension HasCommonOptions {
  /// `--seed`: the seed of all random numbers.
  public var seed: UInt64 {
    get { common.seed }
    set { common.seed = newValue }
  }
  /// `--threads`: the number of threads that share the work; the number of cores if nil.
  public var threads: Int? {
    get { common.threads }
    set { common.threads = newValue }
  }
  /// The threads that share the work.
  public var pool: WorkPool { threads.map { WorkPool(threads: $0) } ?? .automatic }
  /// `--json`: the file for every printed number; none is written if nil.
  public var json: String? { common.json }
  /// `--quiet`: whether to print errors only.
  public var quiet: Bool { common.quiet }

  /// `--output`: the folder for the run's files; none are written if nil.
  public var output: String? {
    get { common.folder.output }
    set { common.folder.output = newValue }
  }
  /// `--resume`: whether to continue the run in the output folder.
  public var resume: Bool { common.folder.resume }
  /// `--overwrite`: whether a run in the output folder may be replaced.
  public var overwrite: Bool { common.folder.overwrite }
  /// `--checkpoint-interval`: the time between checkpoints of a running fit or experiment, in seconds.
  public var checkpointInterval: Double { common.folder.checkpointInterval }
  /// The output folder as a URL.
  public var outputFolder: URL? { common.folder.url }

  /// The places of the results.
  ///
  /// - Parameter data: The folder that the run reads, if any.
  func destination(reading data: String? = nil) -> Destination {
    Destination(
      output: outputFolder, json: json, data: data.map { URL(filePath: $0) }, resume: resume,
      overwrite: overwrite)
  }
}
