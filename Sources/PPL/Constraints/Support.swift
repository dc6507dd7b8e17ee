/// The support of a distribution or the domain of a parameter: any `Constraint`, type-erased.
///
/// The static members are the sets of this package, each with its constraint.
public struct Support: Sendable, CustomStringConvertible {
  let constraint: any Constraint

  /// The support that a constraint describes.
  public init(_ constraint: some Constraint) {
    self.constraint = constraint
  }

  /// The requirement, in words that follow "must be".
  public var name: String { constraint.name }
  /// The number of trailing dimensions that make one element.
  public var eventRank: Int { constraint.eventRank }
  /// Whether the set consists of separate points.
  public var isDiscrete: Bool { constraint.isDiscrete }
  public var description: String { name }

  /// The indicator of the set: 1 where `x` lies in it, else 0; the event dimensions are reduced.
  public func contains(_ x: Tensor) -> Tensor { constraint.contains(x) }

  /// The bijection from the unconstrained reals onto the set.
  ///
  /// - Precondition: The set is not discrete.
  public var bijection: any Transform { constraint.bijection }

  /// A tensor of this shape that lies well inside the set.
  public func feasible(_ shape: [Int]) -> Tensor { constraint.feasible(shape) }
}
