/// The constraint on non-negative vectors that sum to one.
struct SimplexConstraint: Constraint {
  var name: String { "non-negative and sum to 1" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    // The tolerance on the sum is NumPyro's.
    let excess = abs(x.sum(along: [-1]) - 1)
    return allTrailing(x .>= 0, 1) .& (excess .< 1e-6)
  }

  func finding(in event: Tensor) -> Finding? {
    .first(in: event) { $0 < 0 } ?? Finding("sums to \(event.sum().scalar)")
  }

  var bijection: any Transform { StickBreakingTransform() }
}

/// The constraint on vectors with increasing entries.
struct OrderedConstraint: Constraint {
  /// Whether the first entry, and so every entry, must be positive.
  let isPositive: Bool

  var name: String { isPositive ? "positive and increasing" : "increasing" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let n = x.shape[x.rank - 1]
    let finite = allTrailing(isPositive ? isFinite(x) .& (x .> 0) : isFinite(x), 1)
    if n < 2 { return finite }
    let steps = x[.ellipsis, .range(1..<n)] - x[.ellipsis, .range(0..<n - 1)]
    return finite .& allTrailing(steps .> 0, 1)
  }

  func finding(in event: Tensor) -> Finding? {
    if isPositive, let found = Finding.first(in: event, where: { $0 <= 0 }) { return found }
    let values = event.scalars
    return values.indices.dropFirst().first { values[$0] <= values[$0 - 1] }.map {
      Finding([$0], "is \(values[$0]) after \(values[$0 - 1])")
    }
  }

  var bijection: any Transform {
    if isPositive { return ComposedTransform([OrderedTransform(), ExpTransform()]) }
    return OrderedTransform()
  }
}

/// The constraint on vectors whose absolute values sum to at most one.
struct L1BallConstraint: Constraint {
  var name: String { "of absolute sum at most 1" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    // Ten units in the last place for the rounding of the sum, as NumPyro allows.
    abs(x).sum(along: [-1]) .< Tensor(1 + 10 * Double.ulpOfOne)
  }

  func finding(in event: Tensor) -> Finding? {
    Finding("has the absolute sum \(abs(event).sum().scalar)")
  }

  var bijection: any Transform { L1BallTransform() }
}

/// The constraint on arrays that sum to zero along each of their last `eventRank` axes.
struct ZeroSumConstraint: Constraint {
  let eventRank: Int

  var name: String { "of sum 0" }

  func contains(_ x: Tensor) -> Tensor {
    var inside = allTrailing(isFinite(x), eventRank)
    for axis in -eventRank..<0 {
      let sums = x.sum(along: [axis], keepingDimensions: true)
      // Rounding of n terms of the size of the largest.
      let rounding = Double(x.shape[x.rank + axis]) * 100 * Double.ulpOfOne
      let size = maximum(abs(x).max(along: Array(-eventRank..<0), keepingDimensions: true), 1)
      let isZero = allTrailing(abs(sums) .<= Tensor(rounding) * size, eventRank)
      inside = (inside .& isZero)
    }
    return inside
  }

  func finding(in event: Tensor) -> Finding? {
    for axis in 0..<eventRank {
      let sums = event.sum(along: [axis]).scalars
      guard let largest = sums.max(by: { $0.magnitude < $1.magnitude }), largest != 0 else {
        continue
      }
      return Finding("sums to \(largest)" + (eventRank > 1 ? " along its axis \(axis)" : ""))
    }
    return nil
  }

  var bijection: any Transform { ZeroSumTransform(rank: eventRank) }
}

extension Support {
  /// The simplex: non-negative vectors that sum to one, `[..., n]`.
  public static var simplex: Support { Support(SimplexConstraint()) }
  /// The vectors with increasing entries, `[..., n]`.
  public static var orderedVector: Support { Support(OrderedConstraint(isPositive: false)) }
  /// The vectors with increasing positive entries, `[..., n]`.
  public static var positiveOrderedVector: Support {
    Support(OrderedConstraint(isPositive: true))
  }
  /// The unit ball of the L1 norm: vectors whose absolute values sum to at most one, `[..., n]`.
  public static var l1Ball: Support { Support(L1BallConstraint()) }
  /// The arrays that sum to zero along each of their last `rank` axes.
  public static func zeroSum(_ rank: Int = 1) -> Support {
    Support(ZeroSumConstraint(eventRank: rank))
  }
}
