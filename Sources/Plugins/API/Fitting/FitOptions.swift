import ArgumentParser
import Foundation
import Inference
import Parallel

/// The flags of every fit.
public struct FitOptions: ParsableArguments, HasOutputFolder, Sendable {
  /// `--data`: the folder with the data; the model's embedded example if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data; the model's embedded example if not given.", valueName: "dir"))
  public var data: String?

  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--steps`: how many steps to take.
  @Option(
    parsing: .unconditional,
    help: "How many steps to take; with --resume those taken before are among them.")
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

  /// The flags that choose an inference backend and what it does.
  @OptionGroup(title: "Options of inference") public var inference: InferenceOptions

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
    try requirePath(data, of: "--data")
    try requirePath(json, of: "--json")
  }

  /// The threads that share the draws.
  public var sharedThreads: WorkPool { threads.map { WorkPool(threads: $0) } ?? .automatic }

  /// The optimizer of the fits of this package: Adam by `--learning-rate` and `--schedule`, its gradient free of NaNs and
  /// clipped to the norm of `--clip`.
  public var optimizer: some GradientTransformation {
    ZeroNaNs().then(ClipGlobalNorm(inference.clip.value)).then(
      Adam(learningRate: inference.schedule.schedule(from: learningRate, steps: steps)))
  }

  /// The data folder as a URL.
  public var dataFolder: URL? { data.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}
