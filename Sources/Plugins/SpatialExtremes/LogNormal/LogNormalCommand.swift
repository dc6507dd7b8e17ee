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
  public struct Options: ParsableArguments, Sendable {
    @OptionGroup var data: StationDataFlags

    /// The flags before the command line is read.
    public init() {}
  }

  public func dataset(_ options: Options, from source: DataSource) throws -> ExtremesDataset {
    let dataset = try options.data.dataset(from: source, DataRequirements())
    try options.data.checkProjection(of: dataset, DataRequirements())
    let data = dataset.data
    if data.isProjected { throw ExtremesFailure.placesOnAPlane(model: name) }
    // Both fields are factored as one matrix of 2 S rows where maxima are missing.
    try FitMemory(fields: 4, terms: 2).require(
      stations: data.stations.count, years: data.years.count, threads: source.pool.threads,
      method: source.memory, fits: source.fitsAtOnce, available: MachineMemory.available)
    _ = try LogNormalFields(data)
    return dataset
  }

  /// The limits of the model, for `ppl describe`.
  public func priors(_ options: Options, _ dataset: ExtremesDataset) throws -> String {
    """
    The stations of a year count as independent given both maps. The report measures the dependence that
    is left and says where intervals are too narrow for it; there is no --dependence. ppl predict and
    ppl simulate do not take this model, and ppl compare sees all maxima as one observation; for these,
    fit gev-multiplicative.
    """
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
