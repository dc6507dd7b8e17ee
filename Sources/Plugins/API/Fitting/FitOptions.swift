import ArgumentParser
import Foundation
import Inference

/// The flags of every fit.
public struct FitOptions: ParsableArguments, Sendable {
  /// `--data`: the folder with the data; the model's embedded example if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data; the model's embedded example if not given.", valueName: "dir"))
  public var data: String?

  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--steps`: how many steps to take.
  @Option(parsing: .unconditional, help: "How many steps to take.")
  public var steps = 6000

  /// `--learning-rate`: the rate of Adam.
  @Option(parsing: .unconditional, help: "The learning rate of Adam.")
  public var learningRate = 3e-3

  /// `--seed`: what every random number comes from.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same digits."
  )
  public var seed: UInt64 = 0

  /// `--draws`: how many draws of the posterior are summarized.
  @Option(parsing: .unconditional, help: "How many draws of the posterior to summarize.")
  public var draws = 600

  /// `--threads`: how many share the draws; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help:
      "How many threads share the draws, 1 for none; as many as there are cores if not given. It changes no digit."
  )
  public var threads: Int?

  /// `--output`: the folder for the run's files; none are written if nil.
  @Option(
    help: ArgumentHelp(
      "The folder to leave run.json, losses.csv, draws.csv, the model's own files and a checkpoint in.",
      valueName: "dir"))
  public var output: String?

  /// `--resume`: whether to go on from the checkpoint in `output`.
  @Flag(help: "Go on from the checkpoint in the output folder, up to --steps in all.")
  public var resume = false

  /// `--overwrite`: whether a run that `output` holds may be replaced.
  @Flag(
    help:
      "Replace the run that the output folder holds. Without --overwrite or --resume a folder with a run is refused, even of the same options."
  )
  public var overwrite = false

  /// `--checkpoint-interval`: seconds between checkpoints while the fit goes on.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often to leave a checkpoint in the output folder: what a killed run loses at most.",
      valueName: "seconds"))
  public var checkpointInterval = 60.0

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
    for (flag, count, limit) in [("--steps", steps, 10_000_000), ("--draws", draws, 1_000_000)]
    where !(1...limit).contains(count) {
      throw ValidationError("\(flag) is \(count), but must be from 1 to \(limit).")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError(
        "--learning-rate is \(learningRate), but must be "
          + (learningRate == .infinity ? "finite." : "positive."))
    }
    try requireFolder(output, resume: resume, overwrite: overwrite)
    try requireInterval(checkpointInterval)
    try requirePath(data, of: "--data")
    try requirePath(output, of: "--output")
    try requirePath(json, of: "--json")
  }

  /// How many threads may share the draws.
  public var sharedThreads: Threads { threads.map { Threads($0) } ?? .automatic }

  /// What the fits of this package descend by: Adam, its gradient free of NaNs and clipped to norm 10.
  public var optimizer: some Optimizer {
    ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: .constant(learningRate)))
  }

  /// The data folder as a URL.
  public var dataFolder: URL? { data.map { URL(filePath: $0, directoryHint: .isDirectory) } }
  /// The output folder as a URL.
  public var outputFolder: URL? { output.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}

/// - Throws: When a path is given and empty, as an unset variable of a shell makes it: it would be the present folder.
func requirePath(_ path: String?, of flag: String) throws {
  if path?.isEmpty == true {
    throw ValidationError("\(flag) is empty, but must be a path.")
  }
}

/// - Throws: When a flag is about the run in an output folder, and there is none, or two flags want different things of it.
func requireFolder(_ output: String?, resume: Bool, overwrite: Bool) throws {
  if resume && output == nil {
    throw ValidationError("--resume needs --output, the folder of the run to go on with.")
  }
  if overwrite && output == nil {
    throw ValidationError("--overwrite needs --output, the folder of the run to replace.")
  }
  if resume && overwrite {
    throw ValidationError(
      "--resume goes on with a run and --overwrite replaces it; give one of them.")
  }
}

/// - Throws: When seconds between checkpoints are negative, not a number or more than a day.
func requireInterval(_ seconds: Double) throws {
  guard (0...86_400).contains(seconds) else {
    throw ValidationError("--checkpoint-interval is \(seconds), but must be from 0 to 86400.")
  }
}
