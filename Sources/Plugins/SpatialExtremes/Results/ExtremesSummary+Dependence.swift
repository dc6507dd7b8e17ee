import Inference
import PPL
import Plugins

extension ExtremesSummary {
  /// The dependence that a fit leaves between the stations of a year; nil for one station.
  ///
  /// - Parameters:
  ///   - fitted: The fit.
  ///   - model: The model.
  ///   - means: The posterior means of the sites as a single draw.
  ///   - predictions: The joint draws of posterior and model.
  ///   - posterior: The draws of the posterior.
  static func dependence(
    of fitted: FittedModel<ExtremesCommand<M>>, _ model: M, _ means: Draws, _ predictions: Draws,
    _ posterior: Posterior
  ) throws -> DependenceReport? {
    let data = fitted.dataset.data
    guard data.stations.count > 1 else { return nil }
    let climates = data.years.indices.map(data.climate)
    // Given the anomalies of the years, where the model has them.
    let gev = try model.plugInOfYears(means, predictions, in: climates)
    let residual = ResidualDependence(
      gev, model.data,
      correlations: model.correlation(means, at: .stations)?.scalars)
    let fit = fitted.fit as? DependentFit
    var deviations: [DependenceReport.Deviation] = []
    var method =
      model.correlation(means, at: .stations) == nil
      ? DependenceMethod.independent : .copula
    if let fit, case .widened(_, _, let by) = fit.outcome {
      method = by
      let base = try fit.base.posterior(
        draws: fitted.settings.draws, key: posteriorKey(of: fitted),
        pool: fitted.context.pool
      ).draws
      deviations = model.parameters.map(\.site).compactMap { site in
        guard let before = base.find(site), before.rank == 1, let after = posterior.draws.find(site)
        else { return nil }
        return .init(
          name: site, before: before.variance().scalar.squareRoot(),
          after: after.variance().scalar.squareRoot())
      }
    } else if case .clusteredErrors? = fit?.outcome {
      method = .adjusted
    }
    return DependenceReport(
      residual: residual, outcome: fit?.outcome, method: method,
      hasAnomaly: model.anomaly != nil, deviations: deviations)
  }
}
