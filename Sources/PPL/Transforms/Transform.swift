/// A differentiable bijection between two sets of tensors.
///
/// Elementwise transforms have event rank 0 on both sides. Others act on the last
/// `domainEventRank` dimensions of `x` and make the last `codomainEventRank` of `y`; dimensions
/// further left are a batch.
public protocol Transform: Sendable {
  /// How many trailing dimensions of `x` make one input.
  var domainEventRank: Int { get }
  /// How many trailing dimensions of `y` make one output.
  var codomainEventRank: Int { get }

  /// `y = f(x)`.
  func callAsFunction(_ x: Tensor) -> Tensor

  /// The `x` with `f(x) = y`.
  func inverse(_ y: Tensor) -> Tensor

  /// `log |det ∂f/∂x|` at `x`, where `y = f(x)` is known already.
  ///
  /// - Returns: The shape of `x` without its last `domainEventRank` dimensions.
  func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor

  /// The shape of `f(x)` for an `x` of this shape.
  func forwardShape(_ shape: [Int]) -> [Int]
  /// The shape of `x` for an `f(x)` of this shape.
  func inverseShape(_ shape: [Int]) -> [Int]
}

extension Transform {
  public var domainEventRank: Int { 0 }
  public var codomainEventRank: Int { 0 }
  public func forwardShape(_ shape: [Int]) -> [Int] { shape }
  public func inverseShape(_ shape: [Int]) -> [Int] { shape }

  /// The same bijection read from `y` to `x`.
  public var inverted: any Transform { InverseTransform(base: self) }
}

/// A transform read backwards.
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
