import ArgumentParser
import Parallel

/// The flags of every fit.
public struct FitOptions: ParsableArguments, HasOutputFolder, AnnotatedFlags, Sendable {
  /// `--data`: the folder with the data; the model's embedded example if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data; the model's embedded example if not given.", valueName: "dir"))
  public var data: String?

  /// `--backend`: the name of the inference backend; nil before the default of the model is filled in.
  @Option(
    help: ArgumentHelp(
      "The inference method, whose own flags --backend NAME --help shows; the default is named above.",
      valueName: "name"))
  public var backend: String?

  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--seed`: the seed of all random numbers.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same digits."
  )
  public var seed: UInt64 = 0

  /// `--draws`: the number of draws of the posterior to summarize.
  @Option(parsing: .unconditional, help: "How many draws of the posterior to summarize.")
  public var draws = 600

  /// `--threads`: the number of threads that share the draws; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help:
      "How many threads share the draws, 1 for none; as many as there are cores if not given. It changes no digit."
  )
  public var threads: Int?

  /// The flags about the output folder.
  @OptionGroup public var folder: OutputFolderOptions

  /// `--json`: the file for every printed number; none is written if nil.
  @Option(help: ArgumentHelp("Where to write every printed number as JSON.", valueName: "file"))
  public var json: String?

  /// `--profile`: whether to time one step by operation and by site.
  @Flag(help: "After the fit, print where the time of a step goes: by operation and by site.")
  public var profile = false

  /// `--quiet`: whether to print errors only.
  @Flag(help: "Print errors only.")
  public var quiet = false

  public init() {}

  public func validate() throws {
    guard (1...1_000_000).contains(draws) else {
      throw ValidationError("--draws is \(draws), but must be from 1 to 1000000.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    try requirePath(data, of: "--data")
    try requirePath(json, of: "--json")
  }

  /// The threads that share the draws.
  public var pool: WorkPool { threads.map { WorkPool(threads: $0) } ?? .automatic }

  /// The flags about files, summaries and threads; data are compared by their content.
  public var flagsWithoutEffect: Set<String> {
    ["--data", "--draws", "--threads", "--json", "--profile", "--quiet"]
  }

  /// The backend of a run that names none, as all did before there was a choice.
  public var meaningOfAbsentFlags: [String: String] { ["--backend": "svi"] }
}
