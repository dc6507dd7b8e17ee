import ArgumentParser
import Inference
import PPL
import Runs

/// A family of automatic guides, as `--guide` names it.
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
  /// A point.
  case delta
  /// A normal distribution with the curvature at the mode.
  case laplace

  public var description: String { rawValue }

  /// The fit of a guide of this family.
  func svi(_ problem: InferenceProblem, _ settings: FitOptions) -> SVI {
    let (posterior, scale) = (problem.posterior, problem.startingDeviation)
    let start = problem.start ?? .uniform()
    func svi(_ guide: some Guide) -> SVI {
      SVI(
        posterior, guide: guide, optimizer: settings.optimizer,
        loss: TraceELBO(particles: settings.inference.particles))
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

/// A backend that fits a guide by the evidence bound, with Adam.
struct GuideBackend: InferenceBackend {
  let name: String
  let summary: String
  /// The family that the backend stands for; nil where `--guide` chooses it.
  var family: GuideFamily?

  func run(
    _ problem: InferenceProblem, _ settings: FitOptions, control: RunControl
  ) throws -> FitRun {
    let chosen = settings.inference.guide
    if let family, let chosen, chosen != family {
      throw InferenceOptionError(
        "--guide \(chosen) has no use with --backend \(name), whose guide is \(family); "
          + "leave one of them out.")
    }
    let svi = (family ?? chosen ?? .normal).svi(problem, settings)
    return try FitRun(
      svi, settings, conditions: problem.conditions + settings.inferenceConditions,
      control: control)
  }
}

extension FitRun {
  /// Runs the fit of a problem by the backend that `--backend` names.
  ///
  /// - Throws: As `InferenceBackend.run(_:_:control:)`.
  public init(
    _ problem: InferenceProblem, _ settings: FitOptions, control: RunControl
  ) throws {
    let inference = settings.inference
    self = try inference.backends.backend(named: inference.backend)
      .run(problem, settings, control: control)
  }
}
