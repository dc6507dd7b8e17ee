import LinearAlgebra
import PPL
import Parallel

extension GaussianApproximation {
  /// The Laplace approximation: the normal distribution at the mode of the unconstrained posterior, with the inverse of the
  /// negative Hessian as its covariance.
  ///
  /// The mode is found by L-BFGS from several starts and Newton's method from their ends; of several modes the one whose
  /// approximation has the largest integral is taken. Up to `denseLimit` unconstrained values the covariance is dense, beyond
  /// it diagonal plus low rank.
  ///
  /// - Parameters:
  ///   - density: The log density.
  ///   - start: The rule for the starts.
  ///   - starts: The number of starts; equal ones count once.
  ///   - denseLimit: The largest n for which the whole Hessian is formed.
  ///   - key: The key of the starts.
  ///   - pool: The threads that share the searches.
  /// - Throws: `InferenceError.noMode` where no search ends in a mode, as for a centred hierarchical model or a flat
  ///   direction; as `LogJoint.start(_:key:)`.
  /// - Complexity: Some hundred gradients a start and n products with the Hessian for each Newton step, of which there are few.
  /// - Reference: MacKay (2003), *Information Theory, Inference, and Learning Algorithms*, ch. 27; Nocedal and Wright (2006),
  ///   *Numerical Optimization*, ch. 3 and 7.
  public static func atMode(
    of density: LogDensity, start: Initialization = .uniform(), starts: Int = 4,
    denseLimit: Int = 500, key: RandomKey = RandomKey(0), pool: WorkPool = .automatic
  ) throws -> GaussianApproximation {
    let found = try ends(of: density, start, starts, denseLimit, key, pool)
    if let mode = found.mode { return mode }
    let sites = found.ends.compactMap { end in
      end.curvature?.flattest.flatMap { index in
        density.vector.ranges.firstIndex { $0.contains(index) }
      }
    }
    throw InferenceError.noMode(
      starts: found.starts, along: Set(sites).sorted().map { density.vector.sites[$0].name })
  }

  /// The Laplace approximation at the mode or, where there is none, at the best point on the way of the searches.
  ///
  /// The best point is that whose approximation has the largest integral, with the magnitudes of the eigenvalues of the scaled
  /// Hessian raised to at least 0.01: in a funnel, where the density grows without end while its volume vanishes, it lies in
  /// the bulk.
  ///
  /// - Parameters: As `atMode(of:start:starts:denseLimit:key:pool:)`.
  /// - Returns: The approximation, and whether it is at a mode.
  /// - Throws: As `LogJoint.start(_:key:)`; `InferenceError.notAMode` if the Hessian is finite at no point.
  public static func nearMode(
    of density: LogDensity, start: Initialization = .uniform(), starts: Int = 4,
    denseLimit: Int = 500, key: RandomKey = RandomKey(0), pool: WorkPool = .automatic
  ) throws -> (approximation: GaussianApproximation, isMode: Bool) {
    let found = try ends(of: density, start, starts, denseLimit, key, pool)
    if let mode = found.mode { return (mode, true) }
    let floor = 1e-2
    let paths = found.ends.flatMap(\.path)
    let stride = max(1, paths.count / 24)
    let points = paths.indices.filter { $0.isMultiple(of: stride) }.map { paths[$0] }
    let search = found.search
    let parts = try pool.mapParts(of: points.count) { part -> [ModeSearch.End] in
      let evaluator = density.evaluator()
      var gradient = Array(repeating: 0.0, count: density.count)
      guard let first = part.first else { return [] }
      var hessian = try density.hessianProduct(at: points[first])
      return try part.map { index in
        try hessian.move(to: points[index])
        let value = try evaluator.value(at: points[index], gradient: &gradient)
        return ModeSearch.End(
          point: points[index], value: value, gradient: gradient,
          curvature: try search.curvature(hessian))
      }
    }
    let best = parts.flatMap(\.self).filter { $0.logEvidence(floor: floor).isFinite }
      .max { $0.logEvidence(floor: floor) < $1.logEvidence(floor: floor) }
    guard let best, let curvature = best.curvature else { throw InferenceError.notAMode }
    return (curvature.approximation(best.point, floor: floor), false)
  }

  private static func ends(
    of density: LogDensity, _ rule: Initialization, _ starts: Int, _ denseLimit: Int,
    _ key: RandomKey, _ pool: WorkPool
  ) throws -> (
    search: ModeSearch, ends: [ModeSearch.End], mode: GaussianApproximation?, starts: Int
  ) {
    try demandCount(starts, "the number of starts")
    let search = ModeSearch(density: density, denseLimit: denseLimit, key: key)
    var points: [[Double]] = []
    for index in 0..<starts {
      let start = try density.logJoint.start(rule, key: key.foldIn(UInt32(index)), by: density)
      let point = density.vector.flat(start).scalars
      if !points.contains(point) { points.append(point) }
    }
    let given = points
    let climbed = try pool.mapParts(of: given.count) { part in
      try part.map { try search.climb(from: given[$0]) }
    }.flatMap(\.self).filter(\.value.isFinite)
    // Searches that ended at one mode have one value, and far lower ones no part of the mass.
    let sorted = climbed.sorted { $0.value > $1.value }
    var distinct: [ModeSearch.End] = []
    for end in sorted where end.value > sorted[0].value - 20 - 0.5 * Double(density.count) {
      if distinct.allSatisfy({ abs($0.value - end.value) > 1e-3 }) { distinct.append(end) }
    }
    let candidates = distinct
    let polished = try pool.mapParts(of: candidates.count) { part in
      try part.map { try search.polished(candidates[$0]) }
    }.flatMap(\.self)
    let mode = polished.filter { $0.isMode(within: search.tolerance) }
      .max { $0.logEvidence() < $1.logEvidence() }
    return (
      search, polished, mode?.curvature.map { $0.approximation(mode?.point ?? []) }, given.count
    )
  }
}
