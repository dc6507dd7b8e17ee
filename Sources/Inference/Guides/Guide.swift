import PPL
import Parallel
import Preconditions

/// A variational guide: a family of approximate posteriors.
///
/// A guide is a model whose `parameter` sites are optimized by a fit and whose latent sites are those of the model that it
/// approximates. An automatic guide must run that model first, so that preparing it is a separate step.
public protocol Guide: Sendable {
  /// The family as a model, its parameters at their starting values.
  ///
  /// - Parameter key: The guide's seed, from which an automatic guide takes its starting point.
  /// - Throws: `ModelError` and `InferenceError`, when the model cannot be run or started.
  func prepared(key: RandomKey) throws -> any PreparedGuide
}

/// A prepared guide, whose sites are known.
public protocol PreparedGuide: Sendable {
  /// The guide as a model.
  var model: Model<Void> { get }

  /// The guide as a model at fitted parameters, whose draws are those of `draws(_:parameters:key:pool:)`; by default `model`.
  ///
  /// - Parameter parameters: The fitted parameters by name, on their supports.
  /// - Throws: Where the guide has no distribution there, as `InferenceError.notAMode`.
  func fittedModel(_ parameters: [String: Tensor]) throws -> Model<Void>

  /// Draws of the latent sites at fitted parameters, each `[count] + shape`, in site order.
  ///
  /// - Parameters:
  ///   - count: The number of draws.
  ///   - parameters: The fitted parameters by name, on their supports.
  ///   - key: The key of the draws.
  ///   - pool: The threads that may share the draws.
  func draws(
    _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
  ) throws -> Draws

  /// The latent sites at quantiles of the family, each `[levels] + shape`; nil where the family has none in closed form.
  func quantiles(_ levels: [Double], parameters: [String: Tensor]) throws -> Draws?

  /// The log density of the fitted guide over unconstrained values of the latent sites; by default the sum over the sites of
  /// `fittedModel(_:)` and over the log Jacobians of the maps onto their supports.
  ///
  /// - Parameters:
  ///   - parameters: The fitted parameters by name, on their supports.
  ///   - target: The joint density of the model, whose maps are used.
  /// - Returns: A function of a value for each latent site, by name; its result is a scalar.
  /// - Throws: `InferenceError.guideWithoutDensity`, here or from the function, for a site that is a point or that the values
  ///   of the latent sites do not determine; as `fittedModel(_:)`.
  func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity
}

extension PreparedGuide {
  public func fittedModel(_ parameters: [String: Tensor]) throws -> Model<Void> {
    model.under(Substitute(parameters))
  }

  public func draws(
    _ count: Int, parameters: [String: Tensor], key: RandomKey, pool: WorkPool
  ) throws -> Draws {
    let fitted = try fittedModel(parameters)
    return try Draws.mapped(keys: key.split(count), pool: pool) { key, _ in
      try fitted.seeded(by: key).trace().latent.filter { !$0.configuration.isAuxiliary }
        .compactMap { site in site.value.map { (site.name, $0) } }
    }
  }

  public func quantiles(_ levels: [Double], parameters: [String: Tensor]) -> Draws? { nil }
}

/// A hand-written guide.
extension Model: Guide, PreparedGuide where Output == Void {
  public var model: Model<Void> { self }
  public func prepared(key: RandomKey) throws -> any PreparedGuide { self }
}

extension Guide {
  /// Unavailable: a guide takes a model.
  @available(
    *, unavailable,
    message: "a guide takes a model, not a closure: AutoNormal(Model { p in … })"
  )
  public init(_ body: (inout Context) -> some Any) { unavailable() }
}
