/// Where the values of a distribution or of a parameter may lie: any `Constraint`, its type erased.
///
/// The static members are the sets that come with this package, each beside its constraint.
public struct Support: Sendable, CustomStringConvertible {
  let constraint: any Constraint

  /// The support that a constraint describes.
  public init(_ constraint: some Constraint) {
    self.constraint = constraint
  }

  /// What it asks, as it follows "must be".
  public var name: String { constraint.name }
  /// How many trailing dimensions make one element.
  public var eventRank: Int { constraint.eventRank }
  /// Whether it is a set of separate points.
  public var isDiscrete: Bool { constraint.isDiscrete }
  public var description: String { name }

  /// 1 where `x` lies in the set, else 0, with the event dimensions reduced.
  public func contains(_ x: Tensor) -> Tensor { constraint.contains(x) }

  /// The map from unconstrained reals onto the set.
  ///
  /// - Precondition: The set is not discrete.
  public var bijection: any Transform { constraint.bijection }

  /// Some tensor of this shape that lies well inside the set.
  public func feasible(_ shape: [Int]) -> Tensor { constraint.feasible(shape) }
}
