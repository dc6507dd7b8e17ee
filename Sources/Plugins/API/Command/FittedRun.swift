import Inference
import PPL
import Parallel
import Preconditions
import Runs

/// A stored fit of a model by a backend, with the draws of its posterior as the model has it.
///
/// Importance weights and fits to folds are of that posterior: draws that `FittableModel.adjusted(_:_:_:_:in:)` widens have no
/// density of their own by which an observation could be left out.
private struct FittedRun<M: ComparableModel, B: InferenceBackend>: ComparedRun {
  let fitted: FittedModel<M>
  let backend: B
  let method: B.Options
  let observations: [ComparedObservation]

  var model: String { fitted.model.name }
  var conditions: [CheckpointFile.Condition] { fitted.context.conditions }

  func remarks(isRefitted: Bool) -> [String] {
    fitted.model.remarks(fitted.options, fitted.dataset, isRefitted: isRefitted)
  }

  func leaveOneOut() throws -> (scores: [PredictionScore], draws: Int) {
    let folder = fitted.settings.output ?? fitted.model.name
    guard !fitted.fit.isPoint else {
      throw PredictionError(
        "\(folder) is a fit to a point, which has no draws to leave an observation out of; give --folds, or fit by another "
          + "backend.")
    }
    let posterior = try fitted.posterior()
    let scores = try fitted.model.scores(
      fitted, of: Array(observations.indices), in: fitted.dataset,
      .leaveOneOut(relativeEfficiency: posterior.meanRelativeEfficiency))
    // An observation without a density by some draws has an infinite weight there.
    let undefined = zip(observations, scores).filter { _, score in
      !score.logDensity.isFinite || score.pit?.isNaN == true
    }
    if let (first, _) = undefined.first {
      throw PredictionError(
        "\(folder): by some draws of this fit \(counted(undefined.count, "observation")), the first \(first.name), cannot "
          + "have occurred, so that leaving out has no weights; give --folds, or fit by --backend nuts."
      )
    }
    return (scores, posterior.draws.count)
  }

  func fold(leavingOut observations: [Int], control: RunControl) throws -> FoldScores {
    let (model, options) = (fitted.model, fitted.options)
    var settings = fitted.settings
    settings.threads = 1
    settings.common.folder = OutputFolderOptions.withDefaults
    let context = FitContext(
      settings, backend: method.flagValues, model: options.flagValues,
      memory: backend.memory(method, draws: settings.draws, threads: 1), control: control)
    let dataset = try model.dataset(fitted.dataset, leavingOut: Set(observations))
    do {
      let problem = try model.problem(options, dataset)
      let fit = try backend.run(problem, method, in: context).judged(in: context)
      if let failure = fit.course.failure { throw FitFailure(.other(failure), left: .nothing) }
      let refitted = FittedModel(
        model: model, options: options, dataset: dataset, problem: problem, fit: fit,
        context: context)
      return FoldScores(
        scores: try model.scores(refitted, of: observations, in: fitted.dataset, .equal),
        summaries: try model.summaries(
          refitted, of: observations, in: fitted.dataset, key: context.key.foldIn(3)),
        isConverged: fit.course.isConverged)
    } catch {
      throw FlagWords(context.flags).told(model.explained(error, options, dataset))
    }
  }
}

extension OutputFolderOptions {
  /// The flags of a run that keeps no files.
  static var withDefaults: OutputFolderOptions {
    do { return try parse([]) } catch {
      requirementFailed("OutputFolderOptions: \(message(for: error))")
    }
  }
}

extension StoredRun {
  /// The stored fit with its draws.
  ///
  /// - Parameters:
  ///   - registry: The models and backends.
  ///   - data: The folder of the data; the one that the run names if nil.
  ///   - threads: The number of threads; the number of cores if nil.
  /// - Throws: As `FittableModel.restored(from:data:threads:_:)`.
  func compared(
    _ registry: PluginRegistry, data: String?, threads: Int?
  ) throws -> any ComparedRun {
    let model = try registry.model(named: model)
    if let model = model as? any ComparableModel {
      return try compared(model, registry, data, threads)
    }
    return try comparedByLikelihood(model, registry, data, threads)
  }

  private func comparedByLikelihood(
    _ model: some FittableModel, _ registry: PluginRegistry, _ data: String?, _ threads: Int?
  ) throws -> any ComparedRun {
    try compared(LikelihoodComparison(model: model), registry, data, threads)
  }

  private func compared<M: ComparableModel>(
    _ model: M, _ registry: PluginRegistry, _ data: String?, _ threads: Int?
  ) throws -> any ComparedRun {
    let fitted = try model.restored(
      self, data: data.map { [$0] } ?? [], threads: threads, registry.backends, isAdjusting: false)
    let arguments = try arguments(data: data.map { [$0] } ?? [], threads: threads)
    let program = Program(backends: registry.backends, arguments: arguments).fitting(model)
    return try program.run {
      try compared(fitted, by: program.backend(), arguments)
    }
  }

  private func compared<M: ComparableModel, B: InferenceBackend>(
    _ fitted: FittedModel<M>, by backend: B, _ arguments: [String]
  ) throws -> any ComparedRun {
    let command = try parsed(
      FitCommand<M.Options, B.Options>.self, arguments, of: fitted.model, by: backend)
    return FittedRun(
      fitted: fitted, backend: backend, method: command.method,
      observations: try fitted.model.observations(fitted.options, fitted.dataset))
  }
}
