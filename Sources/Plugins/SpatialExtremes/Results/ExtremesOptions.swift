import ArgumentParser
import Plugins

/// The flags of a model of extremes: its data, the projection and its priors.
public struct ExtremesOptions<M: ExtremesModel>: ParsableArguments, AnnotatedFlags, Sendable {
  @OptionGroup var data: StationDataFlags
  @Flag(
    help: "The data are minima: the model is of their negatives, and return levels are turned back."
  )
  var minima = false
  @Option(
    help: ArgumentHelp(
      "The dependence of stations within a year: independent, adjusted (draws widened by the scores of years), resample (by refits to resampled years) or copula; if not given, adjusted for own data with several stations and independent for the embedded example.",
      valueName: "name"))
  var dependence: DependenceMethod?
  @Option(
    parsing: .unconditional,
    help: "How many refits to resampled years --dependence resample makes.")
  var resamples = 200

  @OptionGroup var priors: M.Priors

  /// The flags before the command line is read.
  public init() {}

  /// Checks the priors and the number of refits.
  public func validate() throws {
    try priors.validatePriors()
    guard (20...100_000).contains(resamples) else {
      throw ValidationError("--resamples is \(resamples), but must be from 20 to 100000.")
    }
  }

  /// The refits, where there are none.
  public var unreadFlags: [UnreadFlag] {
    dependence == .resample
      ? []
      : [
        UnreadFlag(
          "--resamples", by: "a fit without --dependence resample",
          remedy: "add it, or leave this out"
        )
      ]
  }

  /// The sign of the data, which are compared by their content, and what is done with draws.
  public var flagsWithoutEffect: Set<String> {
    let always: Set = ["--minima", "--resamples"]
    return dependence == .copula ? always : always.union(["--dependence"])
  }

  var reading: ReadingOptions { data.reading(M.requirements(with: priors)) }
  /// The year of projected return levels.
  var projectionYear: Int { data.projectionYear }
}
