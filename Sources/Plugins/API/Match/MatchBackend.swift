import Inference
import PPL

/// Batch and match, a normal distribution fitted to scores: `--backend match`.
struct MatchBackend: InferenceBackend {
  let name = "match"
  let summary =
    "a normal distribution matched to gradients of the log density, weighted by importance"

  func unreadFlags(_ options: MatchOptions, of problem: InferenceProblem) -> [UnreadFlag] {
    [.profile(of: self)]
  }

  func memory(_ options: MatchOptions, draws: Int, threads: Int) -> MethodMemory {
    var memory = MethodMemory()
    // A gradient, and a product with the Hessian in the search for the mode, which is three times as large.
    memory.programs = 4 * threads
    // Eigenvectors of the search in each thread; the start, the fit, and what an iteration has for the next one.
    memory.matrices = 8 + 4 * threads
    // The importance draws with their slopes and copies.
    memory.vectors = 80_000
    return memory
  }

  func run(
    _ problem: InferenceProblem, _ options: MatchOptions, in context: FitContext
  ) throws -> any Fit {
    try MatchRun(
      BatchAndMatch(
        batch: options.batch, iterations: options.iterations, rank: options.rank,
        tolerance: options.tolerance), of: problem, in: context)
  }
}
