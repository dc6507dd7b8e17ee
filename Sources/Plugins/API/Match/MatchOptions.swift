import ArgumentParser

/// The flags of batch and match: `--backend match`.
public struct MatchOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// `--batch`: the number of draws whose scores an iteration matches; chosen by the number of unconstrained values if nil.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many draws an iteration matches; from 32 to 256, twice the number of unconstrained values, if not given.",
      valueName: "draws"))
  public var batch: Int?

  /// `--iterations`: the largest number of iterations.
  @Option(
    parsing: .unconditional,
    help: "How many iterations to make at most; with --resume those made before are among them.")
  public var iterations = modelDefault("--iterations", or: 3000)

  /// `--rank`: the number of factors of a covariance of low rank plus diagonal; a full covariance if nil.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of common factors of the covariance; a full covariance if not given.",
      valueName: "factors"))
  public var rank: Int?

  /// `--tolerance`: the standard error of the fitted means at which the iterations end, in fitted standard deviations.
  @Option(
    parsing: .unconditional,
    help: "The standard error of the fitted means at which to stop, in standard deviations.")
  public var tolerance = modelDefault("--tolerance", or: 0.03)

  public init() {}

  /// The number of iterations and the tolerance, after which a fit can be continued.
  public var flagsWithoutEffect: Set<String> { ["--iterations", "--tolerance"] }

  public func validate() throws {
    if let batch, !(2...1_000_000).contains(batch) {
      throw ValidationError("--batch is \(batch), but must be from 2 to 1000000.")
    }
    guard (1...10_000_000).contains(iterations) else {
      throw ValidationError("--iterations is \(iterations), but must be from 1 to 10000000.")
    }
    if let rank, rank < 1 {
      throw ValidationError("--rank is \(rank), but must be positive.")
    }
    guard tolerance > 0, tolerance.isFinite else {
      throw ValidationError("--tolerance is \(tolerance), but must be positive and finite.")
    }
  }
}
