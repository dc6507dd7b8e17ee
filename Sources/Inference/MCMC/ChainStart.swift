import PPL
import Parallel

/// The starting points of Markov chains, one for each, and the mass matrix with which their warm-up begins.
///
///     try MCMC(NUTS()).run(posterior, start: .pathfinder(), key: RandomKey(0))
///     try MCMC(NUTS()).run(posterior, start: .draws(fit.posterior(…)), key: RandomKey(0))
///     try MCMC(NUTS(), warmup: 50).run(posterior, start: .approximation(laplace), key: RandomKey(0))
public struct ChainStart: Sendable {
  /// The points of all chains with the inverse mass matrix that they share; the sampler's own if nil.
  struct Found: Sendable {
    var points: [[Double]]
    var massMatrix: MassMatrix?
  }

  /// The origin of the points, such as "pathfinder".
  public let name: String
  private let find: @Sendable (LogDensity, [RandomKey], WorkPool) throws -> Found

  /// Starting points by a function.
  ///
  /// - Parameters:
  ///   - name: The origin of the points, in words.
  ///   - points: The unconstrained vectors `[n]` for the keys of the chains, one each.
  public init(
    _ name: String,
    _ points: @escaping @Sendable (LogDensity, [RandomKey], WorkPool) throws -> [[Double]]
  ) {
    self.init(name: name, finding: { Found(points: try points($0, $1, $2)) })
  }

  /// Starting points with a mass matrix by a function.
  init(
    name: String,
    finding find: @escaping @Sendable (LogDensity, [RandomKey], WorkPool) throws -> Found
  ) {
    (self.name, self.find) = (name, find)
  }

  /// A starting point for each chain by a rule.
  public static func rule(_ rule: Initialization) -> ChainStart {
    ChainStart("rule") { density, keys, pool in
      try pool.mapParts(of: keys.count) { part in
        try part.map { chain in
          density.vector.flat(
            try density.logJoint.start(rule, key: keys[chain], by: density)
          ).scalars
        }
      }.flatMap(\.self)
    }
  }

  /// Given unconstrained vectors `[n]`, one for each chain.
  public static func points(_ points: [[Double]]) -> ChainStart {
    ChainStart("points") { density, keys, _ in
      try demand(
        points.count == keys.count, of: "ChainStart.points", "there are \(points.count) points",
        "must be \(keys.count), as many as chains")
      if let other = points.first(where: { $0.count != density.count }) {
        try demand(
          false, of: "ChainStart.points", "a point has \(other.count) numbers",
          "must have \(density.count)")
      }
      return points
    }
  }

  /// Draws of a guide, an approximation or an earlier run, a random one for each chain.
  ///
  /// - Parameter posterior: The draws of all latent sites, on their supports.
  public static func draws(_ posterior: Posterior) -> ChainStart {
    ChainStart("draws") { density, keys, _ in
      try keys.map { key in
        let uniform = key.uniform([]).scalar
        let count = posterior.draws.count
        let index = min(count - 1, Int(uniform * Double(count)))
        let sites = density.vector.sites.map(\.name)
        if let missing = sites.first(where: { !posterior.draws.names.contains($0) }) {
          throw InferenceError.missingValue(missing)
        }
        let values = sites.map { ($0, posterior.draws[$0][.at(index)]) }
        return density.vector.flat(
          try density.logJoint.start(
            .values(Dictionary(uniqueKeysWithValues: values)), key: key)
        ).scalars
      }
    }
  }

  /// The same points, whose search throws `CancellationError` from when `isInterrupted` is true.
  ///
  /// - Parameter isInterrupted: Asked before each evaluation of the density, by any thread.
  public func interruptible(by isInterrupted: @escaping @Sendable () -> Bool) -> ChainStart {
    ChainStart(name: name) { density, keys, pool in
      try find(density.interruptible(by: isInterrupted), keys, pool)
    }
  }

  /// The points and the mass matrix of the chains of these keys.
  ///
  /// - Throws: `InferenceError` where no start has a finite density; what the model throws.
  func callAsFunction(
    _ density: LogDensity, _ keys: [RandomKey], _ pool: WorkPool
  ) throws -> Found {
    try find(density, keys, pool)
  }
}
