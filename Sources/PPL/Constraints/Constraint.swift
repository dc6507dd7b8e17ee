import Preconditions

/// A constraint: a set of tensors in which values must lie, with a bijection from the real numbers onto it.
///
/// Conforming is enough for a constraint to be used: there is no registry.
public protocol Constraint: Sendable {
  /// The requirement, in words that follow "must be": `positive`, `in [0, 1]`.
  var name: String { get }

  /// The number of trailing dimensions that make one element of the set.
  var eventRank: Int { get }

  /// Whether the set consists of separate points; then there is no bijection.
  var isDiscrete: Bool { get }

  /// The indicator of the set: 1 where `x` lies in it, else 0, also for `nan`; the event dimensions are reduced.
  func contains(_ x: Tensor) -> Tensor

  /// The reason why one event of finite numbers is outside this set; nil where its numbers alone show it.
  ///
  /// - Parameter event: An event outside the set, of rank `eventRank`.
  func finding(in event: Tensor) -> Finding?

  /// The differentiable map from unconstrained reals onto this set.
  ///
  /// - Precondition: The set is not discrete.
  var bijection: any Transform { get }

  /// A tensor of this shape that lies well inside the set.
  func feasible(_ shape: [Int]) -> Tensor
}

extension Constraint {
  public var eventRank: Int { 0 }
  public var isDiscrete: Bool { false }
  public func finding(in event: Tensor) -> Finding? { nil }

  /// The image of the origin under the bijection.
  public func feasible(_ shape: [Int]) -> Tensor {
    bijection(.zeros(bijection.inverseShape(shape)))
  }
}

/// A constraint to separate points, which no smooth bijection reaches.
public protocol DiscreteConstraint: Constraint {}

extension DiscreteConstraint {
  public var isDiscrete: Bool { true }
  public var bijection: any Transform {
    reportMistake("a support that is \(name) is discrete: no bijection from the reals")
    return IdentityTransform()
  }
}

/// The bijection from the unconstrained reals onto `support`, as its constraint defines it.
///
///     biject(to: .positive)(0)  // 1
///
/// - Precondition: The support is not discrete.
public func biject(to support: Support) -> any Transform { support.bijection }

/// The indicator that all elements along the last `rank` dimensions of a 0/1 tensor are 1.
func allTrailing(_ x: Tensor, _ rank: Int) -> Tensor {
  rank == 0 ? x : x.min(along: Array(-rank..<0))
}

/// A number as a message shows it: `3`, not `3.0`.
func shown(_ value: Double) -> String {
  value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
}

/// A bound as a message shows it: its number, if it is a single one that can be read.
func shown(_ bound: Tensor, or words: String) -> String {
  bound.isRecorded || bound.count != 1 ? words : shown(bound.scalars[0])
}
