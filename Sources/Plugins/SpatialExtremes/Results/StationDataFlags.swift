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
      "The column of the values, or the element or variable of other formats, as in tmax_c, TMAX.",
      valueName: "name"))
  var valueColumn: String?
  @Option(
    help: ArgumentHelp(
      "The part of each year that a maximum of daily values is taken from: year, JJA, DJF (of the year of its January), hydrological-year (October to September, of the latter year), or months as 5-9; year if not given.",
      valueName: "name"))
  var block: Block?
  @Option(
    parsing: .unconditional,
    help:
      "The least share of the days of a block that have a value; blocks below are left out and counted; 0.9 if not given."
  )
  var coverage: Double?
  @Option(
    help: ArgumentHelp(
      "Convert the values from the unit that the data state: C, F, K, mm, cm, m, in.",
      valueName: "unit"))
  var convertTo: ValueUnit?
  @Option(help: ArgumentHelp("Only these stations, between commas.", valueName: "ids"))
  var onlyStations: IdentifierList?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only stations in a box, degrees (or km, as the stations), as in -10,35,5,45.",
      valueName: "w,s,e,n"))
  var within: PlaceBox?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only stations of these elevations, metres, as in 0,1500.", valueName: "low,high"))
  var elevation: NumberRange?
  @Option(parsing: .unconditional, help: "Only stations with at least this many years in use.")
  var minYears = 1
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
    if let coverage, !(coverage >= 0 && coverage <= 1) {
      throw ValidationError("--coverage is \(coverage), but must be from 0 to 1, as in 0.9.")
    }
    if !(1...9999).contains(minYears) {
      throw ValidationError("--min-years is \(minYears), but must be from 1 to 9999.")
    }
    if let firstYear, let lastYear, firstYear > lastYear {
      throw ValidationError("--first-year \(firstYear) lies after --last-year \(lastYear).")
    }
  }

  /// All flags: data are compared by their content, and the year is of the report.
  var flagsWithoutEffect: Set<String> {
    [
      "--gmst-column", "--gmst-smoothing", "--first-year", "--last-year", "--allow",
      "--projection-year", "--value-column", "--block", "--coverage", "--convert-to",
      "--only-stations", "--within", "--elevation", "--min-years",
    ]
  }

  /// The data that the flags choose.
  ///
  /// - Throws: `DataError` for data that cannot be read or do not suit the requirements.
  func dataset(
    from source: DataSource, _ requirements: DataRequirements, minima: Bool = false
  ) throws -> ExtremesDataset {
    var options = reading(requirements)
    options.minima = minima
    return try ExtremesDataset(source, options, allowing: Set(allow))
  }

  /// The options for reading the data.
  func reading(_ requirements: DataRequirements) -> ReadingOptions {
    var options = ReadingOptions(
      covariateColumn: gmstColumn, firstYear: firstYear,
      lastYear: lastYear, smoothing: gmstSmoothing, requirements: requirements)
    (options.valueColumn, options.block, options.coverage) = (valueColumn, block, coverage)
    options.convertTo = convertTo
    options.filter.ids = onlyStations.map { Set($0.ids) }
    (options.filter.box, options.filter.elevations) = (within, elevation?.range)
    options.filter.minimumYears = minYears
    return options
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

extension ValueUnit: ExpressibleByArgument, CustomStringConvertible {
  /// The unit of a symbol or name.
  public init?(argument: String) { self.init(argument) }

  public var description: String { symbol }
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
