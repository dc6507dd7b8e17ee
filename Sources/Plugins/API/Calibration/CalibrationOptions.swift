import ArgumentParser
import Inference
import PPL
import Parallel
import Runs

/// The flags of `ppl calibrate` that every model has.
public struct CalibrationOptions: ParsableArguments, HasCommonOptions, AnnotatedFlags, Sendable {
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

  /// `--draws`: the number of draws of each fit.
  @Option(parsing: .unconditional, help: "How many draws of each posterior, or of each chain.")
  public var draws = 600

  /// The flags that all commands share.
  @OptionGroup public var common: CommonOptions

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
    try requirePath(data, of: "--data")
  }

  /// The data, which are compared by their content, and the number of panels, of which a run can be given more.
  public var flagsWithoutEffect: Set<String> {
    ["--data", "--panels"]
  }

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
