import Inference
import PPL

/// Nested Laplace for models with a Gaussian part: `--backend nested-laplace`.
struct NestedLaplaceBackend: InferenceBackend {
  let name = "nested-laplace"
  let summary = "Laplace's method for Gaussian sites at each of many hyperparameters"

  func unreadFlags(_ options: NestedLaplaceOptions, of problem: InferenceProblem) -> [UnreadFlag] {
    [.profile(of: self)]
  }

  func memory(_ options: NestedLaplaceOptions, draws: Int, threads: Int) -> MethodMemory {
    var memory = MethodMemory()
    // A value, a gradient and a block of the Hessian in each thread.
    memory.programs = 4 * threads
    memory.directions = 48 * threads
    // The factor of the precision at each point; a design for quadrature has some hundreds.
    memory.matrices = (options.exploration == .importance ? options.points : 300) + 4 * threads
    memory.vectors = 2 * max(4 * draws, 4_000)
    return memory
  }

  func run(
    _ problem: InferenceProblem, _ options: NestedLaplaceOptions, in context: FitContext
  ) throws -> any Fit {
    let exploration: HyperparameterExploration =
      switch options.exploration {
      case .importance: .importance(points: options.points)
      case .quadrature: .quadrature
      }
    return try NestedLaplaceRun(
      NestedLaplace(
        latent: options.names ?? problem.gaussianSites, exploration: exploration,
        draws: context.settings.draws, isCorrected: !options.noCorrection),
      of: problem, in: context)
  }
}
