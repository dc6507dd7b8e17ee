import ArgumentParser

/// A family of automatic guides, the value of `--guide`.
public enum GuideFamily: String, Sendable, CaseIterable, ExpressibleByArgument,
  CustomStringConvertible
{
  /// Independent normal distributions, site by site.
  case normal
  /// A normal distribution with a diagonal covariance over all sites.
  case diagonal
  /// A normal distribution with a full covariance.
  case mvn
  /// A normal distribution with a covariance of low rank plus a diagonal.
  case lowrank
  /// A point, the mode of the posterior.
  case delta
  /// A normal distribution with the curvature at the mode.
  case laplace

  public var description: String { rawValue }
}
