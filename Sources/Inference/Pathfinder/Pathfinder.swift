import Foundation
import PPL
import Parallel

/// Pathfinder: normal approximations of a posterior from the inverse Hessians of several paths of L-BFGS, and draws of them
/// by importance resampling.
///
///     let fit = try Pathfinder().run(posterior, key: RandomKey(0))
///     print(fit.khat, fit.best.elbo)
///     let run = try MCMC(NUTS()).run(posterior, start: .pathfinder(), key: RandomKey(1))
///
/// A path begins in the tail and ends in a mode; between them, the approximation with the largest evidence lower bound is
/// near the bulk of the posterior, where chains should start. Paths into modes of little mass get little weight.
///
/// - Complexity: A path takes some tens of iterations, each one or two gradients and `elboDraws` values of the density.
/// - Reference: Zhang, Carpenter, Gelman and Vehtari (2022), *Pathfinder: parallel quasi-Newton variational inference*,
///   JMLR 23, algorithms 1 and 2. The importance weights have the mixture of all paths as their proposal.
public struct Pathfinder: Sendable {
  /// The number of paths.
  public let paths: Int
  /// The number of resampled draws.
  public let draws: Int
  /// The number of draws of each evidence lower bound.
  public let elboDraws: Int
  /// The number of steps from which the inverse Hessian is estimated.
  public let memory: Int
  /// The largest number of iterations of a path.
  public let iterations: Int

  /// Pathfinder with positive counts; `run` throws for others.
  public init(
    paths: Int = 8, draws: Int = 1_000, elboDraws: Int = 25, memory: Int = 6,
    iterations: Int = 1_000
  ) {
    (self.paths, self.draws, self.elboDraws) = (paths, draws, elboDraws)
    (self.memory, self.iterations) = (memory, iterations)
  }

  /// Checks the settings.
  ///
  /// - Throws: `InferenceError.count` for a count that is not positive.
  public func validate() throws(InferenceError) {
    try demandCount(paths, "the number of paths")
    try demandCount(draws, "the number of draws")
    try demandCount(elboDraws, "the number of draws of an evidence lower bound")
    try demandCount(memory, "the memory of Pathfinder")
    try demandCount(iterations, "the number of iterations of a path")
  }

  /// Fits the posterior of a model.
  ///
  /// - Parameters:
  ///   - model: The model conditioned on its data.
  ///   - start: The rule for the starting point of each path.
  ///   - key: The random numbers of all paths.
  ///   - pool: The threads that share the paths.
  /// - Throws: `InferenceError` for settings that are not allowed, or where no path has an approximation with a finite evidence
  ///   lower bound; what the model throws.
  public func run(
    _ model: Model<some Sendable>, start: Initialization = .uniform(), key: RandomKey,
    pool: WorkPool = .automatic
  ) throws -> PathfinderFit {
    try run(of: LogDensity(model), start: start, key: key, pool: pool)
  }

  /// Fits a compiled density; as the other `run`.
  public func run(
    of density: LogDensity, start: Initialization = .uniform(), key: RandomKey,
    pool: WorkPool = .automatic
  ) throws -> PathfinderFit {
    try validate()
    let keys = key.split(2)
    let pathKeys = keys[0].split(paths)
    let found = try pool.mapParts(of: paths) { part in
      let evaluator = density.evaluator()
      return try part.compactMap { index in
        let (startKey, pathKey) = pathKeys[index].split()
        let point = try density.logJoint.start(start, key: startKey, by: density)
        return try path(
          from: density.vector.flat(point).scalars, of: evaluator, key: pathKey)
      }
    }.flatMap(\.self)
    try demand(
      !found.isEmpty, of: "Pathfinder",
      "no approximation along \(paths) paths has a finite evidence lower bound",
      "must be at least one; take more paths or other starts")
    return try PathfinderFit(found, of: density, draws: draws, key: keys[1], pool: pool)
  }
}

extension ChainStart {
  /// Draws of Pathfinder, one for each chain: points in the bulk of the posterior, in the modes that have its mass.
  ///
  /// - Parameters:
  ///   - pathfinder: The settings of Pathfinder.
  ///   - start: The rule for the starting point of each path.
  ///   - usesCovariance: Whether warm-ups begin with the covariance of the best path as the inverse mass matrix.
  public static func pathfinder(
    _ pathfinder: Pathfinder = Pathfinder(), start: Initialization = .uniform(),
    usesCovariance: Bool = false
  ) -> ChainStart {
    ChainStart(
      name: "pathfinder",
      finding: { density, keys, pool in
        let fit = try pathfinder.run(of: density, start: start, key: keys[0], pool: pool)
        return Found(
          points: try fit.points(keys.count, key: keys[0].foldIn(.start)),
          massMatrix: usesCovariance ? fit.best.approximation.factor : nil)
      })
  }
}
