/// A differentiable bijection between two sets of tensors.
///
/// Elementwise transforms have event rank 0 on both sides. Others act on the last `domainEventRank` dimensions of
/// `x` and give the last `codomainEventRank` of `y`; dimensions further left are a batch.
public protocol Transform: Sendable {
  /// The number of trailing dimensions of `x` that are one input.
  var domainEventRank: Int { get }
  /// The number of trailing dimensions of `y` that are one output; by default `domainEventRank`.
  var codomainEventRank: Int { get }

  /// The transformed value `y = f(x)`.
  func callAsFunction(_ x: Tensor) -> Tensor

  /// The inverse, the `x` with `f(x) = y`.
  func inverse(_ y: Tensor) -> Tensor

  /// The log absolute determinant of the Jacobian, `log |det ∂f/∂x|`, at `x`, where `y = f(x)` is known already.
  ///
  /// - Returns: A tensor of the shape of `x` without its last `domainEventRank` dimensions.
  func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor

  /// The shape of `f(x)` for an `x` of this shape.
  func forwardShape(_ shape: [Int]) -> [Int]
  /// The shape of `x` for an `f(x)` of this shape.
  func inverseShape(_ shape: [Int]) -> [Int]
}

extension Transform {
  public var domainEventRank: Int { 0 }
  public var codomainEventRank: Int { domainEventRank }
  public func forwardShape(_ shape: [Int]) -> [Int] { shape }
  public func inverseShape(_ shape: [Int]) -> [Int] { shape }

  /// The inverse bijection, from `y` to `x`.
  public var inverted: any Transform { InverseTransform(base: self) }
}

/// The inverse of a transform.
struct InverseTransform<Base: Transform>: Transform {
  let base: Base

  var domainEventRank: Int { base.codomainEventRank }
  var codomainEventRank: Int { base.domainEventRank }
  func callAsFunction(_ x: Tensor) -> Tensor { base.inverse(x) }
  func inverse(_ y: Tensor) -> Tensor { base(y) }
  func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor { -base.logAbsDetJacobian(y, x) }
  func forwardShape(_ shape: [Int]) -> [Int] { base.inverseShape(shape) }
  func inverseShape(_ shape: [Int]) -> [Int] { base.forwardShape(shape) }
  var inverted: any Transform { base }
}

/// The sum over the last `rank` dimensions.
func sumTrailing(_ x: Tensor, _ rank: Int) -> Tensor {
  rank <= 0 ? x : x.sum(along: Array(-rank..<0))
}
