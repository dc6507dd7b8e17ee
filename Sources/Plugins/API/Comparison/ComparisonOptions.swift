import ArgumentParser
import Runs

/// The flags of `ppl compare`: folds, data, files and messages.
public struct ComparisonOptions: ParsableArguments, HasCommonOptions, AnnotatedFlags, Sendable {
  /// `--folds`: the rule of cross-validation by folds; leave-one-out from the draws of the fits if nil.
  @Option(
    help: ArgumentHelp(
      "Fit each model again without each fold: KIND:K deals groups out in turn (station:6), KINDs:K cuts blocks of consecutive groups (years:5), random:K takes single observations. If not given, each observation is left out by importance weights of the draws.",
      valueName: "rule"))
  public var folds: FoldRule?

  /// `--data`: the folder with the data of the fits; the one that each run names if nil.
  @Option(
    help: ArgumentHelp(
      "The folder with the data of the fits, where they were moved; that of each run if not given.",
      valueName: "dir"))
  public var data: String?

  /// `--pointwise`: whether `--json` and `--output` have the score of each observation.
  @Flag(help: "Write the scores of each observation: pointwise.csv, and pointwise in --json.")
  public var pointwise = false

  /// The flags that all commands share.
  @OptionGroup public var common: CommonOptions

  /// The flags before the command line is read.
  public init() {}

  /// Checks the path of the data.
  public func validate() throws { try requirePath(data, of: "--data") }

  /// The data, which are compared by their content, and the files that are written.
  public var flagsWithoutEffect: Set<String> { ["--data", "--pointwise"] }

  /// The flags of folds where there are none.
  public var unreadFlags: [UnreadFlag] {
    var unread: [UnreadFlag] = []
    if folds == nil {
      unread += ["--seed", "--resume"].map {
        UnreadFlag(
          $0, by: "leave-one-out cross-validation, which fits nothing again",
          remedy: "give --folds, or leave it out")
      }
    }
    if pointwise, json == nil, output == nil {
      unread.append(
        UnreadFlag(
          "--pointwise", by: "a comparison without files", remedy: "give --output or --json"))
    }
    return unread
  }
}
