import Inference
import PPL
import Parallel
import Runs

/// A fitted posterior, the result of an inference backend.
///
/// Reports and files are made from the draws of `posterior(draws:key:pool:)`, for any backend.
public protocol Fit: Sendable {
  /// The diagnostics of the fit.
  var course: FitCourse { get }

  /// The fit with a course that tells whether its draws can be trusted; itself by default.
  ///
  /// It is called once, when the fit has ended.
  ///
  /// - Parameter context: The flags of every fit, the key and the threads.
  func judged(in context: FitContext) -> any Fit

  /// The posterior as draws.
  ///
  /// - Parameters:
  ///   - count: The number of draws of each chain.
  ///   - key: The key of the draws; unused by a sampler, which has its draws already.
  ///   - pool: The threads that share the draws.
  func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior

  /// Draws of a model at draws of the posterior.
  ///
  /// - Parameters:
  ///   - model: The model to predict with: the fitted one without its data, or at other places.
  ///   - count: The number of draws of each chain.
  ///   - key: The key of the draws.
  ///   - sites: The sites to keep; by default all that are not in the posterior.
  ///   - pool: The threads that share the draws.
  func predictions(
    _ model: Model<Void>, draws count: Int, key: RandomKey, sites: Set<String>?, pool: WorkPool
  ) throws -> Draws

  /// The files of the fit in addition to its checkpoint, such as `losses.csv`; none by default.
  var files: [OutputFile] { get }
  /// The file from which `--resume` continues; nil by default.
  var checkpoint: OutputFile? { get }
  /// The time of a step by operation and by site, if `--profile` asks for it; nil by default.
  var profile: Profile? { get }

  /// Whether all draws are one point, which has no standard deviation and no quantiles; false by default.
  var isPoint: Bool { get }

  /// The fit with the draws of the model's posterior, where the model has adjusted them; itself by default.
  var unadjusted: any Fit { get }

  /// The remedy for draws that are not finite, without a full stop; narrower priors by default.
  var remedyOfInfiniteDraws: String { get }
}

extension Fit {
  public var files: [OutputFile] { [] }
  public var checkpoint: OutputFile? { nil }
  public var profile: Profile? { nil }
  public var isPoint: Bool { false }
  public var unadjusted: any Fit { self }
  public var remedyOfInfiniteDraws: String { "take narrower priors" }
  public func judged(in context: FitContext) -> any Fit { self }

  public func predictions(
    _ model: Model<Void>, draws count: Int, key: RandomKey, sites: Set<String>?, pool: WorkPool
  ) throws -> Draws {
    let (modelKey, drawsKey) = key.split()
    let posterior = try posterior(draws: count, key: drawsKey, pool: pool)
    return try Predictive(model, given: posterior.draws)(key: modelKey, sites: sites, pool: pool)
  }
}
