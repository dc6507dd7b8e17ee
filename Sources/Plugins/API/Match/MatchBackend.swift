import Inference
import PPL

/// Batch and match, a normal distribution fitted to scores: `--backend match`.
struct MatchBackend: InferenceBackend {
  let name = "match"
  let summary =
    "a normal distribution matched to gradients of the log density, weighted by importance"

  func run(
    _ problem: InferenceProblem, _ options: MatchOptions, in context: FitContext
  ) throws -> any Fit {
    try MatchRun(
      BatchAndMatch(
        batch: options.batch, iterations: options.iterations, rank: options.rank,
        tolerance: options.tolerance), of: problem, in: context)
  }
}
