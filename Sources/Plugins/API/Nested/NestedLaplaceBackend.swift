import Inference
import PPL

/// Nested Laplace for models with a Gaussian part: `--backend nested-laplace`.
struct NestedLaplaceBackend: InferenceBackend {
  let name = "nested-laplace"
  let summary = "Laplace's method for Gaussian sites at each of many hyperparameters"

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
