import ArgumentParser
import Inference
import PPL

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

  /// The variational inference of a problem with a guide of this family.
  func svi(_ problem: InferenceProblem, _ options: SVIOptions) -> SVI {
    let (posterior, scale) = (problem.posterior, problem.startingDeviation)
    let start = problem.start ?? .uniform()
    func svi(_ guide: some Guide) -> SVI {
      SVI(
        posterior, guide: guide, optimizer: options.optimizer,
        loss: TraceELBO(particles: options.particles))
    }
    return switch self {
    case .normal: svi(AutoNormal(posterior, initialization: start, scale: scale))
    case .diagonal: svi(AutoDiagonalNormal(posterior, initialization: start, scale: scale))
    case .mvn: svi(AutoMultivariateNormal(posterior, initialization: start, scale: scale))
    case .lowrank:
      svi(AutoLowRankMultivariateNormal(posterior, initialization: start, scale: scale))
    case .delta: svi(AutoDelta(posterior, initialization: problem.start ?? .median()))
    case .laplace: svi(AutoLaplaceApproximation(posterior, initialization: start))
    }
  }
}
