import Inference
import PPL

/// Maximum likelihood, without priors: `--backend mle`.
struct MaximumLikelihoodBackend: InferenceBackend {
  let name = "mle"
  let summary = "maximum likelihood estimates, without priors, and their asymptotic distribution"

  func run(
    _ problem: InferenceProblem, _ options: MaximumLikelihoodOptions, in context: FitContext
  ) throws -> any Fit {
    try MaximumLikelihoodRun(
      MaximumLikelihood(starts: options.starts), clusters: options.clusters, of: problem,
      in: context)
  }
}
