import ArgumentParser
import Inference
import PPL
import Plugins
import Runs

/// The command of the log-normal model, `ppl fit lognormal-multiplicative`: any backend fits its few hyperparameters.
public struct LogNormalCommand: FittableModel {
  public let name = "lognormal-multiplicative"
  public let summary =
    "Annual maxima, log y ~ Normal(mu(s) + beta(s) d(t), sigma): both maps integrated out exactly."
  public var dataNeeded: String { DataRequirements().dataNeeded }

  /// The command of the model.
  public init() {}

  /// The flags of the model: its data and the projection.
  public struct Options: ParsableArguments, AnnotatedFlags, Sendable {
    @Option(help: "The column of gmst.csv to use.") var gmstColumn: String?
    @Option(parsing: .unconditional, help: "Leave out the years before this one.")
    var firstYear: Int?
    @Option(parsing: .unconditional, help: "Leave out the years after this one.")
    var lastYear: Int?
    @Option(
      help: ArgumentHelp(
        "Keep data that a check finds doubtful, or silence its warning; may be repeated.",
        valueName: "check"))
    var allow: [DataCheck] = []
    @Option(parsing: .unconditional, help: "The year of projected return levels.")
    var projectionYear = 2050

    /// The flags before the command line is read.
    public init() {}

    /// The flags that choose data, which are compared by their content, and the year of the report.
    public var flagsWithoutEffect: Set<String> {
      ["--gmst-column", "--first-year", "--last-year", "--allow", "--projection-year"]
    }

    var reading: ReadingOptions {
      ReadingOptions(covariateColumn: gmstColumn, firstYear: firstYear, lastYear: lastYear)
    }
  }

  public func dataset(_ options: Options, from source: DataSource) throws -> ExtremesDataset {
    let dataset = try ExtremesDataset(source, options.reading, allowing: Set(options.allow))
    let data = dataset.data
    if let lastYear = data.years.last, options.projectionYear <= lastYear {
      throw ExtremesFailure.projectionInThePast(year: options.projectionYear, lastYear: lastYear)
    }
    // For its error, before the fit.
    _ = try dataset.climates(
      projectionYear: options.projectionYear, DataRequirements())
    // Both fields are factored as one matrix of 2 S rows where maxima are missing.
    try FitMemory(fields: 4, terms: 2).require(
      stations: data.stations.count, years: data.years.count, threads: source.pool.threads,
      method: source.memory, fits: source.fitsAtOnce, available: MachineMemory.available)
    _ = try LogNormalFields(data)
    return dataset
  }

  public func problem(
    _ options: Options, _ dataset: ExtremesDataset
  ) throws -> InferenceProblem {
    let (data, fields) = (dataset.data, try LogNormalFields(dataset.data))
    return try InferenceProblem(
      fields.model.conditioned(on: ["log_y": fields.observed]), start: .values(fields.start),
      units: ["k_mu.lengthscale": "km", "k_beta.lengthscale": "km"],
      content: [
        .init(content: "the stations", data.stationsText),
        .init(content: "the years or their GMST values", data.covariateText),
        .init(content: "the maxima", data.maximaText),
      ])
  }

  public func report(_ fitted: FittedModel<Self>) throws -> RunReport {
    try LogNormalReport(fitted).runReport
  }
}
