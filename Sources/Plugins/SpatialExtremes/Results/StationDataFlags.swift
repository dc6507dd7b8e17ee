import ArgumentParser
import Plugins

/// The flags that choose data at stations and the year of projected return levels, which all models of extremes share.
struct StationDataFlags: ParsableArguments, AnnotatedFlags, Sendable {
  @Option(help: "The column of gmst.csv to use.") var gmstColumn: String?
  @Option(
    parsing: .unconditional,
    help: "The years of the running mean of the GMST, an odd number; 1 for the GMST of each year.")
  var gmstSmoothing = 1
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

  /// Checks the years.
  func validate() throws {
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
    if let firstYear, let lastYear, firstYear > lastYear {
      throw ValidationError("--first-year \(firstYear) lies after --last-year \(lastYear).")
    }
  }

  /// The flags that choose what is read.
  static let ofReading = [
    "--gmst-column", "--gmst-smoothing", "--first-year", "--last-year", "--allow",
  ]

  /// All flags: data are compared by their content, and the year is of the report.
  var flagsWithoutEffect: Set<String> { Set(Self.ofReading + ["--projection-year"]) }

  /// The data that the flags choose.
  ///
  /// - Throws: `DataError` for data that cannot be read or do not suit the requirements.
  func dataset(
    from source: DataSource, _ requirements: DataRequirements
  ) throws -> ExtremesDataset {
    try ExtremesDataset(source, reading(requirements), allowing: Set(allow))
  }

  /// The options for reading the data.
  func reading(_ requirements: DataRequirements) -> ReadingOptions {
    ReadingOptions(
      covariateColumn: gmstColumn, firstYear: firstYear, lastYear: lastYear,
      smoothing: gmstSmoothing, requirements: requirements)
  }

  /// Refuses a projection year that cannot be predicted, before the fit.
  ///
  /// - Throws: `ExtremesFailure` for a year of the data or before them; `PredictionError` for one in a gap of `gmst.csv`.
  func checkProjection(of dataset: ExtremesDataset, _ requirements: DataRequirements) throws {
    if let lastYear = dataset.data.years.last, projectionYear <= lastYear {
      throw ExtremesFailure.projectionInThePast(year: projectionYear, lastYear: lastYear)
    }
    _ = try dataset.climates(projectionYear: projectionYear, requirements)
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
