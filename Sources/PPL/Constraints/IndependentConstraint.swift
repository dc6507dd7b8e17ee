import Preconditions

/// The constraint on each element, with `rank` more dimensions counted as one event.
struct IndependentConstraint: Constraint {
  let base: any Constraint
  let rank: Int

  var name: String { base.name }
  var eventRank: Int { base.eventRank + rank }
  var isDiscrete: Bool { base.isDiscrete }

  func contains(_ x: Tensor) -> Tensor { allTrailing(base.contains(x), rank) }
  /// The first element, or event of the base, that is outside.
  func finding(in event: Tensor) -> Finding? {
    Support(base).offender(in: event)?.wholeFinding
  }
  var bijection: any Transform { IndependentTransform(base.bijection, rank: rank) }
  func feasible(_ shape: [Int]) -> Tensor { base.feasible(shape) }
}

extension Support {
  /// The events of `rank` more dimensions, each element of which lies in `support`.
  public static func independent(_ support: Support, _ rank: Int) -> Support {
    holds(rank >= 0, "independent(_:_:): rank is \(rank), but must not be negative")
    if rank <= 0 { return support }
    if let inner = support.constraint as? IndependentConstraint {
      return Support(IndependentConstraint(base: inner.base, rank: inner.rank + rank))
    }
    return Support(IndependentConstraint(base: support.constraint, rank: rank))
  }
}
