import Inference
import PPL
import Plugins
import Runs

extension ExtremesCommand {
  /// The fit with draws that are widened for the dependence of stations within a year, as `--dependence` says.
  ///
  /// Without the flag, fits of own data with several stations are widened if that is possible, and the embedded example is not.
  /// An interruption leaves the draws of a fit as they are, and the report says so.
  ///
  /// - Throws: `DependenceError` for a treatment of the flag that is not possible; `Interrupted` for a restored fit; what the
  ///   model throws.
  public func adjusted(
    _ fit: any Fit, _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset,
    _ problem: InferenceProblem, in context: FitContext
  ) throws -> any Fit {
    guard let method = widening(options, dataset) else { return fit }
    if fit.isPoint {
      guard let given = options.dependence else { return fit }
      throw DependenceError(given, "a fit to a point has no draws", remedy: "take --backend nuts")
    }
    do {
      return try widened(fit, method, options, problem, in: context)
    } catch is CancellationError where !context.control.shouldContinue {
      // Predictions of a fit whose intervals are to be widened need that; a fit keeps what it has.
      if context.isRestoring { throw Interrupted() }
      return DependentFit(base: fit, outcome: .unchanged(reason: DependenceError.interruption))
    } catch {
      guard let reason = DependenceError.reason(error) else { throw error }
      guard let given = options.dependence else {
        return DependentFit(base: fit, outcome: .unchanged(reason: reason))
      }
      throw DependenceError(given, reason, remedy: "take --dependence independent")
    }
  }

  /// The method by which the draws of a fit are widened; nil where they are not.
  func widening(_ options: ExtremesOptions<M>, _ dataset: ExtremesDataset) -> DependenceMethod? {
    let data = dataset.data
    let isUsual = dataset.truth == nil && data.stations.count > 1 && data.years.count > 1
    let method = options.dependence ?? (isUsual ? .adjusted : .independent)
    // A model with a dependence of its own has an honest posterior.
    return method.widensDraws && !M.hasDependence ? method : nil
  }

  private func widened(
    _ fit: any Fit, _ method: DependenceMethod, _ options: ExtremesOptions<M>,
    _ problem: InferenceProblem, in context: FitContext
  ) throws -> any Fit {
    if let run = fit as? MaximumLikelihoodRun {
      guard method == .adjusted else {
        throw DependenceError(
          method, "maximum likelihood has no draws of a posterior",
          remedy: "take --dependence adjusted")
      }
      guard run.fit.clusters == nil else { return fit }
      return DependentFit(
        base: try run.clustered(by: .axis(1), of: problem), outcome: .clusteredErrors)
    }
    let density = try LogDensity(problem.posterior)
    let control = context.control
    let interruptible = density.interruptible { !control.shouldContinue }
    let posterior = try fit.posterior(
      draws: context.settings.draws, key: context.drawsKey, pool: context.pool)
    let start = Dictionary(
      uniqueKeysWithValues: density.vector.sites.compactMap { site in
        posterior.draws.find(site.name).map { (site.name, $0.mean(along: [0])) }
      })
    let adjustment: PosteriorAdjustment
    if M.hasAnomaly(with: options.priors) {
      // Means and covariances of draws that are not of the posterior say nothing of it.
      if let khat = fit.course.diagnostics.khat, !(khat <= 0.7) {
        throw PosteriorAdjustmentError.untrustedDraws(khat: khat)
      }
      // What the anomalies explain is in the posterior; the draws are widened for what they leave.
      adjustment = try .sandwich(
        of: interruptible, clusters: .axis(1), effects: [YearAnomaly.whitenedSite],
        draws: posterior.draws, pool: context.pool)
    } else if method == .resample {
      adjustment = try .resampled(
        options.resamples, of: interruptible, clusters: .axis(1), start: start,
        key: context.key.foldIn(ExtremesKeys.resampledYears), pool: context.pool)
    } else {
      adjustment = try .sandwich(
        of: interruptible, clusters: .axis(1), start: start, pool: context.pool)
    }
    return DependentFit(base: fit, outcome: .widened(adjustment, of: density, by: method))
  }

  /// Refuses a treatment of dependence that the model or the data do not have.
  func checkDependence(
    _ options: ExtremesOptions<M>, _ data: StationMaxima
  ) throws(DependenceError) {
    guard let method = options.dependence else { return }
    if M.hasDependence, method != .copula {
      throw DependenceError(
        method, "\(M.name) has a dependence of its own, its copula", remedy: "leave it out")
    }
    if method == .copula, M.hasAnomaly(with: options.priors) {
      throw DependenceError(
        method, "the model has an anomaly of the year for the dependence within it",
        remedy: "leave one of them out")
    }
    if method == .resample, M.hasAnomaly(with: options.priors) {
      throw DependenceError(
        method,
        "a mode of the anomalies and of their variance is no estimate, which refits look for",
        remedy: "take --dependence adjusted")
    }
    if method != .independent, data.stations.count < 2 {
      throw DependenceError(method, "the data have one station", remedy: "leave it out")
    }
    if method == .copula, !(M.self is any FamilyModel.Type) {
      throw DependenceError(
        method, "\(M.name) is no sum of terms", remedy: "take --dependence adjusted")
    }
  }
}
