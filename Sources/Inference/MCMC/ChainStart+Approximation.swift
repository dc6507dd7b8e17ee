import PPL
import Parallel

extension ChainStart {
  /// Draws of a normal approximation, whose covariance is the inverse mass matrix with which warm-ups begin.
  ///
  ///     let laplace = try GaussianApproximation.atMode(of: LogDensity(posterior))
  ///     try MCMC(NUTS(), warmup: 50).run(posterior, start: .approximation(laplace), key: key)
  ///     try MCMC(NUTS(), warmup: 50).run(
  ///       posterior, start: .approximation(fit.gaussianApproximation()), key: key)
  ///
  /// - Parameter approximation: The approximation of the posterior on unconstrained space: of `atMode`, of a fitted guide, of
  ///   batch and match or of a path of Pathfinder.
  public static func approximation(_ approximation: GaussianApproximation) -> ChainStart {
    ChainStart("approximation") { density, keys, _ in
      try approximation.demandSize(of: density)
      let evaluator = density.evaluator()
      return try keys.map { key -> [Double] in
        for attempt in 0..<Self.attempts {
          let point = approximation.point(
            at: approximation.coordinates(ofDraw: attempt, key: key))
          if try evaluator.value(at: point).isFinite { return point }
        }
        throw InferenceError.argument(
          of: "ChainStart.approximation",
          found: "none of \(Self.attempts) draws of the approximation has a finite density",
          requirement: "must be one; fit it to the posterior, or take another start")
      }
    }.preconditioned(by: approximation)
  }

  /// A start at these points whose warm-ups begin with the covariance of an approximation as the inverse mass matrix.
  ///
  /// Where the scales of a posterior differ or its values correlate, the first transitions then need few gradients; the windows
  /// of the warm-up replace the matrix by one of the sampler's family, as any other.
  ///
  ///     let start = ChainStart.rule(.uniform()).preconditioned(by: laplace)
  ///
  /// - Parameter approximation: The approximation of the posterior on unconstrained space. A run throws
  ///   `InferenceError.argument` if it is of another number of values or has a variance that is not positive and finite, and for
  ///   a sampler without a mass matrix.
  public func preconditioned(by approximation: GaussianApproximation) -> ChainStart {
    ChainStart(
      name: name,
      finding: { density, keys, pool in
        try approximation.demandSize(of: density)
        try demand(
          approximation.factor.logDeterminant.isFinite, of: "ChainStart",
          "the covariance of the approximation is singular",
          "must have an inverse, to be a mass matrix")
        var found = try self(density, keys, pool)
        found.massMatrix = approximation.factor
        return found
      })
  }

  /// The number of draws of an approximation among which each chain looks for one of finite density.
  private static var attempts: Int { 100 }
}
