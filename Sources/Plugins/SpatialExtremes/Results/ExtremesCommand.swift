import Foundation
import Inference
import PPL
import Plugins
import Runs

/// A model of extremes as the command line offers it: data checks, memory check, fit, report and files.
///
///     let models: [any FittableModel] = [ExtremesCommand<GEVAdditive>()]
public struct ExtremesCommand<M: ExtremesModel>: FittableModel {
  public let name = M.name
  public let summary = M.summary
  public let dataNeeded = M.requirements.dataNeeded

  /// The command of the model.
  public init() {}

  public func prepared(_ options: ExtremesOptions<M>, data folder: URL?) throws -> Model<Void> {
    let posterior = try problem(options, folder, threads: 1, warn: { _ in }).model.posterior
    return Model { p in _ = posterior(&p) }
  }

  public func fit(
    _ settings: FitOptions, _ options: ExtremesOptions<M>, control: RunControl
  ) throws -> RunReport {
    let problem = try problem(
      options, settings.dataFolder, threads: settings.sharedThreads.threads, warn: control.warn)
    try problem.requireProjectionAhead()
    do {
      return try problem.report(settings, control: control).runReport
    } catch let error where error is FitFailure || error is ExtremesFailure {
      let left = (error as? FitFailure)?.left ?? .nothing
      throw ExtremesFailure.farPriors(options.priors.values, of: problem.data, left: left) ?? error
    }
  }

  /// The data that were read and checked, with the model of them.
  private func problem(
    _ options: ExtremesOptions<M>, _ folder: URL?, threads: Int, warn: (String) -> Void
  ) throws -> ExtremesProblem<M> {
    let (data, truth) = try StationMaxima.read(
      folder, options.reading, allowing: Set(options.allow), warn: warn)
    let problem = ExtremesProblem<M>(
      data, truth: truth, priors: options.priors, projectionYear: options.projectionYear)
    try M.memory.require(
      stations: data.stations.count, years: data.years.count, threads: threads,
      hasGaps: data.record.missing > 0, on: .present)
    return problem
  }
}

/// A model of extremes with the data that it is fitted to.
struct ExtremesProblem<M: ExtremesModel> {
  let data: StationMaxima
  /// The truth of the embedded example; nil for data of one's own.
  let truth: SyntheticTruth?
  let model: M
  let priors: PriorValues
  let projectionYear: Int

  init(
    _ data: StationMaxima, truth: SyntheticTruth? = nil, priors: M.Priors = .published,
    projectionYear: Int
  ) {
    (self.data, self.truth, self.projectionYear) = (data, truth, projectionYear)
    (model, self.priors) = (M(data, priors: priors), priors.values)
  }

  func requireProjectionAhead() throws(ExtremesFailure) {
    if let lastYear = data.years.last, projectionYear <= lastYear {
      throw .projectionInThePast(year: projectionYear, lastYear: lastYear)
    }
  }

  /// Fits the model and reports its posterior.
  ///
  /// - Throws: `ExtremesFailure` for maxima without density at the start; else as `FitRun`.
  func report(_ settings: FitOptions, control: RunControl) throws -> ExtremesReport<M> {
    let run = try run(settings, control: control)
    let draws = try run.draws(key: RandomKey(settings.seed &+ 4))
    let joint = try run.fit.predictions(
      model.model, settings.draws, key: RandomKey(settings.seed &+ 3),
      sites: ExtremesSummary<M>.sites, pool: settings.sharedThreads)
    let summary = try ExtremesSummary(model, of: data, draws, joint, projectionYear: projectionYear)
    return ExtremesReport(summary, of: self, run.judged(by: draws, joint), settings)
  }

  /// The fit, from its start or from a checkpoint.
  func run(_ settings: FitOptions, control: RunControl) throws -> FitRun {
    let problem = InferenceProblem(
      control.interruptible(model.posterior), start: .values(model.start),
      conditions: try priors.conditions + [
        .init(content: "the stations", data.stationsText),
        .init(content: "the years or their GMST values", data.covariateText),
        .init(content: "the maxima", data.maximaText),
      ])
    do {
      return try FitRun(problem, settings, control: control)
    } catch let error as InferenceError {
      guard case .noValidStart = error, let failure = ExtremesFailure.noStart(of: data, priors)
      else { throw error }
      throw failure
    }
  }
}
