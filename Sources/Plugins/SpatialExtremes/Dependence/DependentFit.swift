import Inference
import PPL
import Parallel
import Plugins
import Runs

/// A fit of independent stations with what was done about their dependence: draws that are widened, or a reason why not.
struct DependentFit: Fit {
  /// The fit with the posterior of independent stations.
  let base: any Fit
  let outcome: Outcome

  /// The treatment of the dependence within a year.
  enum Outcome: Sendable {
    /// The draws of the fit are kept, for a reason in words, without a full stop.
    case unchanged(reason: String)
    /// The draws are widened.
    case widened(PosteriorAdjustment, of: LogDensity, by: DependenceMethod)
    /// Standard errors of maximum likelihood take years, not stations, as independent.
    case clusteredErrors
  }

  var course: FitCourse { base.course }
  var files: [OutputFile] { base.files }
  var checkpoint: OutputFile? { base.checkpoint }
  var profile: Profile? { base.profile }
  var isPoint: Bool { base.isPoint }
  var unadjusted: any Fit { base }
  var remedyOfInfiniteDraws: String { base.remedyOfInfiniteDraws }

  func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior {
    let posterior = try base.posterior(draws: count, key: key, pool: pool)
    guard case .widened(let adjustment, let density, _) = outcome else { return posterior }
    return try adjustment.adjusted(posterior, of: density, pool: pool)
  }

  func predictions(
    _ model: Model<Void>, draws count: Int, key: RandomKey, sites: Set<String>?, pool: WorkPool
  ) throws -> Draws {
    guard case .widened = outcome else {
      return try base.predictions(model, draws: count, key: key, sites: sites, pool: pool)
    }
    let (modelKey, drawsKey) = key.split()
    let posterior = try posterior(draws: count, key: drawsKey, pool: pool)
    return try Predictive(model, given: posterior.draws)(key: modelKey, sites: sites, pool: pool)
  }
}
