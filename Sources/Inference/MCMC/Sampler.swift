import PPL

/// A Markov chain Monte Carlo sampler: a transition that leaves the posterior invariant, adapted during a warm-up.
///
///     struct Walk: Sampler {
///       struct State: SamplerState { var position: [Double]; … }
///       func step(_ state: inout State, of density: borrowing GradientEvaluator, key: RandomKey) throws { … }
///     }
///     let run = try MCMC(Walk(), chains: 4).run(posterior, key: RandomKey(0))
///
/// Everything that a chain needs to continue is in its state, so that a stored state continues with the same digits.
public protocol Sampler: Sendable {
  /// The state of one chain.
  associatedtype State: SamplerState

  /// The name of the algorithm, such as "NUTS".
  var name: String { get }
  /// The settings in words by name, which a posterior keeps.
  var settings: [String: String] { get }
  /// The names of the numbers that a state has of its last transition, in their order.
  var statistics: [String] { get }

  /// Checks the settings.
  ///
  /// - Throws: `InferenceError.argument` for one that is not allowed.
  func validate() throws(InferenceError)

  /// The sampler for the density of a model, with what it needs to know of its sites.
  ///
  /// - Parameter vector: The sites and their elements in the unconstrained vector.
  /// - Throws: `InferenceError` for sites that the model does not have.
  func prepared(for vector: LatentVector) throws -> Self

  /// The state of a chain before its first transition.
  ///
  /// - Parameters:
  ///   - point: The unconstrained vector `[n]` to start from, of finite log density.
  ///   - density: The evaluator of the log density and its gradient.
  ///   - warmup: The number of transitions that adapt the sampler; none if 0.
  ///   - key: The random numbers of the start.
  func initialState(
    at point: [Double], of density: borrowing GradientEvaluator, warmup: Int, key: RandomKey
  ) throws -> State

  /// The state of a chain whose warm-up begins with a mass matrix, as of `ChainStart.preconditioned(by:)`.
  ///
  /// By default an error, for a sampler that has no mass matrix.
  ///
  /// - Parameters:
  ///   - point: The unconstrained vector `[n]` to start from, of finite log density.
  ///   - massMatrix: The inverse mass matrix, an estimate of the posterior covariance of n values.
  ///   - density: The evaluator of the log density and its gradient.
  ///   - warmup: The number of transitions that adapt the sampler; none if 0.
  ///   - key: The random numbers of the start.
  /// - Throws: `InferenceError.argument` if the sampler has no mass matrix.
  func initialState(
    at point: [Double], massMatrix: MassMatrix, of density: borrowing GradientEvaluator,
    warmup: Int, key: RandomKey
  ) throws -> State

  /// Makes one transition, and adapts the sampler if the state is within its warm-up.
  func step(
    _ state: inout State, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws
}

/// A sampler that can update a part of a vector, as a block of `Gibbs` does: the density of the part may change between
/// its transitions.
public protocol BlockSampler: Sampler {
  /// Evaluates anew what the state keeps of the density, which has changed since the last transition.
  ///
  /// - Throws: What the model throws where it is recorded anew.
  func refresh(_ state: inout State, of density: borrowing GradientEvaluator) throws
}

/// The state of a chain of a sampler.
public protocol SamplerState: Sendable, Codable {
  /// The unconstrained vector `[n]`.
  var position: [Double] { get }
  /// The numbers of the last transition, as many as the sampler's `statistics`.
  var statistics: [Double] { get }
}

extension Sampler {
  public var settings: [String: String] { [:] }
  public func validate() throws(InferenceError) {}
  public func prepared(for vector: LatentVector) throws -> Self { self }
  public func initialState(
    at point: [Double], massMatrix: MassMatrix, of density: borrowing GradientEvaluator,
    warmup: Int, key: RandomKey
  ) throws -> State {
    throw InferenceError.argument(
      of: name, found: "the start has a mass matrix",
      requirement: "must have none: the sampler has no use for it; take NUTS, HMC or WALNUTS")
  }
}
