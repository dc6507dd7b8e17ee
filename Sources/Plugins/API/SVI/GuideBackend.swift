import Inference
import PPL

/// An inference backend that fits a guide by the evidence lower bound, with Adam.
struct GuideBackend: InferenceBackend {
  let name: String
  let summary: String
  /// The family of the backend's guide; nil if `--guide` chooses it.
  var family: GuideFamily?

  /// The family of the guide of a problem.
  private func guide(_ options: SVIOptions, of problem: InferenceProblem) -> GuideFamily {
    family ?? options.guide ?? problem.guide ?? .normal
  }

  func unreadFlags(_ options: SVIOptions, of problem: InferenceProblem) -> [UnreadFlag] {
    var flags: [UnreadFlag] = []
    if let family, let chosen = options.guide, chosen != family {
      flags.append(
        UnreadFlag(
          "--guide", "\(chosen)", by: "--backend \(name), whose guide is \(family)",
          remedy: "leave one of them out"))
    }
    let guide = guide(options, of: problem)
    if [.delta, .laplace].contains(guide), options.particles > 1 {
      flags.append(
        UnreadFlag(
          "--particles", "\(options.particles)",
          by: "the guide \(guide), whose draws are all its mode"))
    }
    return flags
  }

  func memory(_ options: SVIOptions, draws: Int, threads: Int) -> MethodMemory {
    var memory = MethodMemory()
    // The factor, its gradient and the moments of Adam, and copies of them; of the Laplace approximation the Hessian.
    if [.mvn, .laplace].contains(family ?? options.guide) { memory.matrices = 10 }
    // The draws by which the guide is judged.
    memory.vectors = 32_000 + 3 * draws
    return memory
  }

  func run(
    _ problem: InferenceProblem, _ options: SVIOptions, in context: FitContext
  ) throws -> any Fit {
    let guide = guide(options, of: problem)
    let svi = guide.svi(problem, options)
    let run = try SVIRun(
      svi, steps: options.steps, learningRate: options.learningRate,
      isAveraged: options.average || options.stopWhenConverged,
      stopsWhenConverged: options.stopWhenConverged, in: context)
    if guide == .laplace { try run.requireMode(in: context) }
    return try guide == .delta ? run.asPoint(of: svi) : run
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
