import Foundation
import PPL
import Parallel

/// The nested Laplace approximation of a model with a Gaussian part x: its hyperparameters θ are explored, and x is
/// integrated by Laplace's method at each of them.
///
///     let fit = try NestedLaplace(draws: 1_000).run(posterior, key: RandomKey(0))
///     print(fit)  // whether it can be believed, by the k-hat of its importance weights
///     print(try fit.posterior().table())
///
/// x are unconstrained values whose posterior given θ is near normal: whitened fields, effects with normal priors, and the
/// coefficients of regressions. For each θ Newton's method finds the mode x* of p(x | θ, y); then
///
///     log p(θ, y) ≈ log p(x*, θ, y) + n/2 log 2π - 1/2 log det(-H),    x | θ, y ≈ Normal(x*, (-H)⁻¹)
///
/// with the Hessian H of log p(x, θ, y) in x. This is exact where p(y | x, θ) is Gaussian in x. If `isCorrected`, draws of
/// (θ, x) are weighted by the exact joint density over that of the approximation, with Pareto smoothed weights, so that the
/// result is exact as the numbers of points and draws grow, for any model whose k-hat is small.
///
/// Results do not depend on the number of threads. It takes compiled densities: a model that reads values is refused.
///
/// - Complexity: For k hyperparameters, about 10 (2k + 1) + 2k² + points approximations, each of n products of the Hessian of
///   x with a vector and O(*n*³); for tens of hyperparameters take NUTS.
/// - Reference: Rue, Martino and Chopin (2009), *Approximate Bayesian inference for latent Gaussian models by using
///   integrated nested Laplace approximations*; Kristensen et al. (2016), *TMB*; Vehtari et al. (2024), *Pareto smoothed
///   importance sampling*.
public struct NestedLaplace: Sendable {
  /// The names of the sites of the Gaussian part; found from the priors if nil.
  public let latent: [String]?
  /// The points of the hyperparameters.
  public let exploration: HyperparameterExploration
  /// The number of draws.
  public let draws: Int
  /// Whether draws are weighted by the exact joint density.
  public let isCorrected: Bool

  /// An approximation with these settings.
  ///
  /// - Parameters:
  ///   - latent: The names of the sites of the Gaussian part. If nil, those with a normal prior of which no deviation and no
  ///     site of another family depends.
  ///   - exploration: The points of the hyperparameters.
  ///   - draws: The number of draws of the posterior.
  ///   - isCorrected: Whether draws are weighted by the exact joint density.
  public init(
    latent: [String]? = nil, exploration: HyperparameterExploration = .importance(),
    draws: Int = 1_000, isCorrected: Bool = true
  ) {
    (self.latent, self.exploration) = (latent, exploration)
    (self.draws, self.isCorrected) = (draws, isCorrected)
  }

  /// Approximates a posterior.
  ///
  /// - Parameters:
  ///   - model: The model conditioned on its data.
  ///   - start: The rule for the start of the search for the mode. Sites that `.values` does not name start at medians of
  ///     draws from their priors.
  ///   - key: The random numbers of start, points and draws.
  ///   - pool: The threads that share the points.
  ///   - progress: The display of the points.
  ///   - isInterrupted: Asked before every point, and several times for each Hessian.
  /// - Throws: `NestedLaplaceError`; `InferenceError` for settings that are not allowed, an unknown site, or where no start
  ///   has a finite density; `CancellationError` if interrupted; what the model throws.
  public func run<Output>(
    _ model: Model<Output>, start: Initialization = .median(), key: RandomKey,
    pool: WorkPool = .automatic, progress: ProgressDisplay = .automatic,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws -> NestedLaplaceFit {
    try exploration.validate()
    try demandCount(draws, "the number of draws")
    if let latent {
      try demand(
        Set(latent).count == latent.count, of: "NestedLaplace",
        "the Gaussian sites are \(latent.joined(separator: ", "))", "must be named once each")
    }
    let began = ContinuousClock.now
    let model = model.discardingOutput
    let logJoint = try LogJoint(model)
    let split = try LatentSplit(
      LatentVector(logJoint.sites), latent: latent ?? GaussianSites(of: model).names)
    let point = try split.vector.flat(
      logJoint.startWithMedians(start, key: key.foldIn(Purpose.start.rawValue))
    ).scalars
    var conditional = try ConditionalDensity(logJoint, split, at: point)
    conditional.isInterrupted = isInterrupted
    let marginal = try MarginalDensity(
      conditional: conditional, density: LogDensity(logJoint, at: point), pool: pool,
      isInterrupted: isInterrupted)
    let parts = split.parts(of: point)
    let (mode, explored, drawn): (MarginalMode, ExploredPoints, JointDraws)
    do {
      mode = try marginal.mode(theta: parts.theta, x: parts.x)
      explored = try self.explored(marginal, mode, key.foldIn(Purpose.points.rawValue), progress)
      drawn = try JointDraws(
        draws, from: explored, marginal, isCorrected: isCorrected,
        key: key.foldIn(Purpose.draws.rawValue))
    } catch is NestedLaplaceError where isInterrupted() {
      // Newton's method was broken off.
      throw CancellationError()
    }
    return NestedLaplaceFit(
      settings: self, density: marginal.density, split: split, mode: mode, explored: explored,
      drawn: drawn, key: key.foldIn(Purpose.deterministicSites.rawValue),
      seconds: (ContinuousClock.now - began) / .seconds(1))
  }

  private enum Purpose: UInt32 { case start, points, draws, deterministicSites }

  private func explored(
    _ marginal: MarginalDensity, _ mode: MarginalMode, _ key: RandomKey,
    _ progress: ProgressDisplay
  ) throws -> ExploredPoints {
    let points =
      switch exploration {
      case .importance(let count): SplitStudent(mode.scales).points(count, key: key)
      case .quadrature: IntegrationGrid.points(mode.scales)
      }
    let counter = progress.counter("nested Laplace", points.count)
    defer { counter.finish() }
    let evaluations = try marginal.evaluate(
      points.map { mode.coordinates.theta($0.w) }, from: mode.anchor, progress: counter)
    var isSmoothed = false
    if case .importance = exploration, !mode.scales.isEmpty { isSmoothed = true }
    return try ExploredPoints(
      points, evaluations, logUnit: mode.coordinates.logVolume, isSmoothed: isSmoothed)
  }
}
