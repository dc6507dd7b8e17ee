import ArgumentParser

/// The treatment of the dependence of stations within a year, the value of `--dependence`.
public enum DependenceMethod: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Stations of a year count as independent.
  case independent
  /// The draws are widened by the scores of the years, a sandwich covariance.
  case adjusted
  /// The draws are widened by refits to resampled years.
  case resample
  /// The model has a Gaussian copula over the stations of a year.
  case copula

  /// Whether the posterior takes stations as independent, and its draws are widened.
  var widensDraws: Bool { self == .adjusted || self == .resample }
}
