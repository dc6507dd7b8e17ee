import ArgumentParser
import Plugins

/// The flags of a model of extremes: its data, the projection and its priors.
public struct ExtremesOptions<M: ExtremesModel>: ParsableArguments, AnnotatedFlags, Sendable {
  @Option(help: "The column of gmst.csv to use.") var gmstColumn: String?
  @Option(
    parsing: .unconditional,
    help: "The years of the running mean of the GMST, an odd number; 1 for the GMST of each year.")
  var gmstSmoothing = 1
  @Flag(
    help: "The data are minima: the model is of their negatives, and return levels are turned back."
  )
  var minima = false
  @Option(parsing: .unconditional, help: "Leave out the years before this one.")
  var firstYear: Int?
  @Option(parsing: .unconditional, help: "Leave out the years after this one.")
  var lastYear: Int?
  @Option(
    help: ArgumentHelp(
      "Keep data that a check finds doubtful, or silence its warning; may be repeated.",
      valueName: "check"))
  var allow: [DataCheck] = []
  @Option(
    parsing: .unconditional,
    help:
      "The year of projected return levels; its GMST is that of gmst.csv, beyond it the least-squares line of the last 30 years."
  )
  var projectionYear = 2050

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

  /// Checks the years and the priors.
  public func validate() throws {
    try priors.validatePriors()
    guard (1...99).contains(gmstSmoothing), gmstSmoothing % 2 == 1 else {
      throw ValidationError(
        "--gmst-smoothing is \(gmstSmoothing), but must be an odd number from 1 to 99.")
    }
    for (flag, year) in [
      ("--first-year", firstYear), ("--last-year", lastYear),
      ("--projection-year", projectionYear),
    ] {
      if let year, !calendarYears.contains(year) {
        throw ValidationError("\(flag) is \(year), but must be a year, as in 1985.")
      }
    }
    guard (20...100_000).contains(resamples) else {
      throw ValidationError("--resamples is \(resamples), but must be from 20 to 100000.")
    }
    if let firstYear, let lastYear, firstYear > lastYear {
      throw ValidationError("--first-year \(firstYear) lies after --last-year \(lastYear).")
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

  /// The flags that choose data, which are compared by their content, the year of the report, and what is done with draws.
  public var flagsWithoutEffect: Set<String> {
    let always: Set = [
      "--gmst-column", "--gmst-smoothing", "--minima", "--first-year", "--last-year", "--allow",
      "--projection-year", "--resamples",
    ]
    return dependence == .copula ? always : always.union(["--dependence"])
  }

  var reading: ReadingOptions {
    ReadingOptions(
      covariateColumn: gmstColumn, firstYear: firstYear, lastYear: lastYear,
      smoothing: gmstSmoothing,
      requirements: M.requirements(with: priors))
  }
}

extension DataCheck: ExpressibleByArgument {
  /// The check of a value of `--allow`; errors cannot be allowed.
  public init?(argument: String) {
    guard let check = DataCheck(rawValue: argument), Self.allowable.contains(check) else {
      return nil
    }
    self = check
  }

  public static var allValueStrings: [String] { allowable.map(\.rawValue) }
}
