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
        "--guide \(chosen) has no use with --backend \(name), whose guide is \(family); "
          + "leave one of them out.")
    }
    let guide = family ?? options.guide ?? problem.guide ?? .normal
    return try SVIRun(
      guide.svi(problem, options), steps: options.steps, learningRate: options.learningRate,
      in: context)
  }
}
