import Inference
import PPL

/// An inference backend that fits a guide by the evidence lower bound, with Adam.
struct GuideBackend: InferenceBackend {
  let name: String
  let summary: String
  /// The family of the backend's guide; nil if `--guide` chooses it.
  var family: GuideFamily?

  func run(
    _ problem: InferenceProblem, _ options: SVIOptions, in context: FitContext
  ) throws -> any Fit {
    if let family, let chosen = options.guide, chosen != family {
      throw InferenceOptionError(
        "--guide \(chosen) does not apply to --backend \(name), whose guide is \(family); "
          + "leave one of them out.")
    }
    let guide = family ?? options.guide ?? problem.guide ?? .normal
    if [.delta, .laplace].contains(guide), options.particles > 1 {
      throw InferenceOptionError(
        "--particles \(options.particles) does not apply to the guide \(guide), whose draws are all its mode; "
          + "leave it out.")
    }
    let run = try SVIRun(
      guide.svi(problem, options), steps: options.steps, learningRate: options.learningRate,
      isAveraged: options.average || options.stopWhenConverged,
      stopsWhenConverged: options.stopWhenConverged, in: context)
    if guide == .laplace { try run.requireMode(in: context) }
    return run
  }
}

extension GuideFamily {
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
