import Preconditions

/// A composition of transforms, the first one applied first.
public struct ComposedTransform: Transform {
  /// The transforms, the first one applied first.
  public let parts: [any Transform]

  /// A composition of the given transforms.
  ///
  /// - Precondition: There is at least one part.
  public init(_ parts: [any Transform]) {
    let hasParts = holds(!parts.isEmpty, "ComposedTransform needs at least one transform")
    self.parts = hasParts ? parts : [IdentityTransform()]
  }

  /// The smallest rank that gives each part its own event.
  public var domainEventRank: Int {
    parts.reversed().reduce(0) { rank, part in
      max(rank + part.domainEventRank - part.codomainEventRank, part.domainEventRank)
    }
  }

  public var codomainEventRank: Int {
    parts.reduce(0) { rank, part in
      max(rank + part.codomainEventRank - part.domainEventRank, part.codomainEventRank)
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    parts.reduce(x) { value, part in part(value) }
  }

  public func inverse(_ y: Tensor) -> Tensor {
    parts.reversed().reduce(y) { value, part in part.inverse(value) }
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    var total: Tensor?
    var (input, rank) = (x, domainEventRank)
    for (place, part) in parts.enumerated() {
      let output = place == parts.count - 1 ? y : part(input)
      let batchRank = rank - part.domainEventRank
      let term = sumTrailing(part.logAbsDetJacobian(input, output), batchRank)
      total = total.map { $0 + term } ?? term
      (input, rank) = (output, part.codomainEventRank + batchRank)
    }
    return total ?? .zeros([])
  }

  public func forwardShape(_ shape: [Int]) -> [Int] {
    parts.reduce(shape) { shape, part in part.forwardShape(shape) }
  }

  public func inverseShape(_ shape: [Int]) -> [Int] {
    parts.reversed().reduce(shape) { shape, part in part.inverseShape(shape) }
  }
}
