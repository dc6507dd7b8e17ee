import Inference
import PPL
import Plotting
import Runs

extension FittedModel {
  /// The figures of any fit: losses of steps, ranks, traces, pairs and energy of chains, intervals of all sites, the prior against the posterior,
  /// and, where observations are scored, k-hats and probability integral transforms.
  ///
  /// Those that the fit has no numbers for are left out: a single chain has no ranks, a point no pairs.
  ///
  /// - Parameters:
  ///   - posterior: The posterior; `posterior(key:)` if nil.
  ///   - sites: The sites that are shown, the most important ones first; the reported sites of the problem if nil.
  /// - Throws: As `posterior(key:)`; `PlottingError` for values that cannot be drawn.
  /// - Complexity: Leaving out observations sorts all draws for each; beyond 10⁷ log densities it is left out.
  public func generalFigures(
    _ posterior: Posterior? = nil, of sites: [String]? = nil
  ) throws -> [CaptionedFigure] {
    let posterior = try posterior ?? self.posterior()
    let sites = sites ?? problem.reportedSites
    let numbers = PosteriorFigures(posterior: posterior, sites: sites, isPoint: fit.isPoint)
    var figures = [
      try (fit.unadjusted as? SVIRun).flatMap(lossFigure), try numbers.forest(),
    ]
    guard !fit.isPoint else { return figures.compactMap(\.self) }
    if !(fit.unadjusted is MaximumLikelihoodRun) {
      figures.append(
        try numbers.priorAndPosterior(
          problem.posterior, key: context.key.foldIn(FigureKeys.prior), pool: context.pool))
    }
    let chains = ChainFigures(posterior: posterior, sites: sites)
    let isChain = posterior.statistics.find("energy") != nil || posterior.chains > 1
    figures += [
      isChain ? try chains.traces() : nil, try chains.ranks(), try chains.energy(),
      try chains.pairs(),
    ]
    if let predictions = try leftOut(draws: posterior.draws.count) {
      figures += [try predictions.transforms(), try predictions.khats()]
    }
    return figures.compactMap(\.self)
  }

  /// The scores of observations that are left out by importance weights; nil where there are none.
  private func leftOut(draws: Int) throws -> PredictionFigures? {
    if let model = model as? any ComparableModel { return try leftOut(model, draws) }
    return try leftOut(LikelihoodComparison(model: model), draws)
  }

  private func leftOut<C: ComparableModel>(
    _ model: C, _ draws: Int
  ) throws -> PredictionFigures? {
    guard let fitted = fitted(of: model) else { return nil }
    do {
      let observations = try model.observations(fitted.options, fitted.dataset)
      guard observations.count * draws <= 10_000_000 else { return nil }
      let efficiency = try fitted.posterior().meanRelativeEfficiency
      let scores = try model.scores(
        fitted, of: Array(observations.indices), in: fitted.dataset,
        .leaveOneOut(relativeEfficiency: efficiency))
      return PredictionFigures(observations: observations, scores: scores, draws: draws)
    } catch is ComparisonError {
      // A model whose observations cannot be told apart has no such figures.
      return nil
    }
  }

  /// This fit, of the model's posterior without an adjustment, as that of a model that is compared.
  private func fitted<C: ComparableModel>(of model: C) -> FittedModel<C>? {
    let own = FittedModel(
      model: self.model, options: options, dataset: dataset, problem: problem,
      fit: fit.unadjusted, context: context)
    if let own = own as? FittedModel<C> { return own }
    guard let model = model as? LikelihoodComparison<M> else { return nil }
    return FittedModel<LikelihoodComparison<M>>(
      model: model, options: options, dataset: .init(data: dataset), problem: problem,
      fit: fit.unadjusted, context: context) as? FittedModel<C>
  }
}

extension FittableModel {
  public func figures(_ fitted: FittedModel<Self>) throws -> [CaptionedFigure] {
    try fitted.generalFigures()
  }
}

/// The purposes of keys of figures; smaller numbers are those of fits, predictions and models.
private enum FigureKeys {
  static let prior: UInt32 = 101
}
