import LinearAlgebra

extension Innovations {
  /// The innovations of a forecast, with their covariance by a filter.
  init(of forecast: FilterState, _ filter: some Filter, _ seen: Observations) {
    self.init(
      seen, from: forecast.estimate,
      factor: filter.innovationCovariance(
        of: forecast, points: seen.points, variances: seen.variances
      ).flatMap { try? CholeskyFactor(factoring: $0) })
  }
}
