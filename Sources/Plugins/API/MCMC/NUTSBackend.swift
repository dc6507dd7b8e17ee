import Inference
import PPL

/// The No-U-Turn sampler and its kin: `--backend nuts`.
struct NUTSBackend: InferenceBackend {
  let name = "nuts"
  let summary = "draws of the exact posterior by the No-U-Turn sampler"

  /// As many draws of each chain as of its warm-up.
  ///
  /// With fewer, the noise of R-hat alone is often above 1.01 for one of a hundred parameters.
  let defaultFlags = ["--draws", "1000"]

  func unreadFlags(_ options: SamplerOptions, of problem: InferenceProblem) -> [UnreadFlag] {
    [.profile(of: self)]
  }

  func memory(_ options: SamplerOptions, draws: Int, threads: Int) -> MethodMemory {
    var memory = MethodMemory()
    memory.programs = min(options.chains, threads)
    // A dense mass matrix has its factor in each chain, and there are copies while it is estimated.
    if options.massMatrix == .dense { memory.matrices = options.chains + 3 * memory.programs }
    // The draws as they are kept, as a posterior, and as the columns of its file.
    memory.vectors = 3 * options.chains * draws
    return memory
  }

  func run(
    _ problem: InferenceProblem, _ options: SamplerOptions, in context: FitContext
  ) throws -> any Fit {
    let (family, target) = (options.massMatrix, options.targetAcceptance)
    let depth = options.maxTreeDepth
    func run(_ sampler: some Sampler) throws -> any Fit {
      try SamplerRun(
        MCMC(
          sampler, chains: options.chains, warmup: options.warmup, draws: context.settings.draws),
        from: options.start.points(of: problem), of: problem, in: context)
    }
    return switch options.sampler {
    case .nuts:
      try run(NUTS(massMatrix: family, targetAcceptance: target, maxTreeDepth: depth))
    case .walnuts:
      try run(WALNUTS(massMatrix: family, targetAcceptance: target, maxTreeDepth: depth))
    case .hmc: try run(HMC(massMatrix: family, targetAcceptance: target))
    }
  }
}

extension SamplerStart {
  /// The starting points of chains of a problem; nil for its own.
  fileprivate func points(of problem: InferenceProblem) -> ChainStart? {
    switch self {
    case .model: nil
    case .prior: .rule(.sample)
    case .pathfinder: .pathfinder(start: problem.start ?? .uniform())
    }
  }
}
