import Preconditions

// Bijections that only move numbers: their Jacobian is one.

/// The permutation `yₖ = x[permutation[k]]` of the last axis.
public struct PermuteTransform: Transform {
  /// The permutation: element `i` of the result is element `permutation[i]` of the argument.
  public let permutation: [Int]

  /// A permutation of the last axis.
  ///
  /// - Precondition: `permutation` holds each of 0, …, n - 1 once.
  public init(_ permutation: [Int]) {
    let isPermutation = holds(
      permutation.sorted() == Array(0..<permutation.count),
      "PermuteTransform: \(permutation) is not a permutation of 0..<\(permutation.count)")
    self.permutation = isPermutation ? permutation : Array(0..<permutation.count)
  }

  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor { taking(permutation, of: x) }

  public func inverse(_ y: Tensor) -> Tensor {
    var places = Array(repeating: 0, count: permutation.count)
    for (place, source) in permutation.enumerated() { places[source] = place }
    return taking(places, of: y)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast()))
  }

  private func taking(_ places: [Int], of x: Tensor) -> Tensor {
    guard
      holds(
        x.shape.last == places.count,
        "PermuteTransform of \(places.count) elements met shape \(x.shape)")
    else { return x }
    return x.taking(indices: Tensor(places.map(Double.init)), along: x.rank - 1)
  }
}

/// The reshaping transform: the same numbers, in row-major order, in another event shape.
public struct ReshapeTransform: Transform {
  /// The event shapes of `x` and of `y`.
  public let source, target: [Int]

  /// A reshaping from one event shape to another.
  ///
  /// - Precondition: Both shapes have the same number of elements.
  public init(from source: [Int], to target: [Int]) {
    holds(
      source.reduce(1, *) == target.reduce(1, *),
      "ReshapeTransform: \(source) and \(target) differ in their number of elements")
    (self.source, self.target) = (source, target)
  }

  public var domainEventRank: Int { source.count }
  public var codomainEventRank: Int { target.count }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.reshaped(to: forwardShape(x.shape)) }
  public func inverse(_ y: Tensor) -> Tensor { y.reshaped(to: inverseShape(y.shape)) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast(source.count)))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { replacing(source, by: target, in: shape) }
  public func inverseShape(_ shape: [Int]) -> [Int] { replacing(target, by: source, in: shape) }

  private func replacing(_ event: [Int], by other: [Int], in shape: [Int]) -> [Int] {
    holds(
      Array(shape.suffix(event.count)) == event,
      "ReshapeTransform of events \(event) met shape \(shape)")
    return shape.dropLast(event.count) + other
  }
}
