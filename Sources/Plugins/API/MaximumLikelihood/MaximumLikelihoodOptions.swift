import ArgumentParser

/// The flags of maximum likelihood: `--backend mle`.
public struct MaximumLikelihoodOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// `--starts`: the number of starts of the search.
  @Option(
    parsing: .unconditional,
    help: "How many starts to search from, where the model's own start leaves a choice.")
  public var starts = 4

  /// `--clusters`: the plate whose elements are independent clusters of data; nil for independent data.
  @Option(
    help: ArgumentHelp(
      "A plate of the model whose elements are independent; errors allow for dependence within each.",
      valueName: "plate"))
  public var clusters: String?

  public init() {}

  public func validate() throws {
    guard (1...10_000).contains(starts) else {
      throw ValidationError("--starts is \(starts), but must be from 1 to 10000.")
    }
  }
}
