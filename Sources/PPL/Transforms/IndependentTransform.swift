/// A transform with `rank` dimensions of its batch counted as part of the event.
public struct IndependentTransform: Transform {
  /// The transform of each event.
  public let base: any Transform
  /// The number of additional axes in one event.
  public let rank: Int

  /// The transform `base` with `rank` more axes in its events.
  public init(_ base: any Transform, rank: Int) {
    (self.base, self.rank) = (base, rank)
  }

  public var domainEventRank: Int { base.domainEventRank + rank }
  public var codomainEventRank: Int { base.codomainEventRank + rank }
  public func callAsFunction(_ x: Tensor) -> Tensor { base(x) }
  public func inverse(_ y: Tensor) -> Tensor { base.inverse(y) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    sumTrailing(base.logAbsDetJacobian(x, y), rank)
  }
  public func forwardShape(_ shape: [Int]) -> [Int] { base.forwardShape(shape) }
  public func inverseShape(_ shape: [Int]) -> [Int] { base.inverseShape(shape) }
}
