import ArgumentParser
import Inference
import PPL
import Parallel
import Runs

/// The flags of `ppl calibrate` that every model has.
public struct CalibrationOptions: ParsableArguments, HasOutputFolder, AnnotatedFlags, Sendable {
  /// `--data`: the folder with the data whose design is simulated; the model's embedded example if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data whose design is simulated; the model's embedded example if not given.",
      valueName: "dir"))
  public var data: String?

  /// `--backend`: the name of the inference backend; nil before the default of the model is filled in.
  @Option(
    help: ArgumentHelp(
      "The inference method to check, whose own flags --backend NAME --help shows; the default is named above.",
      valueName: "name"))
  public var backend: String?

  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--panels`: the number of simulated data sets.
  @Option(parsing: .unconditional, help: "How many data sets to simulate and fit.")
  public var panels = 100

  /// `--level`: the probability of the intervals whose coverage is counted.
  @Option(
    parsing: .unconditional, help: "The probability of the intervals whose coverage is counted.")
  public var level = 0.9

  /// `--seed`: the seed of all random numbers.
  @Option(
    parsing: .unconditional,
    help:
      "A whole number from 0 that decides every random number; the same seed gives the same digits."
  )
  public var seed: UInt64 = 0

  /// `--draws`: the number of draws of each fit.
  @Option(parsing: .unconditional, help: "How many draws of each posterior, or of each chain.")
  public var draws = 600

  /// `--threads`: the number of threads that share the panels; the number of cores if nil.
  @Option(
    parsing: .unconditional,
    help:
      "How many threads share the panels, 1 for none; as many as there are cores if not given. It changes no digit."
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
    guard (1...1_000_000).contains(panels) else {
      throw ValidationError("--panels is \(panels), but must be from 1 to 1000000.")
    }
    guard level > 0, level < 1 else {
      throw ValidationError("--level is \(level), but must be between 0 and 1.")
    }
    guard (1...1_000_000).contains(draws) else {
      throw ValidationError("--draws is \(draws), but must be from 1 to 1000000.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    try requirePath(data, of: "--data")
    try requirePath(json, of: "--json")
  }

  /// The flags about files and threads, and the number of panels, of which a run can be given more.
  public var flagsWithoutEffect: Set<String> {
    ["--data", "--panels", "--threads", "--json", "--quiet"]
  }

  /// The threads that share the panels.
  var pool: WorkPool { threads.map { WorkPool(threads: $0) } ?? .automatic }
}

extension FittableModel {
  public func problem(
    _ options: Options, _ dataset: Dataset, simulated: [String: Tensor]
  ) throws -> InferenceProblem {
    var problem = try problem(options, dataset)
    problem.posterior = problem.posterior.unconditioned().conditioned(on: simulated)
    return problem
  }
}

extension FittableModel where Design == DesignOfData {
  public func dataset(_ dataset: Dataset, as design: Design) -> Dataset { dataset }
}
