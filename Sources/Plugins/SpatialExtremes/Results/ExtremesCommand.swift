import Inference
import PPL
import Plugins
import Runs

/// The command of a model of extremes: data checks, memory check, fit, report and files.
///
///     let models: [any FittableModel] = [ExtremesCommand<GEVAdditive>()]
public struct ExtremesCommand<M: ExtremesModel>: FittableModel {
  public let name = M.name
  public let summary = M.summary
  public let dataNeeded = M.requirements.dataNeeded

  /// The command of the model.
  public init() {}

  public func dataset(
    _ options: ExtremesOptions<M>, from source: DataSource
  ) throws -> ExtremesDataset {
    let requirements = M.requirements(with: options.priors)
    var dataset = try options.data.dataset(
      from: source, requirements, minima: options.minima)
    if dataset.data.isProjected, !M.allowsProjectedPlaces {
      throw ExtremesFailure.placesOnAPlane(model: M.name)
    }
    if options.minima {
      if dataset.data.blocks != nil { throw BlocksOfMinima() }
      dataset = dataset.negated
    }
    dataset.hasCopula = options.dependence == .copula
    let data = dataset.data
    try checkDependence(options, data)
    try options.data.checkProjection(of: dataset, requirements)
    let model = try M(dataset.tensors, priors: options.priors)
    let memory = M.memory(with: options.priors)
    try (dataset.hasCopula && !M.hasDependence ? memory.withCopula : memory).require(
      stations: data.stations.count, years: data.years.count, threads: source.pool.threads,
      hasGaps: data.record.missing > 0,
      // Those of own data may be: which are is known with their information.
      partialFields: dataset.truth == nil ? model.fields.count : 0, method: source.memory,
      fields: model.fields.count, fits: source.fitsAtOnce, available: MachineMemory.available)
    return dataset
  }

  public func problem(
    _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset
  ) throws -> InferenceProblem {
    var (tensors, data) = (dataset.tensors, dataset.data)
    tensors.hasStandardUnits = true
    let model = try M(tensors, priors: options.priors)
    return InferenceProblem(
      model.posterior, start: .values(model.start),
      content: try [
        .init(content: "the stations", data.stationsText),
        .init(content: "the years or their GMST values", data.covariateText),
        .init(content: "the maxima", data.maximaText),
      ] + (data.blocks.map { [try .init(content: "the values of each year", $0.text)] } ?? [])
        + options.priors.parameterizations(for: tensors) + unitOfLikelihood(model))
  }

  /// The unit of the likelihood as a condition of a run: draws of earlier versions had that of the record.
  private func unitOfLikelihood(_ model: M) -> [CheckpointFile.Condition] {
    (model as? any FamilyModel)?.family.standard == nil
      ? [] : [.init("the unit of the likelihood", "a standard deviation of the maxima")]
  }

  /// The covariance of the location over stations and years, where it has fields.
  public func priorDescription(
    _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset
  ) throws -> String? {
    let model = try M(dataset.tensors, priors: options.priors)
    return try (model as? any FamilyModel)?.family.locationCovariance()?.description(
      dataset.data, unit: M.requirements(with: options.priors).unit(of: dataset.data))
  }

  public func priors(_ options: ExtremesOptions<M>, _ dataset: ExtremesDataset) throws -> String {
    try M(dataset.tensors, priors: options.priors).priorsInWords
  }

  public func dataset(
    _ dataset: ExtremesDataset, as design: ExtremesDesign
  ) throws -> ExtremesDataset {
    if dataset.data.blocks != nil { throw BlocksOfMinima(isCalibration: true) }
    return try dataset.reduced(to: design, M.requirements)
  }

  /// The problem of simulated maxima: their information chooses the parameterizations, and the priors are those of the data.
  public func problem(
    _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset, simulated: [String: Tensor]
  ) throws -> InferenceProblem {
    var tensors = simulated["y"].map(dataset.tensors.observing) ?? dataset.tensors
    tensors.hasStandardUnits = true
    let model = try M(tensors, priors: options.priors)
    return InferenceProblem(model.posterior, start: .values(model.start))
  }

  /// Smaller steps for `nuts`: where the shape is negative, the density of the maxima ends at an edge that long steps cross.
  public func defaultFlags(for backend: String) -> [String] {
    backend == "nuts" ? M.samplerFlags : []
  }

  public func report(_ fitted: FittedModel<Self>) throws -> RunReport {
    try ExtremesReport(summary: ExtremesSummary(fitted), fitted: fitted).runReport
  }

  public func explained(
    _ error: any Error, _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset
  ) -> any Error {
    let priors = options.priors.values
    if let error = error as? InferenceError {
      guard case .noValidStart = error,
        let failure = ExtremesFailure.noStart(of: dataset.data, priors)
      else { return error }
      return explained(failure, options, dataset)
    }
    guard error is FitFailure || error is ExtremesFailure else { return error }
    let left = (error as? FitFailure)?.left ?? .nothing
    return ExtremesFailure.farPriors(priors, of: dataset.data, left: left) ?? error
  }
}
