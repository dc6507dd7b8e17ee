import Inference
import PPL

/// The No-U-Turn sampler: `--backend nuts`.
struct NUTSBackend: InferenceBackend {
  let name = "nuts"
  let summary = "draws of the exact posterior by the No-U-Turn sampler"

  func run(
    _ problem: InferenceProblem, _ options: SamplerOptions, in context: FitContext
  ) throws -> any Fit {
    try SamplerRun(
      MCMC(
        NUTS(
          massMatrix: options.massMatrix, targetAcceptance: options.targetAcceptance,
          maxTreeDepth: options.maxTreeDepth), chains: options.chains, warmup: options.warmup,
        draws: context.settings.draws), of: problem, in: context)
  }
}
