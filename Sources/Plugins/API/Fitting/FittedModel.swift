import Inference
import PPL
import Runs

/// A fitted model, from which its report is made.
public struct FittedModel<M: FittableModel>: Sendable {
  /// The model with its name and its report.
  public let model: M
  /// The model's own flags.
  public let options: M.Options
  /// The data, as the model read them.
  public let dataset: M.Dataset
  /// The posterior that was fitted.
  public let problem: InferenceProblem
  /// The fit by a backend.
  public let fit: any Fit
  /// The flags of the fit, its keys and its threads.
  public internal(set) var context: FitContext

  /// The flags of every fit.
  public var settings: FitOptions { context.settings }

  /// The posterior with `--draws` draws, and the labels and units of the problem.
  ///
  /// - Parameter key: The key of the draws; `FitContext.drawsKey` if nil.
  /// - Throws: As the fit's `posterior(draws:key:pool:)`; `InferenceError` for a label of an unknown plate or a unit of an
  ///   unknown site.
  public func posterior(key: RandomKey? = nil) throws -> Posterior {
    let posterior = try fit.posterior(
      draws: settings.draws, key: key ?? context.drawsKey, pool: context.pool)
    return try problem.labels.sorted { $0.key < $1.key }
      .reduce(posterior) { try $0.labelled($1.key, $1.value) }
      .withUnits(problem.units)
  }

  /// The course of the fit, which has failed if a draw is not finite.
  ///
  ///     let posterior = try fitted.posterior()
  ///     let course = fitted.course(judgedBy: posterior.draws)  // its lines, verdict and failure go into the report
  public func course(judgedBy draws: Draws...) -> FitCourse {
    let infinite = draws.lazy.compactMap { draws in
      draws.names.first { !draws[$0].scalars.allSatisfy(\.isFinite) }
    }.first
    return fit.course.failed(
      infinite.map {
        "the fit ended, but its draws of \"\($0)\" are not all finite; \(fit.remedyOfInfiniteDraws)."
      })
  }

  /// The settings of the fit, to which a report adds those of its data for `run.json`.
  ///
  /// Steps, learning rate and flags of inference are absent where there are none.
  public var record: JSONObject {
    let earlier = fit.course.isOfEarlierRun ? context.earlier : nil
    return JSONObject([
      ("model", model.name), ("seed", settings.seed), ("draws", settings.draws),
      ("options", context.record), ("inference", changedInferenceFlags),
      ("arguments", context.arguments), ("data_folder", settings.dataRecord),
      ("steps", fit.course.stepCount), ("learning_rate", learningRate),
      ("seconds", fit.course.seconds), ("threads", earlier?.threads ?? context.pool.threads),
      ("date", earlier?.date ?? context.started.formatted(.iso8601)),
    ])
  }

  /// The flags of the backend that differ from their defaults, by name without dashes, for `run.json`; nil if none does.
  ///
  /// The number of steps and the learning rate have separate keys there.
  public var changedInferenceFlags: [String: String]? {
    let record = context.inferenceFlags.filter {
      $0.differsFromDefault && !["--steps", "--learning-rate"].contains($0.name)
    }.record
    return record.isEmpty ? nil : record
  }

  /// The learning rate of the fit, if its backend has such a flag.
  public var learningRate: Double? {
    context.flag("--learning-rate").flatMap { Double($0) }
  }
}

// MARK: - Fitting

extension FittableModel {
  public func explained(
    _ error: any Error, _ options: Options, _ dataset: Dataset
  ) -> any Error { error }

  public func priorDescription(_ options: Options, _ dataset: Dataset) throws -> String? { nil }

  public func defaultBackend(hasOwnData: Bool) -> String { hasOwnData ? "nuts" : "svi" }

  public func defaultFlags(for backend: String) -> [String] { [] }

  public func adjusted(
    _ fit: any Fit, _ options: Options, _ dataset: Dataset, _ problem: InferenceProblem,
    in context: FitContext
  ) throws -> any Fit { fit }

  public func report(_ fitted: FittedModel<Self>) throws -> RunReport { try fitted.siteReport() }

  public func sections(_ fitted: FittedModel<Self>) throws -> [ReportSection] {
    [try fitted.posteriorSection()]
  }

  /// The model fitted by a backend to given data.
  ///
  /// A checkpoint is resumed only with the same data and flags; flags without effect may differ.
  ///
  /// - Throws: As `problem(_:_:)` and `InferenceBackend.run(_:_:in:)`.
  public func fitted<B: InferenceBackend>(
    _ options: Options, _ dataset: Dataset, by backend: B, _ method: B.Options,
    in context: FitContext
  ) throws -> FittedModel<Self> {
    let problem = try problem(options, dataset)
    try backend.refuseUnreadFlags(method, of: problem)
    let context = context.with(content: try problem.contents()).with(model: name)
    let fit = try backend.run(problem.interruptible(by: context.control), method, in: context)
    // A restored fit was judged when it ended.
    let judged = context.isRestoring ? fit : fit.judged(in: context)
    return FittedModel(
      model: self, options: options, dataset: dataset, problem: problem,
      fit: context.isAdjusting
        ? try adjusted(judged, options, dataset, problem, in: context) : judged,
      context: context)
  }

  public func priors(_ options: Options, _ dataset: Dataset) throws -> String { "" }

  /// The posterior of the model given the data of a folder, or its embedded example.
  ///
  /// - Throws: As `dataset(_:from:)` and `problem(_:_:)`.
  public func problem(
    _ options: Options, in folder: String? = nil
  ) throws -> InferenceProblem {
    try problem(options, dataset(options, from: DataSource(describing: folder.map { [$0] } ?? [])))
  }
}

extension FittableModel where Dataset == Void {
  /// The data of a model without data: nothing.
  public func dataset(_ options: Options, from source: DataSource) {}
}
