import Inference
import PPL
import Plugins

extension ExtremesCommand {
  /// The fit with draws that are widened for the dependence of stations within a year, as `--dependence` says.
  ///
  /// Without the flag, fits of own data with several stations are widened if that is possible, and the embedded example is not.
  public func adjusted(
    _ fit: any Fit, _ options: ExtremesOptions<M>, _ dataset: ExtremesDataset,
    _ problem: InferenceProblem, in context: FitContext
  ) throws -> any Fit {
    guard widening(options, dataset) != nil else { return fit }
    guard let given = options.dependence else {
      guard !fit.isPoint else { return fit }
      do {
        return try widened(fit, .adjusted, options, problem, in: context)
      } catch {
        return DependentFit(base: fit, outcome: .unchanged(reason: DependenceError.reason(error)))
      }
    }
    if fit.isPoint {
      throw DependenceError(given, "a fit to a point has no draws", remedy: "take --backend nuts")
    }
    do {
      return try widened(fit, given, options, problem, in: context)
    } catch let error as DependenceError {
      throw error
    } catch {
      throw DependenceError(
        given, DependenceError.reason(error), remedy: "take --dependence independent")
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
    let posterior = try fit.posterior(
      draws: context.settings.draws, key: context.drawsKey, pool: context.pool)
    let start = Dictionary(
      uniqueKeysWithValues: density.vector.sites.compactMap { site in
        posterior.draws.find(site.name).map { (site.name, $0.mean(along: [0])) }
      })
    let adjustment: PosteriorAdjustment
    if method == .resample {
      adjustment = try .resampled(
        options.resamples, of: density, clusters: .axis(1), start: start,
        key: context.key.foldIn(5), pool: context.pool)
    } else {
      adjustment = try .sandwich(
        of: density, clusters: .axis(1), start: start, pool: context.pool)
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
    if method != .independent, data.stations.count < 2 {
      throw DependenceError(method, "the data have one station", remedy: "leave it out")
    }
    if method == .copula, !(M.self is any FamilyModel.Type) {
      throw DependenceError(
        method, "\(M.name) is no sum of terms", remedy: "take --dependence adjusted")
    }
  }
}
